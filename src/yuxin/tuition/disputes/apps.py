"""Django app of disputes, a part of tuition."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """Disputes over lessons and the settlements proposed."""

    name = "yuxin.tuition.disputes"
    label = "disputes"
