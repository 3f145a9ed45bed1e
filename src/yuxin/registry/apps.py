"""Django app of the registry."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Subjects, values with history, the projection for lists and search."""

    name = "yuxin.registry"
    label = "registry"
