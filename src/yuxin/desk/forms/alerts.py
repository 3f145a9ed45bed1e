"""Forms by which an alert is handled, and by which facts behind alerts are recorded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.assessment.alerts.models import Outcome, Signal
from yuxin.desk.forms.colour import ActForm
from yuxin.kernel.act import Call, Receipt
from yuxin.look.forms import DayField, YuanField
from yuxin.operations.alerts.answer_alert import answer_alert
from yuxin.operations.alerts.close_alert import close_alert
from yuxin.operations.alerts.confirm_alert import confirm_alert
from yuxin.operations.alerts.decide_alert import decide_alert
from yuxin.operations.alerts.end_warning import end_warning
from yuxin.operations.alerts.judge_alert import judge_alert
from yuxin.operations.alerts.set_preset import set_preset
from yuxin.operations.alerts.warn_public import warn_public
from yuxin.operations.supervision.record_closure_sign import record_closure_sign
from yuxin.operations.tuition.approve_hold import approve_hold
from yuxin.operations.tuition.lift_hold import lift_hold
from yuxin.operations.tuition.notify_large_use import notify_large_use
from yuxin.operations.tuition.propose_hold import propose_hold
from yuxin.operations.tuition.propose_hold_lift import propose_hold_lift
from yuxin.supervision.clues.models import SignKind
from yuxin.tuition.outflow.services import NewLargeUse

_TEXT = forms.Textarea(attrs={"rows": 3})
_NUMBER = _("文号")

OUTCOMES = {
    Outcome.NO_ISSUE: _("未发现问题"),
    Outcome.TALK: _("约谈"),
    Outcome.CHECK: _("专项检查"),
    Outcome.ORDER: _("责令改正"),
    Outcome.FREEZE: _("提请暂停划转"),
    Outcome.EMERGENCY: _("应急处置"),
}
SIGNALS = {
    Signal.RIGHT: _("预警属实"),
    Signal.WRONG: _("误报"),
    Signal.UNCLEAR: _("无法判断"),
}
SIGN_KINDS = {
    SignKind.RENT: _("拖欠房租"),
    SignKind.WAGES: _("拖欠工资"),
    SignKind.POWER: _("断水断电"),
    SignKind.MOVED: _("搬离或人去楼空"),
    SignKind.CONTACT: _("负责人联系不上"),
    SignKind.OTHER: _("其他"),
}


class JudgeForm(ActForm):
    """Who judged, and what they found."""

    people = forms.CharField(label=_("参加研判的人"), max_length=200, help_text=_("写姓名"))
    words = forms.CharField(
        label=_("研判结论"), max_length=400, widget=_TEXT, help_text=_("机构看不到这段话")
    )

    def act(self, call: Call, code: str) -> Receipt:
        """Write it."""
        return judge_alert(call, alert_code=code, **_plain(self.cleaned_data))


class DecideForm(ActForm):
    """What is done."""

    outcome = forms.ChoiceField(
        label=_("怎样处置"), widget=forms.RadioSelect, choices=list(OUTCOMES.items())
    )
    words = forms.CharField(
        label=_("理由和要求"), max_length=400, widget=_TEXT, help_text=_("机构会看到这段话")
    )

    def act(self, call: Call, code: str) -> Receipt:
        """Decide."""
        said = _plain(self.cleaned_data)
        return decide_alert(call, alert_code=code, **{**said, "outcome": Outcome(said["outcome"])})


class CloseForm(ActForm):
    """What came of it."""

    signal = forms.ChoiceField(
        label=_("这条预警准不准"), widget=forms.RadioSelect, choices=list(SIGNALS.items())
    )
    words = forms.CharField(label=_("处置结果"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:
        """Close it."""
        said = _plain(self.cleaned_data)
        return close_alert(call, alert_code=code, **{**said, "signal": Signal(said["signal"])})


class AnswerForm(ActForm):
    """The institution's answer."""

    words = forms.CharField(
        label=_("情况说明和整改"), max_length=400, widget=_TEXT, help_text=_("监管部门会看到")
    )

    def act(self, call: Call, code: str) -> Receipt:
        """Answer."""
        return answer_alert(call, alert_code=code, **_plain(self.cleaned_data))


class ConfirmForm(ActForm):
    """A confirmed fact for the credit file."""

    document_number = forms.CharField(label=_NUMBER, max_length=60)
    words = forms.CharField(label=_("确认的事实"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:
        """Confirm."""
        return confirm_alert(call, alert_code=code, **_plain(self.cleaned_data))


class WarnForm(ActForm):
    """A warning to the public."""

    words = forms.CharField(label=_("向公众说什么"), max_length=400, widget=_TEXT)
    days = forms.IntegerField(label=_("公示多少天"), min_value=1, max_value=365)

    def act(self, call: Call, code: str) -> Receipt:
        """Publish."""
        return warn_public(call, alert_code=code, **_plain(self.cleaned_data))


class EndWarningForm(ActForm):
    """The early end of a warning to the public."""

    words = forms.CharField(label=_("为什么结束"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:
        """End it."""
        return end_warning(call, alert_code=code, **_plain(self.cleaned_data))


class PresetForm(ActForm):
    """Lowest balance and largest movement of one institution."""

    document_number = forms.CharField(label=_NUMBER, max_length=60)
    balance_min_fen = YuanField(label=_("最低余额（元）"), required=False)
    movement_max_fen = YuanField(label=_("单笔划转上限（元）"), required=False)

    def act(self, call: Call, code: str) -> Receipt:
        """Set them."""
        return set_preset(call, code=code, **_plain(self.cleaned_data))


class SignForm(ActForm):
    """A sign of closing."""

    kind = forms.ChoiceField(label=_("征兆"), choices=list(SIGN_KINDS.items()))
    seen_on = DayField(label=_("看到的日期"))
    words = forms.CharField(label=_("情况"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:
        """Record it."""
        said = _plain(self.cleaned_data)
        return record_closure_sign(call, code=code, **{**said, "kind": SignKind(said["kind"])})


class LargeUseForm(ActForm):
    """A notice of large use."""

    plan = forms.CharField(label=_("用途"), max_length=400, widget=_TEXT)
    amount_fen = YuanField(label=_("金额（元）"))
    use_from = DayField(label=_("用款起始日"))
    use_until = DayField(label=_("用款截止日"))

    def act(self, call: Call, code: str) -> Receipt:
        """Notify."""
        notice = NewLargeUse(**_plain(self.cleaned_data))
        return notify_large_use(call, code=code, notice=notice)


class HoldForm(ActForm):
    """A hold on outflow, proposed."""

    document_number = forms.CharField(label=_("决定的文号"), max_length=60)
    words = forms.CharField(
        label=_("理由"), max_length=400, widget=_TEXT, help_text=_("退费照常，不受影响")
    )

    def act(self, call: Call, code: str) -> Receipt:
        """Propose it."""
        return propose_hold(call, code=code, **_plain(self.cleaned_data))


class HoldApproveForm(ActForm):
    """The second person's approval of a hold."""

    hold_code = forms.CharField(label=_("暂停划转编号"), max_length=13)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- the hold names it
        """Put it in force."""
        return approve_hold(call, **_plain(self.cleaned_data))


class LiftForm(ActForm):
    """The end of a hold, proposed."""

    hold_code = forms.CharField(label=_("暂停划转编号"), max_length=13)
    document_number = forms.CharField(label=_("决定的文号"), max_length=60)
    words = forms.CharField(label=_("理由"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- the hold names it
        """Propose it."""
        return propose_hold_lift(call, **_plain(self.cleaned_data))


class LiftApproveForm(ActForm):
    """The second person's approval of the end of a hold."""

    hold_code = forms.CharField(label=_("暂停划转编号"), max_length=13)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- the hold names it
        """End it."""
        return lift_hold(call, **_plain(self.cleaned_data))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "request_id"}
