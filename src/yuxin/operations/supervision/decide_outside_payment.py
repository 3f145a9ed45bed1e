"""The bureau says what it found on a reported payment, and answers the family."""

from datetime import timedelta

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries
from yuxin.rules.table import fired_rows
from yuxin.supervision.clues import services
from yuxin.supervision.clues.models import Finding, OutsideFinding, OutsidePayment
from yuxin.supervision.clues.permissions import BUREAU, require_may_decide

ANSWERS = {
    Finding.SUBSTANTIATED: ("查实，已对机构处置", "found to be true, and acted on"),
    Finding.UNFOUNDED: ("核实后不属实", "found not to be so"),
    Finding.INSIDE: (
        "款项已在监管账户，您的钱在监管之中",
        "the money lies in the supervised account",
    ),
}


@operation("outside_payment.decided", roles=BUREAU)
def decide_outside_payment(act: Act, *, clue_code: str, finding: Finding, words: str) -> Receipt:
    """Write the finding, once; a substantiated one is the fact behind W06 and F5.

    Where the sum of a year passes the local threshold, a measure on the licence is proposed.
    The family is answered without the bureau learning who it is.
    Raises: NotFound, Forbidden, Conflict, FindingNotUsable.
    Law: readings, Receipt outside custody; WH2 where a local pack says so (`alerts.W06`).
    """
    clue = services.clue_for_update(clue_code)
    require_may_decide(act.actor, clue.institution_id)
    measure = _measure(act, clue) if finding is Finding.SUBSTANTIATED else ""
    row = services.decide(act, clue, finding=finding, words=words, measure=measure)
    entry_of = queries.entry(act.actor, clue.institution_id)
    _answer(act, clue, finding, entry_of.name)
    entry = evidence.append(
        act,
        chain=f"clue:{clue.code}",
        subject=clue.code,
        body={
            "clue": clue.code,
            "finding": finding.value,
            "words": row.words,
            "measure": row.measure_proposed,
        },
    )
    assessment.mark(clue.institution_id)
    return Receipt(entry.id, {"clue": clue.code, "measure": row.measure_proposed})


def _measure(act: Act, clue: OutsidePayment) -> str:
    """The sentence of the row of W06 that proposes a measure, with this payment counted in."""
    pack = pack_of(act)
    if not pack.has("alerts.W06", act.day):
        return ""
    earlier = OutsideFinding.objects.filter(
        institution_id=clue.institution_id,
        finding=Finding.SUBSTANTIATED,
        found_on__gte=act.day - timedelta(days=365),
    ).values_list("payment__amount_fen", flat=True)
    sums = [*earlier, clue.amount_fen]
    facts = {"receipts": len(sums), "receipts_fen": sum(sums), "largest_fen": max(sums)}
    fired = fired_rows(pack.on("alerts.W06", act.day).rows, facts)
    said = [each.zh for each in fired if "measure" in each.row.then]
    return said[-1][:200] if said else ""


def _answer(act: Act, clue: OutsidePayment, finding: Finding, name: str) -> None:
    reporter = services.reporter_of(clue.code)
    if reporter is not None:
        zh, en = ANSWERS[finding]
        messages.send(
            act,
            template="clue.decided",
            facts={
                "institution": name,
                "on": clue.paid_on.isoformat(),
                "found": zh,
                "found_en": en,
            },
            to_person_id=reporter,
        )
