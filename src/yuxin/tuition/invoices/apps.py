"""Django app of invoices, a part of tuition."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    """Invoices and the three-way check."""

    name = "yuxin.tuition.invoices"
    label = "invoices"
