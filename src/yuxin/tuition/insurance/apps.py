"""Django app of insurance, a part of tuition."""

from django.apps import AppConfig


class InsuranceConfig(AppConfig):
    """Policies and their cover."""

    name = "yuxin.tuition.insurance"
    label = "insurance"
