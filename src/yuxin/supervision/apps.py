"""Django app of supervision."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Complaints and feed gaps."""

    name = "yuxin.supervision"
    label = "supervision"
