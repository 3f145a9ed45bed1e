"""Addresses of the door, the same for everybody."""

from django.urls import path

from yuxin.desk.pages.own import me
from yuxin.desk.pages.sign_in import act_as, sign_in, sign_out

urlpatterns = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("act-as", act_as, name="act-as"),
    path("family/me", me, name="family-me"),
]
