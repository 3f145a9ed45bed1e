"""A request for a refund is told to the head of the institution at once."""

from datetime import date

import pytest

from tests.assessment.given import connected_as
from tests.given import at, call, paid_world
from yuxin.access.models import Account, Grant
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor, Role
from yuxin.messages import queries as letters
from yuxin.operations.tuition.request_refund import request_refund

pytestmark = pytest.mark.django_db


def test_the_head_of_the_institution_reads_of_the_request():
    k = paid_world()
    with connected_as(k.institution.clock):
        account = Account.objects.create(
            login="head", display_name="某人", password="!", created_at=at("01-05 09:00")
        )
        Grant.objects.create(
            account=account,
            role=Role.INSTITUTION_HEAD,
            subject_id=k.institution.id,
            valid_from=date(2026, 1, 1),
        )
    request_refund(
        call(k.family, "03-30 09:10"), contract_code=k.contract, reason="moved", seen_fen=200000
    )
    head = Actor(account.pk, "某人", frozenset({Role.INSTITUTION_HEAD}), (k.institution.id,))
    with reading(head):
        (told,) = letters.inbox(head)
    assert told.title == "家长申请退费"
    assert "2026-04-07" in told.text
