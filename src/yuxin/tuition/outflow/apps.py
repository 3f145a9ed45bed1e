"""Django app of outflow, a part of tuition."""

from django.apps import AppConfig


class OutflowConfig(AppConfig):
    """Holds on outflow and notices of large use."""

    name = "yuxin.tuition.outflow"
    label = "outflow"
