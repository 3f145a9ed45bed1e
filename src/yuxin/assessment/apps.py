"""Django app of assessment."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Indicators, colours, explanations."""

    name = "yuxin.assessment"
    label = "assessment"
