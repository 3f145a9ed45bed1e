"""Writes of insurance, inside an operation."""

from dataclasses import dataclass
from datetime import date

from yuxin.kernel.act import Act, require_act
from yuxin.kernel.refusal import BadInput
from yuxin.tuition.insurance.models import InsuranceKind, Policy


class PolicyNotUsable(BadInput):
    """A policy whose days or cover cannot be."""

    code = "policy_not_usable"
    zh = "保单的截止日不能早于起始日，覆盖人数应在 0 与 1000000 之间，保险机构和保单号不能为空。"
    en = (
        "A policy cannot end before it begins, covers 0 to 1,000,000 learners, and names its "
        "insurer and number."
    )


@dataclass(frozen=True, kw_only=True)
class NewPolicy:
    """A policy as it is recorded; both days count."""

    kind: InsuranceKind
    insurer: str
    number: str
    valid_from: date
    valid_until: date
    covered_count: int


def record_policy(act: Act, *, institution_id: int, policy: NewPolicy) -> None:
    """Record a policy.

    Raises: PolicyNotUsable.
    """
    require_act()
    if policy.valid_until < policy.valid_from:
        raise PolicyNotUsable(field="valid_until")
    if not 0 <= policy.covered_count <= 1_000_000:
        raise PolicyNotUsable(field="covered_count")
    for name, text, most in (("insurer", policy.insurer, 80), ("number", policy.number, 60)):
        if not 0 < len(text.strip()) <= most:
            raise PolicyNotUsable(field=name)
    Policy.objects.create(
        institution_id=institution_id,
        kind=InsuranceKind(policy.kind),
        insurer=policy.insurer.strip(),
        number=policy.number.strip(),
        valid_from=policy.valid_from,
        valid_until=policy.valid_until,
        covered_count=policy.covered_count,
        recorded_by=act.actor.account_id,
    )
