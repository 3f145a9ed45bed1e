"""Addresses of the evidence log; strangers' programs rely on them."""

from django.urls import path

from yuxin.portal.pages import log

urlpatterns = [
    path("checkpoint", log.checkpoint, name="log-checkpoint"),
    path("tile/<path:rest>", log.tile, name="log-tile"),
    path("policy", log.policy, name="log-policy"),
    path("vkey", log.vkey, name="log-vkey"),
]
