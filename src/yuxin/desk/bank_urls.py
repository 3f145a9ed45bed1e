"""Addresses of banks on the workbench."""

from django.urls import path

from yuxin.desk.pages import bank_service, custody_accounts, reconciliation, selections

urlpatterns = [
    path("bank-service", bank_service.bank_service, name="bank-service"),
    path("bank-selections", selections.selections, name="bank-selections"),
    path("bank-selections/new", selections.selection_new, name="bank-selection-new"),
    path("bank-selections/<str:code>", selections.selection, name="bank-selection"),
    path("custody", custody_accounts.custody_accounts, name="custody-accounts"),
    path("custody/own", custody_accounts.own_account, name="own-account"),
    path("custody/<str:code>", custody_accounts.custody_account, name="custody-account"),
    path("reconciliation", reconciliation.reconciliation, name="reconciliation"),
    path("reconciliation/close", reconciliation.reconciliation_close, name="reconciliation-close"),
    path("reconciliation/claim", reconciliation.reconciliation_claim, name="reconciliation-claim"),
]
