"""The frame of the workbench: menu tree, scope switch, search, account menu.

Which groups and areas there are is the desk's knowledge; `settings.LOOK_FRAME` names the function
`frame(request) -> Frame` that gives it. This module only says what a frame is made of, and leaves
out of a menu every page that the actor's roles do not open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.module_loading import import_string

from yuxin.kernel.actor import Actor
from yuxin.look.page import rule_of
from yuxin.look.values import Link, Text


@dataclass(frozen=True)
class MenuItem:
    """One page of the menu. A count is grey, and red only when something in it is overdue."""

    label: Text
    url_name: str
    url: str = ""
    current: bool = False
    count: int | None = None
    hot: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """A group of pages; open when it holds the current page or is declared open."""

    key: str
    label: Text
    entries: Sequence[MenuItem]
    open: bool = False


@dataclass(frozen=True)
class Choice:
    """One area or one line of the scope switch."""

    label: Text
    url: str
    current: bool = False
    depth: int = 0


@dataclass(frozen=True)
class Scope:
    """What every number on the page and in the menu counts: an area and a line."""

    area_label: str = ""
    areas: Sequence[Choice] = ()
    lines: Sequence[Choice] = ()


@dataclass(frozen=True)
class Count:
    """How many things wait behind a page; `hot` when something among them is overdue."""

    count: int
    hot: bool = False


@dataclass(frozen=True)
class Frame:
    """Everything around a page of the workbench."""

    menu: Sequence[MenuGroup] = ()
    scope: Scope | None = None
    bureau_name: Text = ""
    home_url: str = "/"
    search_url: str = ""
    actor_post: Text = ""
    account_menu: Sequence[Link] = field(default_factory=tuple)
    sign_in_url: str = ""
    sign_out_url: str = ""


def menu_for(
    groups: Sequence[MenuGroup],
    *,
    actor: Actor,
    path: str,
    counts: Mapping[str, Count] | None = None,
) -> list[MenuGroup]:
    """The groups and pages that this actor may open, with counts; empty groups are left out."""
    shown = []
    for group in groups:
        entries = [
            _placed(item, path, (counts or {}).get(item.url_name))
            for item in group.entries
            if _opens(item, actor)
        ]
        if entries:
            is_open = group.open or any(item.current for item in entries)
            shown.append(replace(group, entries=entries, open=is_open))
    return shown


def _opens(item: MenuItem, actor: Actor) -> bool:
    rule = rule_of(resolve(reverse(item.url_name)).func)
    return rule is not None and rule.opens_to(actor)


def _placed(item: MenuItem, path: str, count: Count | None) -> MenuItem:
    url = reverse(item.url_name)
    found = count or Count(0)
    return replace(
        item,
        url=url,
        current=path == url,
        count=found.count if count else None,
        hot=found.hot,
    )


def frame_of(request: HttpRequest) -> Frame:
    """The frame of this request, from the function that the settings name."""
    name = getattr(settings, "LOOK_FRAME", "")
    frame: Frame = import_string(name)(request) if name else Frame()
    return frame
