"""The tables of the ledger as Django sees them: to read only. Writes go through `services`."""

from django.db import models

from yuxin.ledger.buckets import Bucket


class Posting(models.Model):
    """One movement of one contract between two buckets; never changed."""

    pk = models.CompositePrimaryKey("institution_id", "key")
    institution_id = models.BigIntegerField()
    key = models.UUIDField()
    contract_id = models.BigIntegerField()
    debit = models.SmallIntegerField()
    credit = models.SmallIntegerField()
    amount_fen = models.BigIntegerField()
    fact_kind = models.TextField()
    fact_ref = models.TextField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    reverses = models.UUIDField(null=True)
    payload_hash = models.BinaryField()
    batch_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = 'ledger"."posting'

    def __str__(self) -> str:
        return f"{self.debit}/{self.credit} {self.amount_fen} fen"


class ContractBalance(models.Model):
    """What one contract holds and owes, and what was paid, released and refunded so far."""

    pk = models.CompositePrimaryKey("institution_id", "contract_id")
    institution_id = models.BigIntegerField()
    contract_id = models.BigIntegerField()
    custody_fen = models.BigIntegerField()
    in_transit_fen = models.BigIntegerField()
    advance_fen = models.BigIntegerField()
    unearned_fen = models.BigIntegerField()
    pending_fen = models.BigIntegerField()
    frozen_fen = models.BigIntegerField()
    payable_fen = models.BigIntegerField()
    refund_payable_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField()
    released_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = 'ledger"."contract_balance'

    def __str__(self) -> str:
        return f"contract {self.contract_id}: {self.custody_fen} fen in custody"

    def in_bucket(self, bucket: Bucket) -> int:
        """Fen in one bucket."""
        return int(getattr(self, f"{bucket.name.lower()}_fen"))
