"""Django app of answers, a part of tuition."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """From where answers came."""

    name = "yuxin.tuition.answers"
    label = "answers"
