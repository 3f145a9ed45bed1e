"""Addresses of the workbench."""

from django.urls import path

from yuxin.desk.pages.home import home

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
]
