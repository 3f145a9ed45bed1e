"""Rolls and timetables: calling, putting right, moving, cancelling, adding."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from yuxin.desk.forms.courses import units_field
from yuxin.kernel.clock import at
from yuxin.look.forms import DayField, Form

TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
REASON = forms.Textarea(attrs={"rows": 2})


class RollForm(Form):
    """The number of a roll; when it was tapped, if the phone sent it later; how much was taught."""

    occurred_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    taught_units = units_field(
        label=_("没上完的，实际上了几课时"),
        required=False,
        help_text=_("上满的不用填。没上的部分不算课时、不扣钱"),
    )

    def clean_occurred_at(self) -> datetime | None:
        """The instant of the tap; nothing where the roll was sent at once."""
        text = self.cleaned_data["occurred_at"]
        if not text:
            return None
        found = parse_datetime(text)
        if found is None or found.tzinfo is None:
            raise forms.ValidationError(_("页面不完整，没有提交。请刷新后重新填写。"))
        return found

    def centiunits(self) -> int | None:
        """What was taught, in hundredths; None for the whole session."""
        told: Decimal | None = self.cleaned_data["taught_units"]
        return int(told * 100) if told else None


class CorrectForm(Form):
    """Why a roll is put right. Who was there stands in one field for each learner."""

    taught_units = units_field(
        label=_("没上完的，实际上了几课时"),
        required=False,
        help_text=_("上满的不用填。填了，全班按这个数重记"),
    )
    reason = forms.CharField(
        label=_("为什么更正（家长看得到）"),
        max_length=180,
        required=False,
        widget=REASON,
        help_text=_("下课前可以不写"),
    )

    def centiunits(self) -> int | None:
        """What was taught, in hundredths; None where it stays."""
        told: Decimal | None = self.cleaned_data["taught_units"]
        return int(told * 100) if told else None


class SessionForm(Form):
    """When a session is and who teaches it."""

    day = DayField(label=_("哪一天"))
    starts = forms.TimeField(label=_("几点上课"), widget=TIME)
    ends = forms.TimeField(label=_("几点下课"), widget=TIME)
    teacher_name = forms.CharField(
        label=_("老师"),
        max_length=40,
        required=False,
        help_text=_("代课的写代课老师；空着就是本班老师"),
    )
    reason = forms.CharField(label=_("原因（家长看得到）"), max_length=180, widget=REASON)

    def times(self) -> tuple[datetime, datetime]:
        """Start and end; an end before the start is left for the rules to refuse."""
        told = self.cleaned_data
        day, starts, ends = told["day"], told["starts"], told["ends"]
        return at(day, starts.hour, starts.minute), at(day, ends.hour, ends.minute)


class CancelForm(Form):
    """Why a session is cancelled."""

    reason = forms.CharField(label=_("原因（家长看得到）"), max_length=180, widget=REASON)


class AddForm(Form):
    """One more session of a class."""

    day = DayField(label=_("哪一天"))
    starts = forms.TimeField(label=_("几点上课"), widget=TIME)
    units = units_field(label=_("几课时"), initial=Decimal(1))
    makes_up = forms.ChoiceField(label=_("补哪一节"), required=False)

    def times(self, lesson_minutes: int) -> tuple[datetime, datetime, int]:
        """Start, end and hundredths of a lesson."""
        told = self.cleaned_data
        centiunits = int(told["units"] * 100)
        start = at(told["day"], told["starts"].hour, told["starts"].minute)
        return start, start + timedelta(minutes=lesson_minutes * centiunits // 100), centiunits
