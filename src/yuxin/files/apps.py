"""Django app of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Content-addressed files."""

    name = "yuxin.files"
    label = "files"
