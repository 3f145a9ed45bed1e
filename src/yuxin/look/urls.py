"""Addresses of the look itself."""

from django.urls import path

from yuxin.look.pages.patterns import patterns

app_name = "look"
urlpatterns = [path("desk/patterns", patterns, name="patterns")]
