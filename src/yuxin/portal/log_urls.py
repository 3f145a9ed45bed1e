"""Addresses of the evidence log (strangers' programs rely on them) and of its receipts."""

from django.urls import path

from yuxin.portal.pages import log, receipt_check, receipts

urlpatterns = [
    path("log/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("log/tile/<path:rest>", log.tile, name="log-tile"),
    path("log/policy", log.policy, name="log-policy"),
    path("log/vkey", log.vkey, name="log-vkey"),
    path("receipts/<str:entry_id>.json", receipts.my_receipt, name="my-receipt"),
    path("check-receipt", receipt_check.receipt_check, name="receipt-check"),
    path("check-receipt/file", receipt_check.receipt_check_file, name="receipt-check-file"),
]
