"""Django app of reconciliation, a part of tuition."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    """Account days and breaks."""

    name = "yuxin.tuition.reconciliation"
    label = "reconciliation"
