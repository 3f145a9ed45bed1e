"""The colour that the public sees: only if policy says so, worse only after confirmation.

Services, inside an operation. A better colour shows at once; a worse one waits for an officer,
for proof that the institution was told, and then for the working days of
`risk.public_worse_after_working_days`.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from yuxin.assessment.models import ColourConfirmation, Judgement, PublicColour
from yuxin.kernel.act import Act, require_act
from yuxin.messages import services as messages
from yuxin.messages.models import Message
from yuxin.policy.in_force import calendar, pack_of
from yuxin.rules.colour import Colour
from yuxin.rules.pack import Pack

TEMPLATE: Final = "colour.to_public"


def is_shown(pack: Pack, day: date) -> bool:
    """Whether the public sees colours at all."""
    return pack.on("risk.public_shown", day).value is True


def follow(act: Act, judgements: Sequence[Judgement]) -> None:
    """Let public colours follow judgements where nobody needs to confirm.

    Better, or none any more: from today. The first colour of an institution shows if it is green.
    A confirmed colour that waits for its day is dropped once it is no longer true.
    """
    require_act()
    shown = is_shown(pack_of(act), act.day)
    ids = [row.institution_id for row in judgements]
    last, now = _last(ids), _last(ids, in_force_on=act.day)
    PublicColour.objects.bulk_create(
        [
            PublicColour(
                institution_id=row.institution_id,
                colour=colour,
                from_on=act.day,
                judgement=row,
            )
            for row in judgements
            for colour in _next(
                row, now.get(row.institution_id), last.get(row.institution_id), shown=shown
            )
        ]
    )


def _last(
    institution_ids: Sequence[int], *, in_force_on: date | None = None
) -> dict[int, PublicColour]:
    """What was said last of each institution, or what of it is in force on a day."""
    asked = PublicColour.objects.filter(institution_id__in=list(institution_ids))
    if in_force_on is not None:
        asked = asked.filter(from_on__lte=in_force_on)
    rows = asked.order_by("institution_id", "-id").distinct("institution_id")
    return {row.institution_id: row for row in rows}


def _next(
    row: Judgement, now: PublicColour | None, last: PublicColour | None, *, shown: bool
) -> list[str | None]:
    """The public colour that follows at once; empty when what was said may stand.

    `now` is in force, `last` was said last: the same row, or one that waits for its day.
    """
    before = None if now is None else now.colour
    follows = _shows_now(row, before) if shown else None
    if last is None or last == now:
        return [follows] if follows != before else []
    waits = shown and row.effective != Colour.GREY and _rank(last.colour) <= _rank(row.effective)
    return [] if waits else [follows]


def _shows_now(row: Judgement, before: str | None) -> str | None:
    """What nobody needs to confirm: no colour, the first green, the better of two."""
    if row.effective == Colour.GREY:
        return None
    if before is None:
        return row.effective if row.effective == Colour.GREEN else None
    return min(row.effective, before, key=_rank)


def _rank(colour: str | None) -> int:
    return Colour(colour or Colour.GREY).rank


def needs_confirmation(row: Judgement, last: PublicColour | None) -> bool:
    """Whether the colour in effect is worse than what was said or confirmed for the public."""
    if row.effective in (Colour.GREY, Colour.GREEN):
        return False
    waiting = open_confirmation(row.institution_id)
    said = [each.colour for each in (last, waiting) if each is not None and each.colour]
    return all(Colour(row.effective).rank > Colour(each).rank for each in said)


def last_of(institution_id: int) -> PublicColour | None:
    """What was said last of an institution in public, in force already or not."""
    return _last([institution_id]).get(institution_id)


def confirm(act: Act, row: Judgement) -> ColourConfirmation:
    """Confirm a worse colour; it shows in public some days after `told`."""
    require_act()
    assert act.actor.account_id is not None, "a person confirms"
    return ColourConfirmation.objects.create(
        institution_id=row.institution_id,
        colour=row.effective,
        judgement=row,
        confirmed_by=act.actor.account_id,
    )


def open_confirmation(institution_id: int) -> ColourConfirmation | None:
    """The confirmation of which the institution has not provably been told, if it still holds.

    It is void once any later judgement was better than what was confirmed.
    """
    found = ColourConfirmation.objects.filter(institution_id=institution_id).order_by("-id").first()
    if found is None or PublicColour.objects.filter(confirmation=found).exists():
        return None
    better = [each.value for each in Colour if each.rank < Colour(found.colour).rank]
    later = Judgement.objects.filter(
        institution_id=institution_id, pk__gt=found.judgement_id, effective__in=better
    )
    return None if later.exists() else found


def told(act: Act, confirmation: ColourConfirmation) -> date:
    """The institution was provably told: the day from which the public sees the colour."""
    require_act()
    pack = pack_of(act)
    days = pack.on("risk.public_worse_after_working_days", act.day).integer
    from_on = calendar(pack, "government", act.day).add_working_days(act.day, days)
    PublicColour.objects.create(
        institution_id=confirmation.institution_id,
        colour=confirmation.colour,
        from_on=from_on,
        judgement=confirmation.judgement,
        confirmation=confirmation,
    )
    return from_on


def told_by(act: Act, proven: Iterable[Message]) -> None:
    """Messages provably arrived: what they tell institutions of their colour runs from today."""
    require_act()
    for institution_id in sorted(
        {
            int(str(messages.facts_of(each)["institution"]))
            for each in proven
            if each.template == TEMPLATE
        }
    ):
        confirmation = open_confirmation(institution_id)
        if confirmation is not None:
            told(act, confirmation)
