"""Django app of queued acts, a part of tuition."""

from django.apps import AppConfig


class QueuedConfig(AppConfig):
    """What phones sent later than it was tapped."""

    name = "yuxin.tuition.queued"
    label = "queued"
