"""A guardian chooses a class for a child: the contract is drawn up as both sides will see it."""

from datetime import date

from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.canonical import Json
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.policy.in_force import pack_of
from yuxin.registry import queries as registry
from yuxin.registry.models import Entry, Status
from yuxin.tuition.agreements import fields
from yuxin.tuition.agreements import services as agreements
from yuxin.tuition.agreements.fields import Setting
from yuxin.tuition.charges import early
from yuxin.tuition.charges.early import Planned
from yuxin.tuition.deposits import services as deposits
from yuxin.tuition.models import ClassGroup, Contract, Course, Learner
from yuxin.tuition.services import caps, contracts, courses, joining, licence_scope, terms, timeline
from yuxin.tuition.services.contracts import Custody
from yuxin.tuition.services.joining import ClassBegun, Share
from yuxin.tuition.services.timeline import Step


class CourseClosed(Refusal):
    """The course or the institution takes no learners now."""

    code = "course_closed"
    zh = "这门课现在不能报名：{why_zh}。没有签合同，也没有收费。"
    en = "This course cannot be joined now: {why_en}. Nothing was signed or charged."


class ClassFull(Refusal):
    """Every place of a class is taken."""

    code = "class_full"
    zh = "这个班名额已满（{capacity}人）。可以选同一课程的其他班。"
    en = "This class is full ({capacity}). Another class of the course may have places."


class AlreadyEnrolled(Refusal):
    """The child has an open contract for this class."""

    code = "already_enrolled"
    zh = "孩子在这个班已有一份合同，不用再签。在“我的合同”里可以看到。"
    en = "Your child has a contract for this class already; see “My contracts”."


@operation("contract.drafted", roles={Role.GUARDIAN})
def draft_contract(act: Act, *, class_code: str, learner_id: int, code: str = "") -> Receipt:
    """Draw up a contract; nothing is owed before it is signed and the money is paid.

    `code` is given for the fixed contracts of a demo only.
    Raises: NotFound, CourseClosed, ClassFull, AlreadyEnrolled, BeyondLicence, OverCap,
        NoCustodyAccount, ClassBegun, NoLessonsLeft, ChargedTooEarly.
    """
    group = contracts.class_for_update(class_code)
    learner = contracts.learner(learner_id)
    if group is None or learner is None:
        raise NotFound
    share = joining.share_of(group, act.at)
    conditions = fields.conditions_of(group.course)
    if share.is_late and not conditions.joins_late:
        raise ClassBegun(held=share.held_count)
    institution, custody = require_lawful(act, group, share)
    require_in_time(act, group, learner.pk, str(conditions.billing), share.first_on)
    contracts.drop_drafts(learner=learner, class_group=group)
    if contracts.has_open_contract(learner=learner, class_group=group):
        raise AlreadyEnrolled
    if group.taken >= group.capacity:
        raise ClassFull(capacity=group.capacity)
    pack = pack_of(act)
    people = agreements.people_of(learner, _guardian_name(act, learner.guardian_id))
    setting = fields.Setting(group, share, conditions, pack, act.day)
    plain = _plain_terms(act, setting, learner, institution, custody)
    numbered = {"contract_no": code or new_subject_code(), **fields.completed(plain, setting)}
    told, text = agreements.with_text(numbered, people)
    contract = contracts.draft(
        class_group=group,
        learner=learner,
        custody=custody,
        terms=told,
        share=share,
        deemed_days=pack.on("prepay.confirm_silence_working_days", act.day).integer,
        silence_days=pack.on("prepay.refund_silence_working_days", act.day).integer,
        rules_sha256=pack.sha256,
        at=act.at,
    )
    agreements.keep_text(contract, text, people, at=act.at)
    entry = timeline.record(
        act,
        Step(
            contract,
            "drafted",
            {
                "terms": contract.terms_sha256,
                "total_fen": contract.total_fen,
                "centiunits": contract.total_centiunits,
                "rules": pack.sha256,
            },
            amount_fen=contract.total_fen,
        ),
    )
    return Receipt(entry.id, {"contract": contract.code})


def _guardian_name(act: Act, person_id: int) -> str:
    """The guardian as registered, else as signed in."""
    known = registry.person(act.actor, person_id, act.day)
    return known.name if known else act.actor.name


def _plain_terms(
    act: Act, setting: Setting, learner: Learner, institution: Entry, custody: Custody
) -> dict[str, Json]:
    """The fields that every contract had from the beginning."""
    licences = registry.licences(act.actor, institution.pk, act.day)
    sites = registry.sites(act.actor, institution.pk, act.day)
    course = setting.group.course
    return terms.of_contract(
        group=setting.group,
        learner=learner,
        custody=custody,
        institution=institution,
        licence=next((each for each in licences if each.kind == "OPERATING"), None),
        site_address=next((each.address for each in sites if each.site_id == course.site_id), ""),
        pack=setting.pack,
        day=act.day,
        share=setting.share,
    )


def require_lawful(
    act: Act, group: ClassGroup, share: Share, *, signed: bool = False
) -> tuple[Entry, Custody]:
    """All that must hold whenever a contract moves on: when it is drawn up, signed, ordered.

    Status, connection, licence, custody account, caps and the course's end, as of the act's day;
    a contract that was `signed` outlives the withdrawal of its course.
    Raises: CourseClosed, BeyondLicence, OverCap, NoCustodyAccount.
    """
    deposits.require_enrolment(group.course.institution_id)
    institution = require_taking(act, group.course.institution_id)
    if not signed or group.course.last_on < act.day:
        require_offered(group.course, act.day)
    licence_scope.require_within(
        courses.draft_of(group.course),
        licences=registry.licences(act.actor, institution.pk, act.day),
        sites=registry.sites(act.actor, institution.pk, act.day),
        day=act.day,
    )
    charge = joining.charge_of(group.course, share)
    caps.require_under_caps(charge, pack=pack_of(act), day=act.day)
    account = registry.custody_account(act.actor, institution.pk, act.day)
    return institution, terms.custody_of(account)


def require_in_time(
    act: Act, group: ClassGroup, learner_id: int, billing: str, starts_on: date, without: str = ""
) -> None:
    """Refuse a charge before its time, where a local pack says when. Raises: ChargedTooEarly."""
    left = early.left_of_subject(
        learner_id=learner_id,
        institution_id=group.institution_id,
        category=group.course.category,
        without=without,
    )
    planned = Planned(billing, starts_on, left)
    early.require_not_early(planned, pack=pack_of(act), day=act.day)


def require_lawful_still(act: Act, contract: Contract, *, signed: bool) -> None:
    """The same for a contract that was drawn up before, with the lessons that it buys.

    Raises: LessonsHeldMeanwhile, and what `require_lawful` does.
    """
    joining.require_still_ahead(contract, act.at)
    require_lawful(act, contract.class_group, joining.share_of_contract(contract), signed=signed)


def require_open(act: Act, group: ClassGroup) -> Entry:
    """The institution of a class that takes learners. Raises: CourseClosed."""
    institution = require_taking(act, group.course.institution_id)
    require_offered(group.course, act.day)
    return institution


def require_taking(act: Act, institution_id: int) -> Entry:
    """The institution, if it may take learners on the day. Raises: CourseClosed."""
    institution = Entry.objects.filter(pk=institution_id).first()
    status = registry.value(act.actor, "status", institution_id, act.day)
    connection = registry.value(act.actor, "connection", institution_id, act.day)
    if institution is None or status is None or status.status != Status.ACTIVE:
        raise CourseClosed(why_zh="机构不在营业状态", why_en="the institution is not active")
    if connection is None or not connection.connected:
        raise CourseClosed(why_zh="机构还没有接入监管", why_en="the institution is not connected")
    return institution


def require_offered(course: Course, day: date) -> None:
    """Refuse a course that was withdrawn or is over. Raises: CourseClosed."""
    if course.withdrawn_at is not None:
        raise CourseClosed(why_zh="机构已停止招生", why_en="it was withdrawn")
    if course.last_on < day:
        raise CourseClosed(why_zh="课程已经结束", why_en="it is over")
