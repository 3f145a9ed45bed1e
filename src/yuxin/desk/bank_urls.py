"""Addresses of banks on the workbench."""

from django.urls import path

from yuxin.desk.pages import reconciliation

urlpatterns = [
    path("reconciliation", reconciliation.reconciliation, name="reconciliation"),
    path("reconciliation/close", reconciliation.reconciliation_close, name="reconciliation-close"),
    path("reconciliation/claim", reconciliation.reconciliation_claim, name="reconciliation-claim"),
]
