"""Django app of messages."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages, their deliveries and one-time codes."""

    name = "yuxin.messages"
    label = "messages"
