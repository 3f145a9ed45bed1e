"""The letter to a family at a closing: what it is owed and from where, to the fen."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from yuxin.kernel.money import Fen, yuan_in_words
from yuxin.look.values import SumLine
from yuxin.tuition.collapse.models import Claim


@dataclass(frozen=True)
class ClaimLetter:
    """One letter: the claim, how its sum comes about, and from where it is paid."""

    claim: Claim
    course: str
    lines: list[SumLine]
    sources: list[SumLine]
    in_words: str


def claim_lines(claim: Claim) -> list[SumLine]:
    """How the sum comes about, to the fen."""
    return [
        SumLine(_("已付学费"), Fen(claim.paid_fen)),
        SumLine(_("您确认过的课"), Fen(claim.earned_fen), "-"),
        SumLine(_("已经退过的"), Fen(claim.refunded_fen), "-"),
        SumLine(_("应退给您"), Fen(claim.claim_fen), "=", total=True),
    ]


def letter_of(claim: Claim) -> ClaimLetter:
    """The letter of a claim whose contract's course is read."""
    sources = [
        SumLine(_("从专户退（原路）"), Fen(claim.held_fen)),
        SumLine(_("保证金付"), Fen(claim.deposit_fen), "+"),
        SumLine(_("保险付"), Fen(claim.insurance_fen), "+"),
        SumLine(_("机构的课费抵付"), Fen(claim.set_off_fen), "+"),
        SumLine(_("清算债权，学员退费第1位"), Fen(claim.open_fen), "+"),
        SumLine(_("应退给您"), Fen(claim.claim_fen), "=", total=True),
    ]
    return ClaimLetter(
        claim,
        claim.contract.course.name,
        claim_lines(claim),
        sources,
        yuan_in_words(Fen(claim.claim_fen)),
    )
