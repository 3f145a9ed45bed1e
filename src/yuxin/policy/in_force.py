"""The rules in force. Until a pack is in force every look-up is refused: rules fail closed."""

from datetime import date, datetime
from functools import lru_cache

from yuxin.kernel.act import Act, RulesInForce, RuleValue
from yuxin.kernel.calendar import Calendar
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Refusal
from yuxin.policy.models import RulePack
from yuxin.rules.calendars import CalendarName, calendar_of
from yuxin.rules.pack import Pack


class NoRulesInForce(Refusal):
    """No rule pack has been put in force for this installation."""

    code = "no_rules_in_force"
    zh = "尚未启用任何规则包，“{key}”没有取值。请由两名规则管理人员启用规则包。"
    en = "No rule pack is in force, so “{key}” has no value. Two rule officers must activate one."


class _Nothing:
    def on(self, key: str, day: date) -> RuleValue:
        raise NoRulesInForce(key=key, day=day.isoformat())


def rules_in_force(at: datetime) -> RulesInForce:
    """The rule pack in force at an instant, or one that refuses every look-up."""
    return pack_on(day_of(at)) or _Nothing()


def pack_on(day: date) -> Pack | None:
    """The rule pack in force on a day; read once per process, since its bytes never change."""
    found = (
        RulePack.objects.filter(valid_from__lte=day, approved_at__isnull=False)
        .order_by("-approved_at", "-pk")
        .values_list("pk", "sha256")
        .first()
    )
    return _read(*found) if found is not None else None


def pack_prepared(pack_id: int) -> Pack | None:
    """A pack as it was prepared, whether it rules or not."""
    found = RulePack.objects.filter(pk=pack_id).values_list("pk", "sha256").first()
    return _read(*found) if found is not None else None


def pack_known(day: date, known_at: datetime) -> Pack | None:
    """The rule pack in force on a day, as it was known at an instant."""
    found = (
        RulePack.objects.filter(valid_from__lte=day, approved_at__lte=known_at)
        .order_by("-approved_at", "-pk")
        .values_list("pk", "sha256")
        .first()
    )
    return _read(*found) if found is not None else None


def pack_of_hash(sha256: str) -> Pack | None:
    """The pack of a hash, as decisions name it; None if there is none here."""
    found = RulePack.objects.filter(sha256=sha256).values_list("pk", "sha256").first()
    return _read(*found) if found is not None else None


def pack_of(act: Act) -> Pack:
    """The pack that rules an act, whole.

    Raises: NoRulesInForce.
    """
    if not isinstance(act.pack, Pack):
        raise NoRulesInForce(key="*", day=act.day.isoformat())
    return act.pack


@lru_cache(maxsize=64)
def calendar(pack: Pack, name: CalendarName, day: date) -> Calendar:
    """The government's or the banks' calendar as the pack knew it on a day."""
    return calendar_of(pack, name, day)


@lru_cache(maxsize=16)
def _read(pack_id: int, sha256: str) -> Pack:
    pack = RulePack.objects.get(pk=pack_id)
    places = pack.places.select_related("file").order_by("jurisdiction", "path")
    read = Pack.read(
        pack.layers,
        [(place.jurisdiction, place.path, bytes(place.file.data)) for place in places],
    )
    assert read.sha256 == sha256, "the bytes of a pack in force are not its own any more"
    return read
