"""Django app of redeeming, a part of tuition."""

from django.apps import AppConfig


class RedeemingConfig(AppConfig):
    """Visits redeemed on site."""

    name = "yuxin.tuition.redeeming"
    label = "redeeming"
