"""Django app of imports."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Batches, rows, doubts."""

    name = "yuxin.registry.importing"
    label = "importing"
