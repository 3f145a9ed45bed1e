"""Which modes of supervision an institution may choose, and which one a course uses."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from yuxin.kernel.actor import Actor
from yuxin.policy.in_force import pack_on
from yuxin.rules.modes import Mode, Plan
from yuxin.rules.plans import ModeNotAllowed, allowed_modes, plan_of
from yuxin.rules.values import RuleMissing
from yuxin.tuition.models import Course
from yuxin.tuition.services.modes import is_voluntary


@dataclass(frozen=True)
class Choice:
    """One mode that the policy allows. `mode` is empty for the policy's own, or for none at all
    where custody is voluntary; `missing` says which value stands in the way."""

    mode: str
    plan: Plan | None
    is_default: bool = False
    missing: str = ""


def choices(_actor: Actor, day: date) -> list[Choice]:
    """What a course may be put under on a day, the default first; empty without rules."""
    pack = pack_on(day)
    if pack is None:
        return []
    voluntary = is_voluntary(pack, day)
    found = [Choice("", None)] if voluntary else []
    for number, mode in enumerate(allowed_modes(pack, day)):
        name = mode.value if number or voluntary else ""
        try:
            found.append(Choice(name, plan_of(pack, day, mode), is_default=not number))
        except RuleMissing as missing:
            found.append(Choice(mode.value, None, missing=missing.say(str(get_language()))))
    return found


def plan_in_force(_actor: Actor, course: Course, day: date) -> Plan | None:
    """The plan that a contract of a course would be signed under today.

    None where nothing can be signed: not under custody, no rules, or a mode no longer allowed.
    """
    pack = pack_on(day)
    if pack is None or (not course.supervision and is_voluntary(pack, day)):
        return None
    try:
        return plan_of(pack, day, Mode(course.supervision) if course.supervision else None)
    except (RuleMissing, ModeNotAllowed):
        return None
