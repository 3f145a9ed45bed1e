"""Many families enrol at one institution: the history of a simulated county."""

from collections.abc import Mapping

from yuxin.access.demo import require_demo
from yuxin.assessment import services as assessment
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.ledger import services as ledger
from yuxin.operations.operation import operation
from yuxin.operations.tuition.draft_contract import (
    ClassFull,
    require_offered,
    require_taking,
)
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry
from yuxin.tuition.models import ClassGroup
from yuxin.tuition.models.courses import Origin
from yuxin.tuition.services import caps, courses, enrolling, money, terms, timeline
from yuxin.tuition.services.enrolling import Enrolment, Offer
from yuxin.tuition.services.timeline import Step

ITEMS_MAX = 1000


@operation("contract.enrolled", roles={Role.CLOCK})
def enrol_many(act: Act, *, institution_id: int, enrolments: tuple[Enrolment, ...]) -> Receipt:
    """Draft, sign and pay contracts of one institution in one transaction, in a demo only.

    The same checks as for one family: licence state, connection, caps, places.
    Raises: OnlyInDemo, NotFound, CourseClosed, ClassFull, OverCap, NoCustodyAccount.
    """
    assert 1 <= len(enrolments) <= ITEMS_MAX, "a transaction enrols at most 1,000"
    require_demo()
    groups = enrolling.classes_for_update(sorted({each.class_code for each in enrolments}))
    _require_places(groups, enrolments)
    offers = _offers(act, institution_id, groups)
    learners = enrolling.add_learners(enrolments, at=act.at)
    made = enrolling.add_contracts(enrolments, learners, offers, origin=Origin.OWN, at=act.at)
    orders = enrolling.add_paid_orders(enrolments, made, at=act.at)
    enrolling.take_places(groups, enrolments)
    ledger.open_contracts(
        act, institution_id=institution_id, contract_ids=[each.pk for each in made]
    )
    money.post(act, [money.paid(order, on=act.day) for order in orders])
    entry = timeline.record_many(
        act,
        [
            Step(
                order.contract,
                "paid",
                {
                    "terms": order.contract.terms_sha256,
                    "order": order.code,
                    "amount_fen": order.amount_fen,
                    "serial": order.channel_serial or "",
                },
                amount_fen=order.amount_fen,
                reference=order.code,
            )
            for order in orders
        ],
        [],
        idle=f"institution:{institution_id}",
    )
    assessment.mark(institution_id)
    return Receipt(
        entry.id,
        {
            "contracts": [each.code for each in made],
            "amounts_fen": [each.total_fen for each in made],
        },
    )


def _require_places(groups: dict[str, ClassGroup], enrolments: tuple[Enrolment, ...]) -> None:
    for each in enrolments:
        if each.class_code not in groups:
            raise NotFound
    for code, group in groups.items():
        wanted = sum(1 for each in enrolments if each.class_code == code)
        if group.taken + wanted > group.capacity:
            raise ClassFull(capacity=group.capacity)


def _offers(act: Act, institution_id: int, groups: Mapping[str, ClassGroup]) -> dict[str, Offer]:
    """What the contracts of each class have in common, checked once."""
    pack = pack_of(act)
    institution = require_taking(act, institution_id)
    custody = terms.custody_of(registry.custody_account(act.actor, institution_id, act.day))
    licences = registry.licences(act.actor, institution_id, act.day)
    licence = next((each for each in licences if each.kind == "OPERATING"), None)
    sites = registry.sites(act.actor, institution_id, act.day)
    addresses = {each.site_id: each.address for each in sites}
    offers = {}
    for code, group in groups.items():
        require_offered(group.course, act.day)
        caps.require_under_caps(courses.charge_of_course(group.course), pack=pack, day=act.day)
        offers[code] = Offer(
            group=group,
            custody=custody,
            terms=terms.of_class(
                group=group,
                custody=custody,
                institution=institution,
                licence=licence,
                site_address=addresses.get(group.course.site_id or 0, ""),
                pack=pack,
                day=act.day,
            ),
            deemed_days=pack.on("prepay.confirm_silence_working_days", act.day).integer,
            silence_days=pack.on("prepay.refund_silence_working_days", act.day).integer,
            rules_sha256=pack.sha256,
        )
    return offers
