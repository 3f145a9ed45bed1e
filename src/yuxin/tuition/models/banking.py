"""The bank's side as we know it: who the banks are, what we asked, what their files said."""

from datetime import time
from typing import ClassVar

from django.db import models
from django.db.models import Q

from yuxin.tuition.models.contracts import Contract
from yuxin.tuition.models.refunds import RefundCase


class Bank(models.Model):
    """A custody bank and what it agreed to: its key, its hours, its exchange folder."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    public_key_pem = models.TextField()
    exchange_folder = models.CharField(max_length=200)
    cashier_url = models.CharField(max_length=200, blank=True)  # where families pay an order
    cut_off = models.TimeField()  # instructions after it carry the next bank day
    files_by = models.TimeField(default=time(9))  # on the next bank day
    reconciled_by = models.TimeField(default=time(12))  # on the next bank day
    since_on = models.DateField()

    def __str__(self) -> str:
        return self.name


class Instruction(models.Model):
    """One order to a bank; its code is the bank's idempotency key and is never used again."""

    class Kind(models.TextChoices):
        """What the bank is to do."""

        RELEASE = "release"
        REFUND = "refund"
        RETURN = "return"  # of money that was nobody's
        ADVANCE = "advance"  # ahead of teaching: the institution owes it to the contract
        DEPOSIT = "deposit"  # a deposit goes back to its institution

    class State(models.TextChoices):
        """Only a success in the bank's file closes an instruction."""

        CREATED = "created"
        SENT = "sent"
        DONE = "done"
        FAILED = "failed"
        RETURNED = "returned"  # paid, then sent back (退票)
        WITHDRAWN = "withdrawn"  # held back whole before it was sent

    code = models.CharField(max_length=13, unique=True)
    institution_id = models.BigIntegerField()
    bank_code = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=9, choices=State, default=State.CREATED)
    amount_fen = models.BigIntegerField()
    from_sealed = models.BinaryField()
    from_last4 = models.CharField(max_length=4, blank=True)
    to_sealed = models.BinaryField(null=True)  # None: back by the original route
    original_serial = models.CharField(max_length=64, blank=True)  # of a refund
    value_on = models.DateField()
    refund = models.ForeignKey(
        RefundCase, on_delete=models.PROTECT, null=True, related_name="instructions"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    result_at = models.DateTimeField(null=True)
    bank_serial = models.CharField(max_length=64, blank=True)
    fail_code = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["bank_code", "state", "value_on"], name="instruction_to_send"),
            models.Index(fields=["institution_id", "value_on"], name="instruction_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="instruction_amount_positive",
                condition=Q(amount_fen__gt=0) | Q(amount_fen=0, state="withdrawn"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind} {self.state}"


class InstructionLine(models.Model):
    """The part of an instruction that one contract pays; a contract is in one open one only."""

    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="lines")
    institution_id = models.BigIntegerField()
    guardian_id = models.BigIntegerField()
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="releases")
    amount_fen = models.BigIntegerField()
    ahead_fen = models.BigIntegerField(default=0)  # the part of it that is an advance
    open = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="instruction_line_positive",
                condition=Q(amount_fen__gt=0) | Q(amount_fen=0, open=False),
            ),
            models.CheckConstraint(
                name="instruction_line_ahead_within",
                condition=Q(ahead_fen__gte=0, ahead_fen__lte=models.F("amount_fen")),
            ),
            models.UniqueConstraint(
                "contract", name="contract_in_one_open_release", condition=Q(open=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instruction_id}/{self.contract_id}"


class BankFile(models.Model):
    """A file as received; the same bytes twice are one file."""

    sha256 = models.CharField(max_length=64)
    bank_code = models.CharField(max_length=20)
    kind = models.CharField(max_length=4)
    account_day = models.DateField()
    part = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    sum_fen = models.BigIntegerField()
    last = models.BooleanField(default=False)  # no further part of its kind and day follows
    received_at = models.DateTimeField()
    refused = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("sha256", name="bank_file_once", condition=Q(refused="")),
            models.UniqueConstraint(
                "bank_code",
                "kind",
                "account_day",
                "part",
                name="bank_file_part_once",
                condition=Q(refused=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} {self.kind} {self.account_day} part {self.part}"


class BankLine(models.Model):
    """One line of a bank's file and what it was matched to; unmatched ones are breaks."""

    class State(models.TextChoices):
        """Matched, or a break of the kind named (funds-rules 7.4)."""

        RECEIVED = "received"  # not looked at yet
        MATCHED = "matched"
        BANK_ONLY = "bank_only"
        AMOUNT_DIFF = "amount_diff"
        STATUS_DIFF = "status_diff"
        DUPLICATE = "duplicate"
        EXPLAINED = "explained"

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    bank_code = models.CharField(max_length=20)
    bank_serial = models.CharField(max_length=64)
    account_day = models.DateField()
    kind = models.CharField(max_length=4)
    account_index = models.BinaryField(null=True)
    account_last4 = models.CharField(max_length=4, blank=True)
    amount_fen = models.BigIntegerField()
    reference = models.CharField(max_length=64, blank=True)
    detail = models.JSONField()  # the line as the bank wrote it, without the account's number
    institution_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    owner_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["state", "account_day"],
                name="bank_line_breaks",
                condition=~Q(state="matched"),
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "bank_code", "account_day", "kind", "bank_serial", name="bank_serial_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.bank_serial} {self.state}"


class BankBalance(models.Model):
    """What the bank says lay on a custody account at the end of an accounting day."""

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="balances")
    account_index = models.BinaryField()
    account_last4 = models.CharField(max_length=4)
    account_day = models.DateField()
    opening_fen = models.BigIntegerField()
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    frozen_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("account_index", "account_day", name="one_balance_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.account_last4} {self.account_day}"


class OutgoingFile(models.Model):
    """A file for a bank, sealed in the transaction that decided it, written to disk after it.

    A crash between the two loses nothing: what has no `written_at` is written again, the same
    bytes under the same name.
    """

    bank_code = models.CharField(max_length=20)
    name = models.CharField(max_length=60, unique=True)
    account_day = models.DateField()
    part = models.PositiveIntegerField()
    data = models.BinaryField()
    signature = models.BinaryField()
    made_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
