"""Django app of the guardian's phone."""

from django.apps import AppConfig


class FamilyConfig(AppConfig):
    """Pages for families."""

    name = "yuxin.family"
    label = "family"
