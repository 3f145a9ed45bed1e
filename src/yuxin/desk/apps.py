"""Django app of the workbench."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Pages of everybody at work."""

    name = "yuxin.desk"
    label = "desk"
