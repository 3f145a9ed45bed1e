"""Django app of the look."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """Templates, components and page rules that desk, family and portal share."""

    name = "yuxin.look"
    label = "look"
