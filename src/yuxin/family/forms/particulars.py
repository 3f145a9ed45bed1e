"""What contracts say of a child and its guardian."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import Form

# What is kept is what a Chinese paper prints.
SEXES = (("", _("不填")), ("男", _("男")), ("女", _("女")))  # zh: a legal paper
ID_KINDS = (
    ("", _("不填")),
    ("居民身份证", _("居民身份证")),  # zh: a legal paper
    ("护照", _("护照")),  # zh: a legal paper
    ("其他证件", _("其他证件")),  # zh: a legal paper
)


class ParticularsForm(Form):
    """Nothing here is required: what is left blank stays blank in the contract."""

    sex = forms.ChoiceField(label=_("孩子的性别"), choices=SEXES, required=False)
    id_kind = forms.ChoiceField(label=_("孩子的证件"), choices=ID_KINDS, required=False)
    id_number = forms.CharField(label=_("证件号码"), max_length=30, required=False)
    relation = forms.CharField(label=_("您是孩子的"), max_length=10, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    address = forms.CharField(label=_("住址"), max_length=100, required=False)
    purchaser = forms.CharField(
        label=_("付款人，也是发票抬头"),
        max_length=40,
        required=False,
        help_text=_("不是您本人付款时才填。发票、合同、付款人要一致。"),
    )

    def told(self) -> dict[str, str]:
        """The fields without the number of the request."""
        return {
            name: self.cleaned_data[name].strip() for name in self.fields if name != "request_id"
        }
