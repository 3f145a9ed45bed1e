"""One row per express answer to a lesson: by whom, and from which network and device."""

from typing import ClassVar

from django.db import models


class Answer(models.Model):
    """Network and device as keyed hashes: alike or not, and nothing else can be told of them."""

    lesson_id = models.BigIntegerField(unique=True)
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    answered_at = models.DateTimeField()
    network_index = models.BinaryField()
    device_index = models.BinaryField()
    signed_in = models.BooleanField()
    recorded_at = models.DateTimeField(db_default=models.Func(function="public.recorded_now"))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["institution_id", "answered_at"], name="answer_by_institution")
        ]

    def __str__(self) -> str:
        return f"answer to lesson {self.lesson_id}"
