"""Who looks at bank days and who closes them. Pure."""

from typing import Final

from yuxin.kernel.actor import Role

CLOSES: Final = frozenset({Role.OFFICER, Role.HEAD})
SEES: Final = CLOSES | {Role.BANK, Role.AUDITOR, Role.DEPARTMENT}
