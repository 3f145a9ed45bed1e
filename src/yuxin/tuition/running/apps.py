"""Django app of running contracts, a part of tuition."""

from django.apps import AppConfig


class RunningConfig(AppConfig):
    """Contracts of before, until their money is safe."""

    name = "yuxin.tuition.running"
    label = "running"
