"""Django app of the evidence log."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Entries, receipts, requests."""

    name = "yuxin.evidence"
    label = "evidence"
