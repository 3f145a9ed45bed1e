"""Which rules rule: prepared by one person, put in force by another, fixed to the byte."""

import uuid
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import IntegrityError, connection

from yuxin.access.context import opened
from yuxin.access.reading import reading
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Conflict
from yuxin.operations.policy.activate_rule_pack import SamePerson, activate_rule_pack
from yuxin.operations.policy.prepare_rule_pack import prepare_rule_pack
from yuxin.policy.in_force import NoRulesInForce, pack_on, rules_in_force
from yuxin.policy.models import RulePack
from yuxin.rules.folder import NATION, load_pack
from yuxin.rules.values import PackRefused

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
LI = Actor(1, "李规", frozenset({Role.HEAD}))
WANG = Actor(2, "王核", frozenset({Role.HEAD}))


def _call(actor: Actor) -> Call:
    return Call(actor, AT, uuid.uuid4())


def _prepare(actor: Actor = LI, valid_from: date = date(2026, 1, 1)) -> int:
    receipt = prepare_rule_pack(
        _call(actor),
        layers=(NATION,),
        files=tuple(load_pack().files),
        valid_from=valid_from,
        reason="首次启用全国规则包",
    )
    return int(str(receipt["pack"]))


@pytest.mark.django_db
def test_without_a_pack_every_look_up_is_refused():
    with reading(LI):
        rules = rules_in_force(AT)
    with pytest.raises(NoRulesInForce):
        rules.on("prepay.lessons_max", DAY)


@pytest.mark.django_db
def test_a_prepared_pack_does_not_rule_yet_and_an_activated_one_does():
    pack_id = _prepare()
    with reading(LI):
        assert pack_on(DAY) is None
    activate_rule_pack(_call(WANG), pack_id=pack_id)
    with reading(LI):
        ruling = pack_on(DAY)
    assert ruling is not None
    assert ruling.sha256 == load_pack().sha256


@pytest.mark.django_db
def test_a_pack_does_not_rule_before_its_day():
    pack_id = _prepare(valid_from=date(2026, 4, 1))
    activate_rule_pack(_call(WANG), pack_id=pack_id)
    with reading(LI):
        assert pack_on(date(2026, 3, 31)) is None
        assert pack_on(date(2026, 4, 1)) is not None


@pytest.mark.django_db
def test_nobody_puts_their_own_pack_in_force():
    pack_id = _prepare(LI)
    with pytest.raises(SamePerson):
        activate_rule_pack(_call(LI), pack_id=pack_id)
    with reading(LI):
        assert pack_on(DAY) is None


@pytest.mark.django_db
def test_the_database_refuses_the_same_person_too():
    pack_id = _prepare(LI)
    with opened("operation"), pytest.raises(IntegrityError, match="rule_pack_by_two_persons"):
        RulePack.objects.filter(pk=pack_id).update(approved_by=1, approved_at=AT)


@pytest.mark.django_db
def test_a_pack_is_put_in_force_once():
    pack_id = _prepare()
    activate_rule_pack(_call(WANG), pack_id=pack_id)
    with pytest.raises(Conflict):
        activate_rule_pack(_call(Actor(3, "赵", frozenset({Role.HEAD}))), pack_id=pack_id)


@pytest.mark.django_db
def test_a_file_that_is_no_rule_file_is_refused_and_nothing_is_kept():
    with pytest.raises(PackRefused):
        prepare_rule_pack(
            _call(LI),
            layers=(NATION,),
            files=((NATION, "prepay.yaml", b"60 lessons please"),),
            valid_from=DAY,
            reason="试",
        )
    with reading(LI):
        assert not RulePack.objects.exists()


def test_the_application_role_cannot_change_the_bytes_that_rule(committing):
    name = connection.settings_dict["NAME"]
    with (
        psycopg.connect(**committing.login("app", name)) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("UPDATE policy_rulefile SET data = ''")
