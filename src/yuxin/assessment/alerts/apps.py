"""Django app of alerts, a part of assessment."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Alerts and how they are handled."""

    name = "yuxin.assessment.alerts"
    label = "alerts"
