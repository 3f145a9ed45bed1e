"""Django app of selecting custody banks, a part of tuition."""

from django.apps import AppConfig


class SelectionConfig(AppConfig):
    """Calls for custody banks and what came of them."""

    name = "yuxin.tuition.selection"
    label = "selection"
