"""The trials of `./yuxin torture NAME`: one file each, found by its name.

A file holds `torture(seconds, seed, say) -> TortureReport`: work goes on in real processes on an
installation of its own while random ones are killed with SIGKILL; then everything is checked.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

#: Tells how far it is; a sentence in Chinese and in English.
Say = Callable[[str, str], None]


@dataclass
class TortureReport:
    """What was done to the installation and what came of it."""

    kills: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    violations: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Something was done, none of it is lost or there twice, and nothing is inconsistent."""
        return self.acknowledged > 0 and not (self.lost or self.doubled or self.violations)

    def report(self) -> dict[str, Any]:
        """The keys of `--json`."""
        by_process = self.kills
        return asdict(self) | {
            "ok": self.ok,
            "kills": sum(by_process.values()),
            "kills_by_process": by_process,
        }
