"""Django app of the site: system checks and the command line's own parts."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Where the parts become one installation."""

    name = "yuxin.site"
    label = "site"
