"""A child to be added."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.look.forms import DayField, Form


class ChildForm(Form):
    """Name, and what helps to tell two children of one name apart."""

    name = forms.CharField(label=_("孩子的名字"), max_length=40)
    grade = forms.CharField(label=_("年级"), max_length=20, required=False)
    school = forms.CharField(label=_("学校"), max_length=60, required=False)
    birth_on = DayField(label=_("出生日期"), required=False)
