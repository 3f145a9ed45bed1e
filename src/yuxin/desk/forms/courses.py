"""Publishing a course and opening a class."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import at
from yuxin.look.field_words import CATEGORIES, MODES, STAGES
from yuxin.look.forms import DayField, Form, YuanField
from yuxin.look.words import WEEK
from yuxin.tuition.services.courses import CourseDraft, SessionDraft

SESSIONS_MAX: Final = 400


def units_field(**kwargs: Any) -> forms.DecimalField:
    """A number of lessons, halves allowed."""
    return forms.DecimalField(max_digits=7, decimal_places=2, min_value=0, **kwargs)


class CourseForm(Form):
    """A course as its institution enters it; the caps stand beside the fields they bind."""

    name = forms.CharField(label=_("课程名称"), max_length=60)
    category = forms.ChoiceField(label=_("类别"), choices=list(CATEGORIES.items()))
    stage = forms.ChoiceField(label=_("学段"), choices=list(STAGES.items()))
    mode = forms.ChoiceField(label=_("形式"), choices=list(MODES.items()))
    site_id = forms.TypedChoiceField(
        label=_("教学点"), coerce=int, empty_value=None, required=False
    )
    lesson_minutes = forms.IntegerField(label=_("每课时分钟数"), min_value=1, max_value=600)
    unit_price = YuanField(label=_("每课时单价（元）"))
    paid_units = units_field(label=_("收费课时"))
    gift_units = units_field(label=_("赠送课时"), required=False)
    total = YuanField(label=_("一次收费总价（元）"))
    first_on = DayField(label=_("首课日期"))
    last_on = DayField(label=_("末课日期"))
    refund_before_start_days = forms.IntegerField(
        label=_("开课前几天内可全退"), min_value=0, max_value=365, required=False
    )
    supervision = forms.ChoiceField(label=_("资金监管方式"), required=False)
    description = forms.CharField(
        label=_("课程说明"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        sites: Sequence[tuple[int, str]],
        modes: Sequence[tuple[str, str]],
        helps: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "–"), *sites]
        chosen = self.fields["supervision"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = modes
        for name, text in helps.items():
            self.fields[name].help_text = text

    def draft(self) -> CourseDraft:
        """The course for the operation. Units in hundredths of a lesson, money in fen."""
        told = self.cleaned_data
        return CourseDraft(
            name=told["name"],
            category=told["category"],
            stage=told["stage"],
            mode=told["mode"],
            site_id=told["site_id"],
            lesson_minutes=told["lesson_minutes"],
            unit_price_fen=told["unit_price"],
            paid_centiunits=_hundredths(told["paid_units"]),
            gift_centiunits=_hundredths(told["gift_units"] or Decimal(0)),
            total_fen=told["total"],
            first_on=told["first_on"],
            last_on=told["last_on"],
            refund_before_start_days=told["refund_before_start_days"] or 0,
            description=told["description"],
            supervision=told["supervision"],
        )


def _hundredths(units: Decimal) -> int:
    return int(units * 100)


class ClassForm(Form):
    """A class and the pattern of its weeks."""

    name = forms.CharField(label=_("班级名称"), max_length=40)
    teacher_name = forms.CharField(label=_("任课老师"), max_length=40)
    capacity = forms.IntegerField(label=_("最多人数"), min_value=1, max_value=500)
    first_on = DayField(label=_("从哪天开始"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("每周哪几天"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        choices=[(number, word) for number, word in enumerate(WEEK)],
    )
    starts = forms.TimeField(
        label=_("几点上课"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    units = units_field(label=_("每次几课时"), initial=Decimal(1))
    skip_holidays = forms.BooleanField(label=_("跳过法定节假日"), required=False, initial=True)

    def sessions(
        self, *, total_centiunits: int, lesson_minutes: int, days: Calendar | None
    ) -> tuple[SessionDraft, ...]:
        """The weekly sessions until the course's lessons are used up."""
        told = self.cleaned_data
        each = max(1, int(told["units"] * 100))
        found: list[SessionDraft] = []
        day: date = told["first_on"]
        left = total_centiunits
        while left > 0 and len(found) < SESSIONS_MAX:
            off = told["skip_holidays"] and days is not None and day in days.holidays
            if day.weekday() in told["weekdays"] and not off:
                used = min(each, left)
                start = _instant(day, told["starts"])
                minutes = lesson_minutes * used // 100
                found.append(SessionDraft(start, start + timedelta(minutes=minutes), used))
                left -= used
            day += timedelta(days=1)
        return tuple(found)


def _instant(day: date, clock: time) -> datetime:
    return at(day, clock.hour, clock.minute)
