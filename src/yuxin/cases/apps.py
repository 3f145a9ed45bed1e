"""Django app of proceedings."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Proceedings and their steps."""

    name = "yuxin.cases"
    label = "cases"
