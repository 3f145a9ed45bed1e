"""Django app of agreements, a part of tuition."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Texts, signatures, supplements."""

    name = "yuxin.tuition.agreements"
    label = "agreements"
