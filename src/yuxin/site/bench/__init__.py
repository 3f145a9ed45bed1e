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
    less_is_better: bool = False
    """For a time waited: the aim is then the most it may be."""

    @property
    def ratio(self) -> float:
        """The part of the floor that is reached."""
        part, whole = self.value, self.floor
        if self.less_is_better:
            part, whole = whole, part
        return part / whole if whole else 0.0

    @property
    def met(self) -> bool:
        """Whether the aim is reached."""
        return self.value <= self.aim if self.less_is_better else self.value >= self.aim

    def report(self) -> dict[str, str | float | bool]:
        """The keys of `--json`."""
        told = asdict(self)
        del told["less_is_better"]
        rounded = {name: round(told[name], 1) for name in ("value", "floor", "aim")}
        return told | rounded | {"ratio": round(self.ratio, 3), "met": self.met}
