"""A payment that went elsewhere, as the family tells it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.clue_words import MEANS
from yuxin.look.forms import DayField, Form, SizedFileField, YuanField


class OutsideForm(Form):
    """What the receipt says; a photo may stand beside it."""

    institution = forms.CharField(
        label=_("机构的主体码"), max_length=20, help_text=_("在合同或门口的公示牌上，13 位")
    )
    paid_on = DayField(label=_("哪天付的"))
    amount_fen = YuanField(label=_("付了多少（元）"))
    means = forms.ChoiceField(label=_("怎么付的"), choices=list(MEANS.items()))
    payee_name = forms.CharField(label=_("收款方名称"), max_length=80)
    payee_account = forms.CharField(
        label=_("收款账号"), max_length=40, required=False, help_text=_("收据上有就填，只用来比对")
    )
    words = forms.CharField(
        label=_("还有什么要说"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不要写孩子的名字"),
    )
    photo = SizedFileField(
        endings=("jpg", "jpeg", "png", "webp"),
        label=_("收据照片"),
        required=False,
        help_text=_("会去掉照片里的位置和设备信息"),
    )
