"""What components show: plain values that a page fills and a template tag formats.

Templates format and never decide: which colour, how many days are left, what is late is worked
out by the page's query; these classes only name the fields.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.utils.functional import Promise

from yuxin.kernel.money import Fen

Text = str | Promise  # a sentence, possibly not yet translated
StatusKind = Literal["green", "yellow", "red", "grey", "pending", "unlicensed", "ended"]
DueState = Literal["late", "today", "left", "hold", "provisional", "open"]
DueUnit = Literal["working_day", "bank_day", "day"]
StepState = Literal["done", "now", "half", "stop", "gap", "next"]
CheckState = Literal["holds", "fails", "waits", "unchecked"]
NoticeKind = Literal["plain", "info", "green", "yellow", "red"]


@dataclass(frozen=True)
class Due:
    """A deadline as it stands: words first, date second.

    `count` is in `unit`s (late by, or left); `clock` is the hour on the day itself, such as
    "12:00"; `remark` replaces the date, such as the reason why the clock is stopped.
    """

    state: DueState
    on: date | None = None
    count: int = 0
    unit: DueUnit = "working_day"
    clock: str = ""
    remark: Text = ""


@dataclass(frozen=True)
class Event:
    """One line of the desk's timeline; `kind` chooses the shape."""

    when: date | datetime
    text: Text
    kind: Literal["green", "yellow", "red", "grey", "info", "ok", "no"] = "info"
    source: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Step:
    """One step of the phone's step line; `amount_fen` is signed, `amount_note` stands instead."""

    title: Text
    state: StepState
    notes: Sequence[Text] = ()
    amount_fen: Fen | None = None
    amount_note: Text = ""


@dataclass(frozen=True)
class Fact:
    """One row of a fact list. `status` puts a status tag before the value."""

    label: Text
    value: Text
    note: Text = ""
    status: StatusKind | None = None
    url: str = ""
    code: bool = False


@dataclass(frozen=True)
class SumLine:
    """One line of a sum sheet. `sign` is "", "+", "-" or "="; `total` rules a line above."""

    label: Text
    amount_fen: Fen
    sign: Literal["", "+", "-", "="] = ""
    note: Text = ""
    total: bool = False


@dataclass(frozen=True)
class Part:
    """One part of a split sum; patterns follow the order of the parts."""

    label: Text
    amount_fen: Fen


@dataclass(frozen=True)
class Meter:
    """A value against its cap, such as 20 of 60 lessons; both in the same unit."""

    label: Text
    value: int
    cap: int
    shown: Text
    cap_shown: Text


@dataclass(frozen=True)
class Check:
    """One of the checks of a receipt."""

    question: Text
    state: CheckState
    note: Text = ""


@dataclass(frozen=True)
class Entry:
    """An adverse entry with its reply and the clock of its publication.

    `elapsed_bps` and `repair_bps` place the run and the first day of repair on the clock's bar,
    in ten-thousandths of the term.
    """

    act: Text
    text: Text
    authority: Text
    on: date
    number: str
    clock_text: Text
    state: Text = ""
    document_url: str = ""
    reply: Text = ""
    reply_on: date | None = None
    elapsed_bps: int | None = None
    repair_bps: int | None = None
    clock_note: Text = ""


@dataclass(frozen=True)
class Link:
    """An act or a way on: a label and an address. `post` makes it a form's button."""

    label: Text
    url: str
    primary: bool = False
    post: bool = False


@dataclass(frozen=True)
class Empty:
    """Why there is nothing, what that does not mean, and the ways on."""

    title: Text
    text: Text = ""
    links: Sequence[Link] = ()
    kind: Literal["grey", "green", "yellow", "red"] = "grey"


@dataclass(frozen=True)
class Hand:
    """One of the two persons of a two-person act."""

    role: Text
    text: Text
    done: bool = False


@dataclass(frozen=True)
class TwoPersons:
    """The bar under a two-person act: who prepared, who reviews, what will be written."""

    preparer: Hand
    reviewer: Hand
    written: Text
    digest: str = ""
    act: Text = ""
    act_name: str = "act"
    blocked: Text = ""


@dataclass(frozen=True)
class Task:
    """One task of the inbox."""

    title: Text
    url: str
    due: Due
    subject: str = ""
    area: str = ""
    status: StatusKind | None = None
    number: str = ""
    stage: Text = ""


@dataclass(frozen=True)
class TaskGroup:
    """Tasks under one heading, such as those due today."""

    label: Text
    tasks: Sequence[Task] = field(default_factory=tuple)
    total: int = 0
