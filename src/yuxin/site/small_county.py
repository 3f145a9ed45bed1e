"""Institutions to measure with: connected, each with licence, site, account and one course.

Fictional, made through the same operations as real ones, in an installation that is thrown away.
"""

import uuid
from datetime import date, datetime, timedelta

from yuxin.access.reading import reading
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.clock import day_of
from yuxin.operations.policy.activate_rule_pack import activate_rule_pack
from yuxin.operations.policy.prepare_rule_pack import prepare_rule_pack
from yuxin.operations.registry.confirm_connection import confirm_connection
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.operations.registry.register_subject import register_subject
from yuxin.operations.tuition.publish_course import publish_course
from yuxin.registry.models import CustodyState, Kind, Site
from yuxin.registry.services import NewCustody, NewLicence, NewSite, NewSubject
from yuxin.rules.folder import NATION, load_pack
from yuxin.tuition.services.courses import CourseDraft

START = date(2025, 1, 1)
NOBODY = Actor.clock(())


def build(count: int, at: datetime) -> list[str]:
    """Put the national rules in force and enter so many institutions; their codes."""
    _rules(at)
    return [_institution(number, at) for number in range(count)]


def _call(actor: Actor, at: datetime) -> Call:
    return Call(actor, at, uuid.uuid4())


def _rules(at: datetime) -> None:
    one, other = (Actor(n, "measure", frozenset({Role.HEAD})) for n in (1, 2))
    prepared = prepare_rule_pack(
        _call(one, at),
        layers=(NATION,),
        files=tuple(load_pack((NATION,)).files),
        valid_from=START,
        reason="to measure with",
    )
    activate_rule_pack(_call(other, at), pack_id=int(str(prepared["pack"])))


def _institution(number: int, at: datetime) -> str:
    entered = register_subject(_call(NOBODY, at), subject=_subject(number))
    code, key = str(entered["code"]), int(str(entered["subject_id"]))
    clock = Actor.clock((key,))
    record_custody_account(
        _call(clock, at),
        code=code,
        valid_from=START,
        account=_account(number),
        state=CustodyState.VERIFIED,
    )
    confirm_connection(
        _call(clock, at), code=code, licence_number=_licence(number).number, feeds=("BANK",)
    )
    with reading(clock):
        site = Site.objects.values_list("pk", flat=True).get(subject_id=key)
    head = Actor(9, "measure", frozenset({Role.INSTITUTION_HEAD}), (key,))
    publish_course(_call(head, at), institution_id=key, draft=_course(site, day_of(at)))
    return code


def _licence(number: int) -> NewLicence:
    return NewLicence(
        number=f"示教民{number:04}号",
        issuer="示例县文化和旅游局",
        categories=("ARTS",),
        stages=("COMPULSORY",),
        modes=("OFFLINE",),
        valid_until=date(2099, 12, 31),
    )


def _subject(number: int) -> NewSubject:
    return NewSubject(
        kind=Kind.TRAINING_INSTITUTION,
        valid_from=START,
        name=f"示例县第{number}家美术培训有限公司",
        brand=f"第{number}家画室",
        category="ARTS",
        address=f"示例县河口镇{number}号",
        supervising="示例县文化和旅游局",
        licences=(_licence(number),),
        sites=(NewSite(address=f"示例县河口镇{number}号2层"),),
    )


def _account(number: int) -> NewCustody:
    return NewCustody(
        bank_code="MEASURE",
        bank_name="示例银行河口支行",
        account_title=f"示例县第{number}家预收费资金托管专户",
        number=f"6217{number:012}",
        agreement_number="1",
    )


def _course(site_id: int, today: date) -> CourseDraft:
    return CourseDraft(
        name="少儿水彩",
        category="ARTS",
        stage="COMPULSORY",
        mode="OFFLINE",
        site_id=site_id,
        lesson_minutes=90,
        unit_price_fen=10_000,
        paid_centiunits=2_000,
        gift_centiunits=0,
        total_fen=200_000,
        first_on=today,
        last_on=today + timedelta(days=80),
    )
