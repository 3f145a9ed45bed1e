"""Tables of assessment."""

from django.db import models


class Mark(models.Model):
    """A change that may alter a judgement of an institution; the worker takes it and judges.

    One plain row per change: an upsert on a row per institution would be a hot spot.
    """

    institution_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))

    def __str__(self) -> str:
        return f"mark of {self.institution_id}"
