"""What two people decide on a colour: a re-inspection passed, a colour set by hand.

Services, inside an operation. One proposes, another approves; the database holds the same.
"""

from datetime import date

from yuxin.assessment.judging import Rules, judge, standing_of
from yuxin.assessment.models import RECORDED_NOW, ColourOverride, Judgement, Reinspection
from yuxin.assessment.services import latest, settled_at
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import BadInput, Conflict, NotFound, Refusal
from yuxin.policy.in_force import pack_of
from yuxin.rules.colour import Colour
from yuxin.rules.movement import Override, require_override_allowed


class NotRed(Refusal):
    """There is no RED that a re-inspection could end."""

    code = "not_red"
    zh = "该机构当前不是红色，没有需要复查解除的情形。"
    en = "The institution is not RED now, so there is nothing for a re-inspection to end."


class ApprovedByProposer(Refusal):
    """Whoever proposed does not approve."""

    code = "approved_by_proposer"
    zh = "提出人不能自己批准，请由另一名负责人复核后批准。"
    en = "Whoever proposed this cannot approve it; ask a second person."


class NotColoured(Refusal):
    """Nothing was judged yet, or the institution is grey."""

    code = "not_coloured"
    zh = "该机构目前没有颜色（未接入或无有效许可），不能办理。"
    en = "The institution has no colour now (not connected, or without a licence)."


class ReasonMissing(BadInput):
    """A decision without a reason."""

    code = "colour_reason_missing"
    zh = "请写明理由和依据（不超过 400 字）。"
    en = "Please give the reason and the evidence, in at most 400 characters."


def stated(text: str) -> str:
    """A reason as it was given, without blanks around it.

    Raises: ReasonMissing.
    """
    if not 0 < len(text.strip()) <= 400:
        raise ReasonMissing(field="reason")
    return text.strip()


def current(institution_id: int) -> Judgement:
    """The judgement that stands now.

    Raises: NotColoured.
    """
    row = latest([institution_id]).get(institution_id)
    if row is None or row.computed == Colour.GREY:
        raise NotColoured
    return row


def propose_reinspection(
    act: Act, *, institution_id: int, passed_on: date, reason: str
) -> Reinspection:
    """Propose that a re-inspection was passed.

    Raises: NotColoured, NotRed, ReasonMissing.
    """
    require_act()
    standing = standing_of(current(institution_id).standing)
    if not standing.red_open or not standing.since <= passed_on <= act.day:
        raise NotRed(field="passed_on")
    assert act.actor.account_id is not None
    return Reinspection.objects.create(
        institution_id=institution_id,
        passed_on=passed_on,
        reason=stated(reason),
        proposed_by=act.actor.account_id,
        proposed_at=act.at,
    )


def propose_override(
    act: Act, *, institution_id: int, colour: Colour, until_on: date, reason: str
) -> ColourOverride:
    """Propose a colour by hand from today to a last day.

    Raises: NotColoured, OverrideNotAllowed, ReasonMissing.
    """
    require_act()
    override = Override(colour, act.day, until_on)
    _require_allowed(act, institution_id, override)
    assert act.actor.account_id is not None
    return ColourOverride.objects.create(
        institution_id=institution_id,
        colour=colour.value,
        from_on=override.from_on,
        until_on=override.until_on,
        reason=stated(reason),
        proposed_by=act.actor.account_id,
        proposed_at=act.at,
    )


def _require_allowed(act: Act, institution_id: int, override: Override) -> None:
    """Against the facts of this moment: what was judged this morning may be over."""
    row = current(institution_id)
    pack = pack_of(act)
    rules = Rules.of(pack, act.day)
    judged = judge(rules, [institution_id], act.day, settled_at(), {institution_id: row})[0]
    require_override_allowed(
        override,
        judged.standing,
        judged.result,
        days_max=pack.on("risk.override_days_max", act.day).integer,
    )


def reinspection_for_update(proposal_id: int) -> Reinspection:
    """A proposal, locked.

    Raises: NotFound.
    """
    row = Reinspection.objects.select_for_update(no_key=True).filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    return row


def override_for_update(proposal_id: int) -> ColourOverride:
    """A proposal, locked.

    Raises: NotFound.
    """
    row = ColourOverride.objects.select_for_update(no_key=True).filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    return row


def approve_reinspection(act: Act, row: Reinspection) -> None:
    """Approve: RED ends today, and YELLOW begins.

    Raises: ApprovedByProposer, Conflict, NotRed, NotColoured.
    """
    _require_second(act, row)
    if not standing_of(current(row.institution_id).standing).red_open:
        raise NotRed
    _approve(act, row)


def approve_override(act: Act, row: ColourOverride) -> None:
    """Approve: the colour stands from today to its last day.

    Raises: ApprovedByProposer, Conflict, OverrideNotAllowed, NotColoured.
    """
    _require_second(act, row)
    override = Override(Colour(row.colour), act.day, row.until_on)
    _require_allowed(act, row.institution_id, override)
    row.from_on = act.day
    _approve(act, row)


def _require_second(act: Act, row: Reinspection | ColourOverride) -> None:
    require_act()
    if row.approved_at is not None:
        raise Conflict
    if row.proposed_by == act.actor.account_id:
        raise ApprovedByProposer


def _approve(act: Act, row: Reinspection | ColourOverride) -> None:
    row.approved_by, row.approved_at = act.actor.account_id, act.at
    row.save()
    # When it was known is told by the clock of the books, not by the act.
    type(row).objects.filter(pk=row.pk).update(approval_recorded_at=RECORDED_NOW)
