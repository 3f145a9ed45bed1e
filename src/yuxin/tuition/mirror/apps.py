"""Django app of mirrored facts, a part of tuition."""

from django.apps import AppConfig


class MirrorConfig(AppConfig):
    """Sources, their files, their facts."""

    name = "yuxin.tuition.mirror"
    label = "mirror"
