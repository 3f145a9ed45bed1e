"""Facts told by another platform, with where they come from. Only added to."""

from typing import ClassVar

from django.db import models

from yuxin.tuition.models.courses import Origin


class MirrorSource(models.Model):
    """A platform or bank whose files are taken: its key and whose acts its facts are."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    origin = models.CharField(max_length=8, choices=Origin)
    public_key_pem = models.TextField()
    since_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mirror_source_is_another", condition=models.Q(origin__in=["national", "bank"])
            )
        ]

    def __str__(self) -> str:
        return self.name


class MirrorFile(models.Model):
    """A file as taken; the same bytes twice are one file."""

    sha256 = models.CharField(max_length=64, unique=True)
    source = models.ForeignKey(MirrorSource, on_delete=models.PROTECT, related_name="files")
    institution_id = models.BigIntegerField()
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()
    fact_count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.sha256[:12]


class MirrorFact(models.Model):
    """One fact of one contract as its source told it; `ref` is the source's own number."""

    file = models.ForeignKey(MirrorFile, on_delete=models.PROTECT, related_name="facts")
    source = models.ForeignKey(MirrorSource, on_delete=models.PROTECT, related_name="facts")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField(null=True)  # known by telephone, or nobody here
    kind = models.CharField(max_length=16)
    ref = models.CharField(max_length=64)
    contract_ref = models.CharField(max_length=64)
    lesson_ref = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField()
    amount_fen = models.BigIntegerField(null=True)
    centiunits = models.PositiveIntegerField(null=True)
    told_on = models.DateField(null=True)
    deemed_days = models.PositiveIntegerField(null=True)
    course = models.CharField(max_length=60, blank=True)
    learner_sealed = models.BinaryField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["institution_id", "contract_ref", "happened_at"], name="mirror_by_contract"
            ),
            models.Index(fields=["guardian_id"], name="mirror_by_guardian"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "source", "institution_id", "kind", "ref", name="mirror_fact_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
