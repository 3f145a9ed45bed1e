"""Builders for agreements: a head with a device, contracts drawn up on any day."""

from dataclasses import replace
from typing import Any

import pyotp

from tests.given import Institution, at, call, learner, opened_class
from yuxin.access.context import opened
from yuxin.access.models import Account
from yuxin.access.reading import reading
from yuxin.access.sealed import seal
from yuxin.kernel.actor import Actor
from yuxin.operations.tuition.draft_contract import draft_contract
from yuxin.operations.tuition.set_course_conditions import set_course_conditions
from yuxin.tuition.models import ClassGroup, Contract

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def head_with_device(of: Institution) -> Actor:
    """The institution's head with an account of its own, to which a device is bound."""
    with opened("operation"):
        account = Account.objects.create(
            login=f"head-{of.id}",
            display_name="周校长",
            password="!",
            totp_sealed=seal("totp", SECRET),
            created_at=at("01-05 09:00"),
        )
    return replace(of.head, account_id=account.pk, name="周校长")


def device_code(when: str) -> str:
    """What the device shows at an instant."""
    return pyotp.TOTP(SECRET).at(at(when))


def drafted(family: Actor, class_code: str, when: str, *, child: int | None = None) -> str:
    """The code of a contract that a guardian drew up."""
    receipt = draft_contract(
        call(family, when), class_code=class_code, learner_id=child or learner(family)
    )
    return str(receipt["contract"])


def contract(reader: Actor, code: str) -> Contract:
    """A contract as it is now."""
    with reading(reader):
        return Contract.objects.select_related("class_group", "course").get(code=code)


def taken(of: Institution, class_code: str) -> int:
    """How many places of a class are taken."""
    with reading(of.clock):
        return ClassGroup.objects.values_list("taken", flat=True).get(code=class_code)


def with_conditions(of: Institution, *, when: str = "02-20 12:00", **changes: Any) -> str:
    """The code of a class whose course has conditions of its own."""
    class_code = opened_class(of)
    with reading(of.clock):
        course = ClassGroup.objects.values_list("course__code", flat=True).get(code=class_code)
    set_course_conditions(
        call(of.head, when),
        course_code=str(course),
        values={"billing": "LESSON", "method": "SMALL", **changes},
    )
    return class_code
