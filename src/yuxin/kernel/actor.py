"""Who acts: a person at work, a guardian, a machine, the clock or the public."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Language = Literal["zh", "en"]


class Role(StrEnum):
    """What somebody is here for; a grant ties it to an area, a line or a subject."""

    OFFICER = "officer"
    HEAD = "head"
    WINDOW_CLERK = "window_clerk"
    GRID_WORKER = "grid_worker"
    DEPARTMENT = "department"
    BANK = "bank"
    INSURER = "insurer"
    ASSOCIATION = "association"
    INSTITUTION_HEAD = "institution_head"
    INSTITUTION_FINANCE = "institution_finance"
    INSTITUTION_TEACHER = "institution_teacher"
    SCHOOL_HEAD = "school_head"
    SCHOOL_ETHICS = "school_ethics"
    SCHOOL_AFTERCARE = "school_aftercare"
    TEACHER = "teacher"
    GUARDIAN = "guardian"
    SUPERVISOR = "supervisor"
    LEVEL_ABOVE = "level_above"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    PUBLIC = "public"
    CLOCK = "clock"


EVERYBODY: Final = frozenset(Role) - {Role.CLOCK}
# The bureau and those who look on for it.
_BUREAU: Final = frozenset(
    {
        Role.OFFICER,
        Role.HEAD,
        Role.WINDOW_CLERK,
        Role.GRID_WORKER,
        Role.DEPARTMENT,
        Role.ASSOCIATION,
        Role.SUPERVISOR,
        Role.LEVEL_ABOVE,
        Role.AUDITOR,
    }
)


@dataclass(frozen=True)
class Actor:
    """Who acts and what their grants reach, as resolved at this moment.

    `institution_ids`, `person_ids` and `area_codes` are the rows that row-level security lets
    the actor see; an empty tuple reaches nothing. `session_id` is the sign-in that is in use.
    `bank_code` is the bank that a bank officer speaks for.
    """

    account_id: int | None
    name: str
    roles: frozenset[Role]
    institution_ids: tuple[int, ...] = ()
    person_ids: tuple[int, ...] = ()
    area_codes: tuple[str, ...] = ()
    language: Language = "zh"
    session_id: int | None = None
    bank_code: str = ""

    @property
    def side(self) -> str:
        """The side on which the actor stands, as row-level security asks it.

        A bank comes first: what another bank told stays shut to whoever is a bank as well.
        """
        if self.has(Role.BANK):
            return "bank"
        if self.has(Role.CLOCK):
            return "system"
        return "party" if self.roles.isdisjoint(_BUREAU) else "bureau"

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds any of these roles."""
        return not self.roles.isdisjoint(roles)

    @classmethod
    def public(cls, language: Language = "zh") -> "Actor":
        """Somebody who did not sign in."""
        return cls(None, "公众", frozenset({Role.PUBLIC}), language=language)

    @classmethod
    def clock(cls, institution_ids: tuple[int, ...]) -> "Actor":
        """The day's work done by the system itself, within the institutions named."""
        return cls(None, "系统", frozenset({Role.CLOCK}), institution_ids=institution_ids)
