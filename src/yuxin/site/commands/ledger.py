"""一份合同的资金明细：每条分录和记账后的各科目余额。
A contract's postings, and every bucket after each of them.

    ./yuxin ledger K
    ./yuxin ledger K --json --lang en
"""

import argparse
import importlib
import unicodedata
from collections.abc import Sequence

import django

from yuxin.kernel.actor import Actor, Role
from yuxin.site.command_line import print_json
from yuxin.site.launcher.attached import database
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress

READER = Actor(None, "./yuxin ledger", frozenset({Role.AUDITOR}))


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("contract", metavar="CONTRACT", help="合同编号 / code of the contract")


def run(args: argparse.Namespace) -> int:
    """0 with the statement; 2 when there is no such contract in the books."""
    if not DataFolder.exists(args.data):
        raise Trouble(
            f"{args.data} 不是数据目录；请先运行 ./yuxin up。",
            f"{args.data} is no data folder; run ./yuxin up first.",
        )
    with database(DataFolder.open(args.data), Progress(args.lang)):
        django.setup()  # tables can only be named once it is
        books = importlib.import_module("yuxin.site.ledger_report")
        found = books.statement_of(READER, args.contract)
    if found is None:
        raise Trouble(
            f"账册中没有合同 {args.contract}；请核对合同编号。",
            f"there is no contract {args.contract} in the books; please check its code.",
        )
    if args.json:
        print_json(found.as_json())
    else:
        _print(found.table(args.lang))
    return 0


def _print(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell))
            if column < 5
            else " " * (width - _width(cell)) + cell
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
