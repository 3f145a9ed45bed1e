"""Django app of policy."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """Active rule packs."""

    name = "yuxin.policy"
    label = "policy"
