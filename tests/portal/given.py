"""Institutions as the public meets them: connected, only imported, closed, unlicensed."""

from datetime import date
from typing import Any

from tests import given
from tests.registry.given import areas
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.operations.registry.change_status import change_status
from yuxin.operations.registry.register_subject import register_subject
from yuxin.registry.models import Kind, Status
from yuxin.registry.services import NewSite, NewSubject

PHONE = "13900001234"
ID_NUMBER = "110101199003071234"
CHILD = "陈小禾"


def county() -> None:
    """Areas and the rules of the demo county, in force today."""
    areas()
    given.rules()


def taught(name: str = "晨光美术培训中心", number: int = 1, **changes: Any) -> given.Institution:
    """A connected institution with one course that runs today."""
    of = given.institution(name, number=number)
    today = now().date()
    course = given.draft(of, first_on=today, last_on=date.fromordinal(today.toordinal() + 80))
    given.published(of, course)
    return of


def entered(**facts: Any) -> str:
    """The code of an institution that was only entered from a list."""
    told: dict[str, Any] = {
        "kind": Kind.TRAINING_INSTITUTION,
        "valid_from": date(2026, 1, 5),
        "name": "示例县彩虹桥教育咨询有限公司",
        "brand": "彩虹桥美育",
        "category": "ARTS",
        "area_code": given.AREA,
        "address": "示例县河口镇彩虹路2号",
        "status": "UNKNOWN",
        "sites": (NewSite(address="示例县河口镇彩虹路2号"),),
        **facts,
    }
    receipt = register_subject(
        given.call(Actor.clock(()), "01-05 09:00"), subject=NewSubject(**told)
    )
    return str(receipt["code"])


def with_status(of: given.Institution, status: str) -> None:
    """An officer changes the status of an institution."""
    change_status(
        given.call(of.officer, "02-01 10:00"),
        code=of.code,
        status=Status(status),
        valid_from=date(2026, 2, 1),
        reason="测试",
    )
