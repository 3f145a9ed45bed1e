"""What is known of a stored file. Its bytes lie on disk under its hash."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class File(models.Model):
    """One content; the same bytes are stored once, whoever sends them."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="file_hash_form", condition=Q(sha256__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(name="file_size_not_negative", condition=Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return self.sha256
