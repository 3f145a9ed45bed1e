"""Forms on what a colour rests on, and on the colour itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.kernel.act import Call, Receipt
from yuxin.look.forms import DayField, Form, YuanField
from yuxin.operations.assessment.approve_reinspection import approve_reinspection
from yuxin.operations.assessment.confirm_colour import confirm_colour
from yuxin.operations.assessment.override_colour import override_colour
from yuxin.operations.assessment.propose_override import propose_override
from yuxin.operations.assessment.propose_reinspection import propose_reinspection
from yuxin.operations.assessment.record_colour_told import record_colour_told
from yuxin.operations.licensing.file_statement import file_statement
from yuxin.operations.licensing.record_renewal import record_renewal
from yuxin.operations.supervision.decide_complaint import decide_complaint
from yuxin.operations.supervision.record_complaint import record_complaint
from yuxin.operations.supervision.record_feed_gap import record_feed_gap
from yuxin.operations.tuition.record_insurance import record_insurance
from yuxin.rules.colour import Colour
from yuxin.supervision.models import Feed, Ground, Outcome
from yuxin.supervision.services import Decision, NewComplaint
from yuxin.tuition.insurance.models import InsuranceKind
from yuxin.tuition.insurance.services import NewPolicy

_TEXT = forms.Textarea(attrs={"rows": 3})


class ActForm(Form):
    """A form that does one act on one institution."""

    def act(self, call: Call, code: str) -> Receipt:
        """Do it. Raises: whatever the operation refuses."""
        raise NotImplementedError


class StatementForm(ActForm):
    """A quarterly statement."""

    quarter_end_on = DayField(label=_("季度最后一天"))
    assets_fen = YuanField(label=_("资产总额（元）"), required=False)
    liabilities_fen = YuanField(label=_("负债总额（元）"), required=False)

    def act(self, call: Call, code: str) -> Receipt:
        """File it."""
        return file_statement(call, code=code, **_plain(self.cleaned_data))


class RenewalForm(ActForm):
    """An application to renew the operating licence was accepted."""

    licence_number = forms.CharField(label=_("办学许可证编号"), max_length=60)
    filed_on = DayField(label=_("受理日期"))
    document = forms.CharField(label=_("受理通知书文号"), max_length=60)
    withdrawn = forms.BooleanField(label=_("申请已撤回或不予受理"), required=False)

    def act(self, call: Call, code: str) -> Receipt:
        """Record it."""
        return record_renewal(call, code=code, **_plain(self.cleaned_data))


class InsuranceForm(ActForm):
    """An insurance policy."""

    kind = forms.ChoiceField(
        label=_("险种"),
        choices=[
            (InsuranceKind.LIABILITY, _("责任险")),
            (InsuranceKind.ACCIDENT, _("学员意外险")),
            (InsuranceKind.PERFORMANCE, _("履约保险")),
        ],
    )
    insurer = forms.CharField(label=_("保险机构"), max_length=80)
    number = forms.CharField(label=_("保单号"), max_length=60)
    valid_from = DayField(label=_("起保日"))
    valid_until = DayField(label=_("最后有效日"))
    covered_count = forms.IntegerField(label=_("覆盖学员数"), min_value=0, max_value=1_000_000)

    def act(self, call: Call, code: str) -> Receipt:
        """Record it."""
        said = _plain(self.cleaned_data)
        policy = NewPolicy(**{**said, "kind": InsuranceKind(said["kind"])})
        return record_insurance(call, code=code, policy=policy)


class ComplaintForm(ActForm):
    """A complaint that came in."""

    received_on = DayField(label=_("收到日期"))
    summary = forms.CharField(label=_("投诉内容"), max_length=400, widget=_TEXT)
    complainant = forms.CharField(
        label=_("投诉人联系方式"),
        max_length=60,
        help_text=_("只保存带密钥的摘要，用于区分家庭，不保存原文。"),
    )
    matter_code = forms.CharField(label=_("同一事项的首件投诉码"), max_length=13, required=False)

    def act(self, call: Call, code: str) -> Receipt:
        """Write it down."""
        complaint = NewComplaint(**_plain(self.cleaned_data))
        return record_complaint(call, code=code, complaint=complaint)


class DecisionForm(ActForm):
    """What a complaint counts as."""

    complaint_code = forms.CharField(label=_("投诉码"), max_length=13)
    outcome = forms.ChoiceField(
        label=_("认定"),
        choices=[
            (Outcome.VALID, _("有效")),
            (Outcome.WITHDRAWN, _("实际解决后撤回")),
            (Outcome.DUPLICATE, _("重复")),
            (Outcome.INVALID, _("无效")),
        ],
    )
    ground = forms.ChoiceField(
        label=_("有效的理由"),
        required=False,
        choices=[
            ("", _("不适用")),
            (Ground.SUBSTANTIATED, _("查实")),
            (Ground.UNANSWERED, _("逾期未答复")),
        ],
    )
    safety = forms.BooleanField(label=_("涉及人身安全"), required=False)
    reason = forms.CharField(label=_("认定说明"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- the complaint names it
        """Decide it."""
        said = _plain(self.cleaned_data)
        decision = Decision(
            outcome=Outcome(said["outcome"]),
            reason=said["reason"],
            ground=Ground(said["ground"]) if said["ground"] else None,
            safety=said["safety"],
        )
        return decide_complaint(call, complaint_code=said["complaint_code"], decision=decision)


class GapForm(ActForm):
    """A gap that a bank or the platform caused."""

    feed = forms.ChoiceField(
        label=_("数据"),
        choices=[
            (Feed.STATEMENT, _("财务报表")),
            (Feed.INSURANCE, _("保险")),
            (Feed.FUNDS, _("资金")),
        ],
    )
    bank_code = forms.CharField(
        label=_("银行代码"), max_length=20, required=False, help_text=_("不填即由平台造成。")
    )
    valid_from = DayField(label=_("自何日起"))
    ended = forms.BooleanField(label=_("已经恢复"), required=False)
    reason = forms.CharField(label=_("原因"), max_length=200)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- it concerns many
        """Record it."""
        said = _plain(self.cleaned_data)
        return record_feed_gap(call, **{**said, "feed": Feed(said["feed"])})


class ConfirmForm(ActForm):
    """Confirm a worse colour for the public."""

    def act(self, call: Call, code: str) -> Receipt:
        """Confirm it and tell the institution."""
        return confirm_colour(call, code=code)


class ToldForm(ActForm):
    """The notice of a confirmed colour was served on paper or in person."""

    words = forms.CharField(
        label=_("送达情况"),
        max_length=400,
        widget=_TEXT,
        help_text=_("何时、何地、以何种方式送达何人；机构负责人在收件箱看到通知的，不用登记。"),
    )

    def act(self, call: Call, code: str) -> Receipt:
        """Record it."""
        return record_colour_told(call, code=code, **_plain(self.cleaned_data))


class ReinspectionForm(ActForm):
    """A re-inspection that was passed."""

    passed_on = DayField(label=_("复查通过日"))
    reason = forms.CharField(label=_("复查情况"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:
        """Propose it."""
        return propose_reinspection(call, code=code, **_plain(self.cleaned_data))


class OverrideForm(ActForm):
    """A colour by hand."""

    colour = forms.ChoiceField(
        label=_("调整为"),
        choices=[("GREEN", _("绿码")), ("YELLOW", _("黄码")), ("RED", _("红码"))],
    )
    until_on = DayField(label=_("最后有效日"))
    reason = forms.CharField(label=_("理由和依据"), max_length=400, widget=_TEXT)

    def act(self, call: Call, code: str) -> Receipt:
        """Propose it."""
        said = _plain(self.cleaned_data)
        return propose_override(call, code=code, **{**said, "colour": Colour(said["colour"])})


class ApproveReinspectionForm(ActForm):
    """The second person's approval of a re-inspection."""

    proposal_id = forms.IntegerField(label=_("提请编号"), min_value=1)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- the proposal names it
        """Approve it."""
        return approve_reinspection(call, **_plain(self.cleaned_data))


class ApproveOverrideForm(ActForm):
    """The second person's approval of a colour by hand."""

    proposal_id = forms.IntegerField(label=_("提请编号"), min_value=1)

    def act(self, call: Call, code: str) -> Receipt:  # noqa: ARG002 -- the proposal names it
        """Approve it."""
        return override_colour(call, **_plain(self.cleaned_data))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "request_id"}
