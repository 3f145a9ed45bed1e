"""Forms of insurance: insurers, products, the answer to a claim."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import DayField, Form, YuanField
from yuxin.tuition.insurance.cover import Product

ROWS = forms.Textarea(attrs={"rows": 4})


class InsurerForm(Form):
    """An insurer with its key and the folder that messages are exchanged in."""

    code = forms.RegexField(r"^[0-9A-Za-z]{2,20}$", label=_("保险公司代码"), max_length=20)
    name = forms.CharField(label=_("保险公司"), max_length=80)
    public_key_pem = forms.CharField(label=_("公钥"), widget=ROWS, max_length=4000)
    exchange_folder = forms.CharField(label=_("交换文件夹"), max_length=200)


class ProductForm(Form):
    """A product as admitted."""

    insurer_code = forms.ChoiceField(label=_("保险公司"))
    kind = forms.ChoiceField(
        label=_("险种"),
        widget=forms.RadioSelect,
        choices=[
            (Product.Kind.PERSONAL, _("点对点学费险：保一个学员的学费")),
            (Product.Kind.PERFORMANCE, _("履约保险：保机构不履约")),
        ],
    )
    name = forms.CharField(label=_("产品名称"), max_length=60)
    terms = forms.CharField(label=_("条款要点，家长看得到"), max_length=4000, widget=ROWS)
    premium = forms.DecimalField(
        label=_("保费占学费百分之几"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    cover_max = YuanField(label=_("每份合同最高保额"))
    payer = forms.ChoiceField(
        label=_("谁付保费"),
        widget=forms.RadioSelect,
        choices=[(Product.Payer.FAMILY, _("家长")), (Product.Payer.INSTITUTION, _("机构"))],
    )
    required = forms.BooleanField(label=_("按规定必须投保"), required=False)

    def __init__(self, insurers: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["insurer_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = insurers


class ClaimAnswerForm(Form):
    """The insurer's answer."""

    paid = YuanField(label=_("已付家长"), help_text=_("不赔填 0"))
    serial = forms.CharField(
        label=_("付款流水号"), max_length=64, required=False, help_text=_("付了的必须填")
    )
    paid_on = DayField(label=_("付款日"))
    words = forms.CharField(
        label=_("说明"), max_length=200, required=False, help_text=_("不赔的必须写明理由")
    )
