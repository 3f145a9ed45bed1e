"""Find an institution by what stands on its board, its paper or its door."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.access.reading import reading
from yuxin.assessment import public as colours
from yuxin.assessment.public import PublicColour
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import day_of, now
from yuxin.kernel.money import Fen
from yuxin.kernel.refusal import NotFound
from yuxin.look import field_words
from yuxin.look.page import EVERYBODY, page
from yuxin.look.sent import whole
from yuxin.look.values import StatusKind
from yuxin.portal import facts, words
from yuxin.portal.codes import looks_like_a_code, wrong_code
from yuxin.registry import public as registry
from yuxin.registry.public import PublicHit
from yuxin.tuition import public as tuition
from yuxin.tuition.public import PublicPrices

PAGE_SIZE: Final = 20
MOST: Final = 200
_COLOURS: Final[dict[str, StatusKind]] = {"GREEN": "green", "YELLOW": "yellow", "RED": "red"}


@dataclass(frozen=True)
class Card:
    """One result as it is shown."""

    url: str
    name: SafeString
    registered_name: SafeString | str
    address: SafeString | str
    kind: StatusKind | None
    note: str
    price: Fen | None
    most: Fen | None
    twin: bool


@page(roles=EVERYBODY)
def search(request: HttpRequest) -> HttpResponse:
    """`/search?q=`: best first; a code that is right leads straight to its page."""
    at = now()
    asked = request.GET.get("q", "").strip()[:80]
    with reading(Actor.public()):
        if looks_like_a_code(asked):
            return _by_code(request, asked)
        hits = registry.search(asked, limit=MOST) if asked else []
        kinds = _categories(hits, request.GET.get("category", ""))
        chosen = [hit for hit in hits if kinds.keeps(hit)]
        number = _page_number(request, len(chosen))
        shown = chosen[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        ids = [hit.subject_id for hit in shown]
        prices, published = tuition.prices(ids, day_of(at)), colours.colours(ids)
    context = {
        "q": asked,
        "cards": _cards(shown, prices, published),
        "found": _found(len(chosen), len(hits)),
        "chips": kinds.chips(asked),
        "as_of_text": _("截至%s") % words.moment(at),
        **_pager(asked, kinds.chosen, number, len(chosen)),
        "ways": _ways(),
    }
    return render(request, "portal/search.html", context)


def _by_code(request: HttpRequest, text: str) -> HttpResponse:
    try:
        code = registry.code_of(text)
    except NotFound:
        context = {"q": text, "wrong": wrong_code(text)}
        return render(request, "portal/search.html", context, status=404)
    return HttpResponseRedirect(reverse("portal:institution", args=[code]))


@dataclass(frozen=True)
class _Categories:
    counts: dict[str, int]
    chosen: str

    def keeps(self, hit: PublicHit) -> bool:
        return not self.chosen or hit.category == self.chosen

    def chips(self, asked: str) -> list[dict[str, Any]]:
        """Links that narrow the result; the chosen one takes itself back."""
        if len(self.counts) < 2 and not self.chosen:
            return []
        return [
            {
                "word": words.category(code),
                "count": count,
                "on": code == self.chosen,
                "url": _address(asked, "" if code == self.chosen else code),
            }
            for code, count in sorted(self.counts.items(), key=lambda one: -one[1])
        ]


def _categories(hits: Sequence[PublicHit], chosen: str) -> _Categories:
    counts: dict[str, int] = {}
    for hit in hits:
        if hit.category in field_words.CATEGORIES:
            counts[hit.category] = counts.get(hit.category, 0) + 1
    return _Categories(counts, chosen if chosen in counts else "")


def _page_number(request: HttpRequest, count: int) -> int:
    asked = request.GET.get("page", "1")
    number = whole(asked, 1, digits_max=5)
    return min(max(number, 1), max(1, -(-count // PAGE_SIZE)))


def _address(asked: str, category: str, number: int = 1) -> str:
    query = {"q": asked}
    if category:
        query["category"] = category
    if number > 1:
        query["page"] = str(number)
    return f"?{urlencode(query)}"


def _pager(asked: str, category: str, number: int, count: int) -> dict[str, Any]:
    last = max(1, -(-count // PAGE_SIZE))
    return {
        "number": number,
        "last": last,
        "previous": _address(asked, category, number - 1) if number > 1 else "",
        "next": _address(asked, category, number + 1) if number < last else "",
    }


def _found(count: int, hits: int) -> str:
    if hits >= MOST:
        return _("找到的太多，先看最像的%(n)s家，请把名称写全。不收钱排名。") % {"n": count}
    return ngettext(
        "找到%(n)s家，最像的排前面。不收钱排名。",
        "找到%(n)s家，最像的排前面。不收钱排名。",
        count,
    ) % {"n": count}


def _cards(
    hits: Sequence[PublicHit],
    prices: dict[int, PublicPrices],
    published: dict[int, PublicColour],
) -> list[Card]:
    """Cards in order; those without a licence stand last, in a group of their own."""
    cards: list[Card] = []
    boards: set[str] = set()
    for hit in sorted(hits, key=lambda one: one.status in ("UNLICENSED", "REVOKED")):
        board = words.shown(hit.brand or hit.name)
        card = _card(hit, prices.get(hit.subject_id), twin=board in boards)
        colour = published.get(hit.subject_id)
        if colour is not None and card.kind is None:
            card = replace(card, kind=_COLOURS[colour.colour])
        cards.append(card)
        boards.add(board)
    return cards


def _card(hit: PublicHit, price: PublicPrices | None, *, twin: bool) -> Card:
    kind = facts.status_kind(hit.status, connected=hit.connected)
    at_work = kind is None and hit.status == "ACTIVE"
    return Card(
        url=reverse("portal:institution", args=[hit.code]),
        name=words.han(hit.brand or hit.name),
        registered_name=words.han(hit.name) if hit.brand else "",
        address=words.han(hit.address) if hit.address else "",
        kind=kind,
        note=_note(hit, kind),
        price=Fen(price.unit_price_min_fen) if price and at_work else None,
        most=Fen(price.total_max_fen) if price and at_work else None,
        twin=twin,
    )


def _note(hit: PublicHit, kind: StatusKind | None) -> str:
    if kind == "grey":
        return _("只有公开的登记信息。我们还没核过证照，不代表好，也不代表不好。")
    if kind == "unlicensed":
        return _("没有办学许可证，不能招生、收费。")
    if kind is None and hit.status in ("SUSPENDED", "ABSCONDED"):
        return _("现在不招生、不收费。")
    return ""


def _ways() -> list[tuple[str, str, str, str]]:
    return [
        ("search", _("输入门口公示牌上的13位编码"), "", reverse("portal:search")),
        ("doc", _("看看全部机构"), _("机构名录"), reverse("portal:institutions")),
        ("flag", _("告诉我们有这么一个地方"), _("拨12345，不公开您是谁"), "tel:12345"),
    ]
