"""Forms of closings, deposits and offered places."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import DayField, Form, SubjectCodeField
from yuxin.tuition.deposits.models import Deposit

ROWS = forms.Textarea(attrs={"rows": 3})


class ActForm(Form):
    """Nothing but the number of the request: a button."""


class ProposeClosingForm(Form):
    """What is proposed of an institution."""

    code = SubjectCodeField(label=_("机构主体编码"))
    kind = forms.ChoiceField(
        label=_("认定"),
        widget=forms.RadioSelect,
        choices=[
            ("CLOSED", _("停业：机构自己或被责令停止办学")),
            ("ABSCONDED", _("失联：关门、负责人联系不上")),
        ],
    )
    document_number = forms.CharField(
        label=_("文号"), max_length=60, help_text=_("暂停划转须凭主管部门的书面决定")
    )
    effective_on = DayField(label=_("自何日起"))
    reason = forms.CharField(label=_("事实和依据"), max_length=400, widget=ROWS)
    contact = forms.CharField(
        label=_("家长问哪里"), max_length=120, help_text=_("会公开，写单位和电话，不写个人")
    )


class ReasonForm(Form):
    """Why something is proposed."""

    reason = forms.CharField(label=_("理由和依据"), max_length=200, widget=ROWS)


class EarnedForm(ReasonForm):
    """What becomes of earned fees that a closing froze."""

    way = forms.ChoiceField(
        label=_("怎么处理"),
        widget=forms.RadioSelect,
        choices=[
            ("SET_OFF", _("抵付家庭的缺口：按缺口比例，从专户退给家庭")),
            ("HELD", _("留给清算人：留在专户，谁也不付")),
        ],
    )
    field_order = ("way", "reason")


class OpenDepositForm(Form):
    """A deposit as agreed."""

    code = SubjectCodeField(label=_("机构主体编码"))
    kind = forms.ChoiceField(
        label=_("种类"),
        widget=forms.RadioSelect,
        choices=[
            (Deposit.Kind.RISK, _("风险保证金")),
            (Deposit.Kind.PERFORMANCE, _("协议履行风险保证金")),
            (Deposit.Kind.UNDELIVERED, _("未消课风险保证金")),
        ],
    )
    holder = forms.ChoiceField(
        label=_("存在哪里"),
        widget=forms.RadioSelect,
        choices=[
            (Deposit.Holder.INSTITUTION, _("机构的保证金账户")),
            (Deposit.Holder.BUREAU, _("教育局的保证金专户")),
        ],
    )
    bank_code = forms.CharField(label=_("银行代码"), max_length=20)
    account_title = forms.CharField(label=_("户名"), max_length=120)
    number = forms.CharField(label=_("账号"), max_length=40)


class OfferForm(Form):
    """Places of a class for the learners of a closing."""

    class_code = forms.ChoiceField(label=_("班"))
    count = forms.IntegerField(label=_("几个名额"), min_value=1, max_value=500)
    words = forms.CharField(
        label=_("对家长说一句"), max_length=200, required=False, help_text=_("例如免试听、可插班")
    )

    def __init__(self, classes: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["class_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = classes
