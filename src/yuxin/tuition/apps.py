"""Django app of tuition."""

from django.apps import AppConfig


class TuitionConfig(AppConfig):
    """Courses, contracts, lessons, refunds, bank files."""

    name = "yuxin.tuition"
    label = "tuition"
