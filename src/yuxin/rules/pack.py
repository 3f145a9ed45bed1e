"""A rule pack: the topic files of a nation, its province, city and county, laid over each other.

The day is always given: `pack.on("prepay.lessons_max", day)`. The lowest layer that has a value
in force decides; where the layer above set a ceiling, a floor or a locked row, the lower one may
only be tighter, and a pack in which it is not cannot be made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import combinations

from yuxin.kernel.canonical import dumps
from yuxin.rules.table import loosened, overlay
from yuxin.rules.topic import read_topic
from yuxin.rules.values import Dated, Direction, PackRefused, Rule, RuleMissing, Topic, Value

SourceFile = tuple[str, str, bytes]  # jurisdiction, path inside it, exact bytes


class Pack:
    """The rules of one jurisdiction, from the nation down, addressed by hash.

    `layers` are the jurisdictions from the top down; `topics` the files of each.
    Raises: PackRefused when a lower layer is looser than a locked one, or changes its unit.
    """

    def __init__(self, layers: Sequence[str], topics: Iterable[Topic]) -> None:
        self.layers = tuple(layers)
        self.topics = tuple(
            sorted(topics, key=lambda topic: (self.layers.index(topic.jurisdiction), topic.path))
        )
        self._rules: dict[str, list[tuple[Topic, Rule]]] = {}
        for topic in self.topics:
            for key, rule in topic.rules.items():
                self._add(key, topic, rule)
        for layers_of_key in self._rules.values():
            for (_, upper), (topic, lower) in combinations(layers_of_key, 2):
                _require_tighter(upper, lower, topic)

    @classmethod
    def read(cls, layers: Sequence[str], files: Iterable[SourceFile]) -> "Pack":
        """A pack from the exact bytes of its files.

        Raises: PackRefused.
        """
        return cls(layers, [read_topic(*file) for file in files])

    def _add(self, key: str, topic: Topic, rule: Rule) -> None:
        known = self._rules.setdefault(key, [])
        if known and known[-1][0].jurisdiction == topic.jurisdiction:
            raise PackRefused(
                file=f"{topic.jurisdiction}/{topic.path}",
                why_zh=f"“{key}”在同一层的两个文件中都有",
                why_en=f"“{key}” stands in two files of one layer",
            )
        known.append((topic, rule))

    @property
    def jurisdiction(self) -> str:
        """The lowest layer, whose rules these are."""
        return self.layers[-1]

    @cached_property
    def sha256(self) -> str:
        """The address of the pack: the hash over the names and hashes of all its files."""
        files = [[topic.jurisdiction, topic.path, topic.sha256] for topic in self.topics]
        return sha256(dumps({"files": files, "layers": self.layers})).hexdigest()

    @property
    def files(self) -> list[SourceFile]:
        """The exact bytes, to be archived: `Pack.read(pack.layers, pack.files)` is this pack."""
        return [(topic.jurisdiction, topic.path, topic.data) for topic in self.topics]

    def keys(self) -> list[str]:
        """Every key that any layer has."""
        return sorted(self._rules)

    def rules(self) -> Iterator[tuple[Topic, Rule]]:
        """Every rule with the file it stands in, upper layers first."""
        for layers_of_key in self._rules.values():
            yield from layers_of_key

    def has(self, key: str, day: date) -> bool:
        """Whether a value is in force, for what a pack may leave open."""
        return any(rule.on(day) for _, rule in self._rules.get(key, []))

    def on(self, key: str, day: date) -> Value:
        """The value in force on a day.

        Raises: RuleMissing, naming key, day and jurisdiction: nothing that needs it may go on.
        """
        found: Value | None = None
        ask: Mapping[str, str] = {}
        for topic, rule in self._rules.get(key, []):
            ask = rule.ask or ask
            dated = rule.on(day)
            if dated is not None:
                found = _value(topic, rule, dated, found)
        if found is None:
            raise RuleMissing(
                key=key,
                day=day.isoformat(),
                jurisdiction=self.jurisdiction,
                ask_zh=ask.get("zh", "请主管部门在规则包中补上该值及其依据。"),
                ask_en=ask.get("en", "The bureau must add it to its rule pack, with its source."),
            )
        return found


def _value(topic: Topic, rule: Rule, dated: Dated, above: Value | None) -> Value:
    content = dated.content
    if rule.unit == "table" and above is not None:
        assert isinstance(content, tuple), "a table's content is rows"
        content = overlay(above.rows, content)
    return Value(
        key=rule.key,
        value=content,
        unit=rule.unit,
        cite=dated.cite,
        mark=dated.mark,
        since=dated.since,
        sha256=topic.sha256,
        jurisdiction=topic.jurisdiction,
        title=rule.title,
    )


def _require_tighter(upper: Rule, lower: Rule, topic: Topic) -> None:
    """Refuse a lower layer that loosens what the layer above has set, on any day."""
    file = f"{topic.jurisdiction}/{topic.path}"
    if upper.unit != lower.unit:
        raise PackRefused(
            file=file,
            why_zh=f"“{lower.key}”的单位应为 {upper.unit}",
            why_en=f"“{lower.key}” must keep the unit {upper.unit}",
        )
    for day in sorted({value.since for value in (*upper.values, *lower.values)}):
        above, below = upper.on(day), lower.on(day)
        if above is None or below is None:
            continue
        problem = _looser(upper.direction, above, below)
        if problem is not None:
            zh, en = problem
            raise PackRefused(
                file=file,
                why_zh=f"“{lower.key}”自 {day} 起{zh}",
                why_en=f"from {day} on, “{lower.key}” {en}",
            )


def _looser(direction: Direction, above: Dated, below: Dated) -> tuple[str, str] | None:
    """How a lower value loosens an upper one, in both languages, or None if it does not."""
    high, low = above.content, below.content
    if direction == "fixed" and low != high:
        return "不得改动上级规定的值", "may not change the value set above"
    if direction == "ceiling" and isinstance(low, int) and isinstance(high, int) and low > high:
        return f"为 {low}，高于上级上限 {high}", f"is {low}, above the ceiling {high}"
    if direction == "floor" and isinstance(low, int) and isinstance(high, int) and low < high:
        return f"为 {low}，低于上级下限 {high}", f"is {low}, below the floor {high}"
    if isinstance(high, tuple) and isinstance(low, tuple):
        rows = "、".join(loosened(high, low))
        if rows:
            return f"放宽了上级锁定的行 {rows}", f"loosens the locked rows {rows}"
    return None
