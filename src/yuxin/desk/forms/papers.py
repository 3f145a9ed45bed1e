"""Forms of papers: signing a batch, and what contracts of a course say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import DayField, Form, OneTimeCodeField
from yuxin.tuition.models import Contract

METHODS = (
    ("ONE_TO_ONE", _("一对一")),
    ("SMALL", _("小班")),
    ("LARGE", _("大班")),
    ("OTHER", _("其他")),
)
BILLINGS = (
    ("LESSON", _("按课时")),
    ("PERIOD", _("按培训周期")),
    ("BOTH", _("按课时和周期，以较短者为准")),
)


class CountersignForm(Form):
    """Which contracts, and the code of one's own device."""

    contract = forms.MultipleChoiceField(
        label=_("合同"), error_messages={"required": _("请至少选一份合同。")}
    )
    code = OneTimeCodeField(label=_("动态码"), help_text=_("您账号绑定的动态码，6位数字"))

    def __init__(self, *args: Any, contracts: Sequence[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contract"]
        assert isinstance(field, forms.MultipleChoiceField)
        # A form sent twice names contracts that wait no longer: the act answers as the first time.
        sent = self.data.getlist("contract") if hasattr(self.data, "getlist") else []
        shown = {f"{each.code}.{each.terms_sha256}" for each in contracts}
        field.choices = [(one, one) for one in {*sent, *shown}]


class ConditionsForm(Form):
    """What the contracts of a course say beyond what was published."""

    billing = forms.ChoiceField(label=_("收费方式"), choices=BILLINGS)
    method = forms.ChoiceField(label=_("上课方式"), choices=METHODS)
    size_min = forms.IntegerField(label=_("最低开班人数"), min_value=0, max_value=500, initial=0)
    may_not_open = forms.BooleanField(label=_("人数不足可以不开班，全额退费"), required=False)
    joins_late = forms.BooleanField(
        label=_("开课后可以插班"),
        required=False,
        help_text=_("插班的只收剩下的课，已上过的课不收费。"),
    )
    adviser = forms.CharField(label=_("经办人"), max_length=40, required=False)
    teacher_qualification = forms.CharField(label=_("教师资质"), max_length=80, required=False)
    lease_until = DayField(label=_("场地租期到"), required=False)
    full_refund_after_days = forms.IntegerField(
        label=_("开课后多少天内也全额退"), min_value=0, max_value=60, initial=0
    )
    refund_at_list_price = forms.BooleanField(
        label=_("家长因自身原因退费时，上过的课按标价扣"),
        required=False,
        help_text=_("只在当地政策允许时写进合同；其他原因一律按实付比例。"),
    )
    penalty_institution = forms.CharField(label=_("机构违约责任"), max_length=200, required=False)
    penalty_family = forms.CharField(label=_("家长违约责任"), max_length=200, required=False)
    mediator = forms.CharField(label=_("调解组织"), max_length=80, required=False)
