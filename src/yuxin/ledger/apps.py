"""Django app of the escrow ledger."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Postings, balances, sealed batches, settlements."""

    name = "yuxin.ledger"
    label = "ledger"
