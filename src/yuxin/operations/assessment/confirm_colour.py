"""Confirm a worse colour and tell the institution; the public sees it some days after it knows."""

from yuxin.access.queries import accounts_with
from yuxin.assessment import decisions, public_colour
from yuxin.assessment.permissions import OFFICERS, require_may_decide_colour
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import Refusal
from yuxin.messages import services as messages
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries
from yuxin.rules.colour import Colour

WORDS = {Colour.YELLOW: ("黄色", "yellow"), Colour.RED: ("红色", "red")}


class ColoursNotPublic(Refusal):
    """Policy does not show colours to the public."""

    code = "colours_not_public"
    zh = "现行规则不向公众显示颜色，无需核实公示。"
    en = "The rules in force show the public no colours, so there is nothing to confirm."


class NothingToConfirm(Refusal):
    """The colour in effect is not worse than what the public sees or is about to see."""

    code = "nothing_to_confirm"
    zh = "当前颜色不比已公示的差，无需核实；变好的颜色会立即公示。"
    en = "The colour is not worse than the public one; a better one shows at once."


class NobodyToTell(Refusal):
    """The institution has no account that could be told."""

    code = "nobody_to_tell"
    zh = "该机构没有可接收通知的负责人账号。请先为其开通账号，再核实公示。"
    en = "The institution's head has no account to be told at. Open one first, then confirm."


@operation("colour.confirmed", roles=OFFICERS)
def confirm_colour(act: Act, *, code: str) -> Receipt:
    """Confirm the colour in effect; the institution is told, the public sees it later.

    The days of policy run from proof that it was told (`record_colour_told`, or its head's inbox).
    Raises: NotFound, Forbidden, ColoursNotPublic, NotColoured, NothingToConfirm, NobodyToTell.
    """
    entry_of = queries.identify(act.actor, code)
    require_may_decide_colour(act.actor, entry_of.pk)
    if not public_colour.is_shown(pack_of(act), act.day):
        raise ColoursNotPublic
    row = decisions.current(entry_of.pk)
    if not public_colour.needs_confirmation(row, public_colour.last_of(entry_of.pk)):
        raise NothingToConfirm
    heads = accounts_with(Role.INSTITUTION_HEAD, entry_of.pk, act.day)
    if not heads:
        raise NobodyToTell
    public_colour.confirm(act, row)
    zh, en = WORDS[Colour(row.effective)]
    days = pack_of(act).on("risk.public_worse_after_working_days", act.day).integer
    facts = {"colour": zh, "colour_en": en, "days": days, "institution": entry_of.pk}
    for account_id in heads:
        messages.send(
            act,
            template=public_colour.TEMPLATE,
            facts=facts,
            to_account_id=account_id,
            legal_effect=True,
        )
    entry = evidence.append(
        act,
        chain=f"subject:{entry_of.code}",
        subject=entry_of.code,
        body={"colour": row.effective, "told": len(heads)},
    )
    return Receipt(entry.id, {"code": entry_of.code})
