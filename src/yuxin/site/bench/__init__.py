"""The measurements of `./yuxin bench NAME`: one file each, found by its name.

A file holds `measure(args) -> list[Measure]` and a docstring. Every measurement takes its floor in
the same run: what the machine needs for the unavoidable part of the same work at that moment.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured figure beside its floor and its aim."""

    name: str
    value: float
    unit: str
    floor: float
    """The same work reduced to what cannot be avoided, in the same unit, in the same run."""
    aim: float

    @property
    def ratio(self) -> float:
        """The part of the floor that is reached."""
        return self.value / self.floor if self.floor else 0.0

    @property
    def met(self) -> bool:
        """Whether the aim is reached; more is better."""
        return self.value >= self.aim

    def report(self) -> dict[str, str | float | bool]:
        """The keys of `--json`."""
        rounded = {"value": round(self.value, 1), "floor": round(self.floor, 1)}
        return asdict(self) | rounded | {"ratio": round(self.ratio, 3), "met": self.met}
