"""Django app of closings, a part of tuition."""

from django.apps import AppConfig


class CollapseConfig(AppConfig):
    """Closings, their claims, and places offered to the learners."""

    name = "yuxin.tuition.collapse"
    label = "collapse"
