"""Addresses of the interface for machines."""

from django.urls import path

from yuxin.api.bank_notices import bank_notices

urlpatterns = [path("v1/bank/notices", bank_notices, name="api-bank-notices")]
