"""How prepaid money is kept here: modes and values in force, and a check of other layers."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.desk.forms.modes import CheckForm
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of
from yuxin.kernel.refusal import Refusal
from yuxin.look.mode_words import CYCLES, NAMES, RECOVERIES, percent, plan_facts, when_it_moves
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.values import Fact
from yuxin.policy.in_force import pack_on
from yuxin.rules.folder import jurisdictions, load_pack
from yuxin.rules.modes import Mode
from yuxin.rules.pack import Pack
from yuxin.rules.plans import allowed_modes, build
from yuxin.rules.policy_check import findings
from yuxin.rules.values import MARK_WORDS, RuleMissing, Value

READS = frozenset({Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR, Role.AUDITOR, Role.DEPARTMENT})
KEYS = (
    "prepay.supervision_mode",
    "prepay.modes_allowed",
    "prepay.custody_voluntary",
    "prepay.settlement_cycle",
    "prepay.weekly_within_days",
    "prepay.whole_order_working_days",
    "prepay.transfer_lag_bank_days",
    "prepay.stages",
    "prepay.advance_bps",
    "prepay.advance_recovery",
    "prepay.advance_exposure_max_fen",
    "prepay.rolling_months",
    "prepay.retention_bps",
    "prepay.rolling_partial",
    "prepay.min_balance_rule",
    "prepay.institution_debt_working_days",
    "prepay.refund_due_before_start_days",
    "prepay.refund_due_after_start_days",
    "prepay.refund_due_counts",
)


@dataclass(frozen=True)
class ModeShown:
    """One mode: whether it may be used, its values, or what is missing."""

    name: str
    chip: str
    word: str
    when: str
    facts: list[Fact]
    missing: str


@dataclass(frozen=True)
class ValueShown:
    """One value with where it comes from; nothing where nobody has filled it in."""

    title: str
    key: str
    value: str
    source: str
    layer: str
    mark: str
    ask: str


@page(roles=READS)
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force, mode by mode and value by value; a check of the layers of another."""
    actor, day = actor_of(request), day_of(moment(request))
    with reading(actor):
        pack = pack_on(day)
    known = jurisdictions()
    form = CheckForm(known, request.GET if "layers" in request.GET else None)
    english = str(get_language()).startswith("en")
    context = {
        "pack": pack,
        "layers": " ".join(pack.layers) if pack else "",
        "modes": _modes(pack, day, english=english) if pack else [],
        "values": _values(pack, day, english=english) if pack else [],
        "findings": _said(pack, day, english=english) if pack else [],
        "form": form,
        "known": " ".join(known),
        "checked": _check(form, day, english=english),
    }
    return render(request, "desk/policy.html", context, status=422 if form.errors else 200)


def _modes(pack: Pack, day: date, *, english: bool) -> list[ModeShown]:
    allowed = allowed_modes(pack, day)
    shown = []
    for mode in sorted(Mode, key=lambda each: (each not in allowed, each != allowed[0])):
        is_default, may = mode == allowed[0], mode in allowed
        word = _("默认") if is_default else _("允许") if may else _("不允许")
        facts: list[Fact] = []
        missing = when = ""
        try:
            plan = build(pack, day, mode) if may else None
            facts = plan_facts(plan) if plan else []
            when = when_it_moves(plan) if plan else ""
        except RuleMissing as refusal:
            missing = refusal.say("en" if english else "zh")
        chip = "ok" if is_default else "half" if may else "no"
        shown.append(ModeShown(str(NAMES[mode]), chip, word, when, facts[1:], missing))
    return shown


def _values(pack: Pack, day: date, *, english: bool) -> list[ValueShown]:
    titles = {rule.key: rule for _topic, rule in pack.rules()}
    language = "en" if english else "zh"
    shown = []
    for key in KEYS:
        if key not in titles:
            continue
        rule = titles[key]
        title = rule.title[language]
        if not pack.has(key, day):
            ask = next((one.ask for _t, one in pack.rules() if one.key == key and one.ask), {})
            shown.append(ValueShown(title, key, "–", "", "", "", ask.get(language, "")))
            continue
        value = pack.on(key, day)
        mark = MARK_WORDS[value.mark][1 if english else 0]
        source = f"{value.cite.instrument} {value.cite.clause}"
        shown.append(ValueShown(title, key, _plain(value), source, value.jurisdiction, mark, ""))
    return shown


def _plain(value: Value) -> str:
    if value.unit == "flag":
        return _("是") if value.flag else _("否")
    if value.unit == "bps":
        return percent(value.integer)
    if value.unit == "fen":
        return _("%(sum)s元") % {"sum": f"{value.integer / 100:,.2f}"}
    if value.unit == "table":
        return _("；").join(
            row.zh if not str(get_language()).startswith("en") else row.en for row in value.rows
        )
    words = {str(key): word for table in (NAMES, CYCLES, RECOVERIES) for key, word in table.items()}
    return str(words.get(str(value.value), value.value))


def _said(pack: Pack, day: date, *, english: bool) -> list[str]:
    return [each.en if english else each.zh for each in findings(pack, day)]


def _check(form: CheckForm, day: date, *, english: bool) -> dict[str, object] | None:
    """What approval would answer to the files of these layers; nothing is kept."""
    if not form.is_bound or not form.is_valid():
        return None
    layers = form.cleaned_data["layers"]
    try:
        said = _said(load_pack(layers), day, english=english)
    except Refusal as refusal:
        said = [refusal.say("en" if english else "zh")]
    return {"layers": " ".join(layers), "findings": said}
