"""Django app of clues, a part of supervision."""

from django.apps import AppConfig


class CluesConfig(AppConfig):
    """Clues and what became of them."""

    name = "yuxin.supervision.clues"
    label = "clues"
