"""重算账本和存证本，说明查了什么；或离线检查一张凭证。
Recompute books and log and say what was checked; or check a receipt offline.

    ./yuxin verify
    ./yuxin verify --fast --json
    ./yuxin verify receipt receipt.json
    ./yuxin verify receipt receipt.json --policy policy     不用数据目录 / without a data folder
"""

import argparse
import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg

from yuxin.evidence.audit import LogAudit, audit_log
from yuxin.formats.leaf import HEAD, handle_text
from yuxin.formats.receipt_file import (
    Check,
    Checked,
    ReceiptProblem,
    State,
    check_receipt,
    parse_receipt,
)
from yuxin.formats.tlog_policy import Policy, PolicyProblem, parse_policy
from yuxin.kernel.clock import SHANGHAI
from yuxin.site.command_line import print_json
from yuxin.site.entries_audit import audit_entries
from yuxin.site.launcher.evidence_folder import policy_of
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble


class BooksReport(Protocol):
    """What the ledger's audit returns, as far as it is shown here."""

    def as_json(self) -> dict[str, Any]:
        """For machines, with its violations."""

    def lines(self, language: str) -> list[str]:
        """For people."""


QUESTIONS = {
    Check.FIELDS: ("内容没变", "what it says is unchanged"),
    Check.IN_TREE: ("记在存证本里", "it is in the log"),
    Check.LOG_SIGNED: ("存证本有签名", "the log is signed"),
    Check.WITNESSED: ("外面的人作了证", "outsiders bore witness"),
    Check.ANCHORED: ("存到另一个地方", "anchored elsewhere"),
}
WORDS = {
    State.HOLDS: ("成立", "holds"),
    State.FAILS: ("不成立", "does not hold"),
    State.NOT_YET: ("还没到时候", "not yet"),
    State.NOT_CHECKED: ("没有查", "not checked"),
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", nargs="?", choices=["receipt"], help="receipt FILE")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--policy", type=Path, help="tlog-policy（默认用本机的 / default: ours）")
    parser.add_argument("--fast", action="store_true", help="不逐条重算内容 / skip the records")


def run(args: argparse.Namespace) -> int:
    """0 when everything holds, 1 when something does not, 2 when it cannot be checked."""
    if args.what == "receipt":
        return _receipt(args)
    return _books_and_log(args)


def _receipt(args: argparse.Namespace) -> int:
    if args.file is None:
        raise Trouble("请给出凭证文件。", "name the receipt file.")
    try:
        checked = check_receipt(parse_receipt(args.file.read_bytes()), _policy(args))
    except OSError as problem:
        raise Trouble(
            f"读不了 {problem.filename}：{problem.strerror}",
            f"cannot read {problem.filename}: {problem.strerror}",
        ) from None
    except (ReceiptProblem, PolicyProblem) as problem:
        raise Trouble(
            f"不是凭证或策略文件：{problem}", f"no receipt or policy: {problem}"
        ) from None
    if args.json:
        print_json(_receipt_json(checked))
    else:
        _print_receipt(checked, 1 if args.lang == "en" else 0)
    return 0 if checked.ok else 1


def _policy(args: argparse.Namespace) -> Policy:
    if args.policy:
        return parse_policy(args.policy.read_bytes())
    return policy_of(DataFolder.open(args.data))


def _receipt_json(checked: Checked) -> dict[str, Any]:
    return {
        "ok": checked.ok,
        "checks": [{"check": c.value, "state": checked.states[c].value} for c in Check],
        "entry": checked.receipt.entry,
        "index": checked.index,
        "size": checked.size,
        "origin": checked.origin,
        "wrong_fields": list(checked.wrong_fields),
        "witnesses": [{"name": w.name, "at": _instant(w.at)} for w in checked.witnesses],
        "witnesses_needed": checked.witnesses_needed,
    }


def _instant(posix: int) -> str:
    return datetime.fromtimestamp(posix, UTC).isoformat().replace("+00:00", "Z")


def _print_receipt(checked: Checked, language: int) -> None:
    print(("存证号 ", "entry ")[language] + handle_text(checked.receipt.entry))
    for field in checked.receipt.fields:
        mark = ("  ← 与当时存下的不一样", "  <- not what was kept")[language]
        wrong = mark if field.path in checked.wrong_fields else ""
        shown = field.value
        if field.path == HEAD and isinstance(shown, dict):
            shown = {key: shown.get(key) for key in ("act", "subject", "t")}
        print(f"  {field.path.removeprefix('body.')}: {shown}{wrong}")
    for number, check in enumerate(Check, start=1):
        state = checked.states[check]
        print(f"{number} {QUESTIONS[check][language]}：{WORDS[state][language]}")
        if check is Check.IN_TREE and checked.index is not None:
            print(f"    {checked.origin} #{checked.index} / {checked.size}")
        if check is Check.WITNESSED:
            for witness in checked.witnesses:
                at = datetime.fromtimestamp(witness.at, UTC).astimezone(SHANGHAI)
                print(f"    {witness.name} {at:%Y-%m-%d %H:%M:%S}")


def _books_and_log(args: argparse.Namespace) -> int:
    folder = DataFolder.open(args.data)
    try:
        log = audit_log(
            folder.connection("audit"),
            policy=policy_of(folder),
            store=folder.root / "evidence" / "checkpoints.sqlite",
            origin=folder.origin,
            keys=folder.keys,
            fast=args.fast,
        )
        books = _audit_books(folder)
        with psycopg.connect(**folder.connection("audit")) as connection:
            beside = audit_entries(connection)
    except psycopg.OperationalError as problem:
        raise Trouble(
            f"数据库没有应答：{problem}；请先 ./yuxin up。",
            f"the database does not answer: {problem}; run ./yuxin up first.",
        ) from problem
    except (OSError, PolicyProblem) as problem:
        raise Trouble(
            f"读不了存证本的文件：{problem}", f"cannot read the log's own files: {problem}"
        ) from problem
    language = 1 if args.lang == "en" else 0
    violations: list[Any] = [(v.zh, v.en)[language] for v in log.violations]
    ledger = {} if books is None else dict(books.as_json())
    found = [*ledger.pop("violations", []), *(b.as_json() for b in beside), *violations]
    if args.json:
        parts = {"ledger": ledger, "log": _log_json(log), "violations": found}
        print_json({"ok": not found, **parts})
    else:
        for line in [] if books is None else books.lines(args.lang):
            print(line)
        _print_log(log, [*(b.sentence(args.lang) for b in beside), *violations], language)
        if not found:
            print(("全部成立。", "Everything holds.")[language])
    return 1 if found else 0


def _audit_books(folder: DataFolder) -> BooksReport | None:
    """What the ledger's own audit found, None where the ledger brings none."""
    if not all(importlib.util.find_spec(name) for name in ("yuxin.ledger", "yuxin.ledger.audit")):
        return None
    module = importlib.import_module("yuxin.ledger.audit")
    audit: Callable[[psycopg.Connection[Any]], BooksReport] = module.audit
    with psycopg.connect(**folder.connection("audit")) as connection:
        return audit(connection)


def _log_json(log: LogAudit) -> dict[str, Any]:
    return {
        "entries": log.entries,
        "tiles": log.tiles,
        "checkpoints": log.checkpoints,
        "items": log.items,
        "erased": log.erased,
        "chains": log.chains,
        "requests": log.requests,
        "waiting": log.waiting,
        "root": log.root,
    }


def _print_log(log: LogAudit, violations: list[str], language: int) -> None:
    names = {
        "entries": "条目", "tiles": "哈希片", "checkpoints": "检查点", "items": "记录",
        "erased": "其中已删内容", "chains": "链", "requests": "请求", "waiting": "待编号",
        "root": "根",
    }  # fmt: skip
    for key, value in _log_json(log).items():
        print(f"{('存证本 ' + names[key], 'log ' + key)[language]}: {value}")
    for violation in violations:
        print(f"✗ {violation}")
