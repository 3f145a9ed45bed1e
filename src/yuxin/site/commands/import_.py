"""导入一张机构名单：逐行给出结果，疑问留给人定。
Import a list of institutions: every row gets its result, doubts are left to a person.

    ./yuxin import institutions 台账.xlsx --area 990100
    ./yuxin import institutions list.csv --area 990100 --dry-run --json
    ./yuxin import mirror facts.csv --origin national      # facts.sig 在旁边 / beside it
"""

import argparse
import importlib
import re
from pathlib import Path
from typing import Any

import django

from yuxin.formats.sheets import Limits, SpreadsheetTooLarge
from yuxin.kernel.refusal import Refusal
from yuxin.registry.intake.verdict import DOUBT_WORDS
from yuxin.site.command_line import print_json
from yuxin.site.import_report import COUNTS
from yuxin.site.launcher.attached import database
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress

_WORDS = {
    "rows": ("数据行", "rows"),
    "accepted": ("新增或变更", "accepted (new or changed)"),
    "unchanged": ("没有变化", "unchanged"),
    "doubtful": ("有疑问，待人定", "doubtful, for a person to decide"),
    "rejected": ("退回", "rejected"),
}
_LINES = {
    "title": ("标题", "title"),
    "header": ("表头", "headings"),
    "section": ("小节", "section"),
    "total": ("合计", "total"),
    "remark": ("备注", "remark"),
    "empty": ("空行", "empty"),
}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["institutions", "mirror"])
    parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx / .csv")
    parser.add_argument("--area", default="", metavar="CODE", help="区域代码 / area code")
    parser.add_argument(
        "--origin", choices=["national", "bank"], default="national", help="镜像的来源 / origin"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="只核对，不入库 / check only, write nothing"
    )


def run(args: argparse.Namespace) -> int:
    """0 when every row was taken or waits for a person, 1 when some input was refused."""
    if args.what == "institutions" and not re.fullmatch(r"\d{2,12}", args.area, re.ASCII):
        raise Trouble(
            "--area 是 2 至 12 位数字的区域代码，例如 990100。",
            "--area is an area code of 2 to 12 digits, for example 990100.",
        )
    if not DataFolder.exists(args.data):
        raise Trouble(
            f"{args.data} 不是数据目录；请先运行 ./yuxin up。",
            f"{args.data} is no data folder; run ./yuxin up first.",
        )
    if args.what == "mirror":
        return _mirror(args)
    try:
        report = _run(args, Progress(args.lang))
    except Refusal as refusal:
        return _refused(args, refusal)
    if args.json:
        print_json(report)
    else:
        _print(report, 1 if args.lang == "en" else 0)
    return 1 if report["rejected"] else 0


def _run(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    data = _bytes_of(args.file)
    with database(DataFolder.open(args.data), progress):
        django.setup()  # tables can only be named once it is
        work = importlib.import_module("yuxin.site.import_run")
        told: dict[str, Any] = {"area": args.area, "language": args.lang, "progress": progress}
        report: dict[str, Any] = (
            work.dry_run(data, **told)
            if args.dry_run
            else work.import_file(data, args.file, **told)
        )
        importlib.import_module("django.db").connection.close()
    return report


def _mirror(args: argparse.Namespace) -> int:
    """Take a signed file of facts of another platform; its signature lies beside it."""
    data, signature = _bytes_of(args.file), _bytes_of(args.file.with_suffix(".sig"))
    try:
        with database(DataFolder.open(args.data), Progress(args.lang)):
            django.setup()
            work = importlib.import_module("yuxin.site.mirror_run")
            report = work.import_mirror(data, signature, origin=args.origin, file=args.file)
            importlib.import_module("django.db").connection.close()
    except Refusal as refusal:
        return _refused(args, refusal)
    if args.json:
        print_json(report)
    else:
        zh = f"新收 {report['new']} 条事实，以前收过 {report['before']} 条。"
        en = f"{report['new']} new facts, {report['before']} told before."
        print(en if args.lang == "en" else zh)
    return 0


def _bytes_of(path: Path) -> bytes:
    """The file's bytes; a file over the limit is refused before one of them is read.

    Raises: Trouble, SpreadsheetTooLarge.
    """
    limit = Limits().bytes_max
    try:
        size = path.stat().st_size
        if size > limit:
            megabytes = f"{size / 1048576:.0f} MiB"
            raise SpreadsheetTooLarge(
                what="文件/file", found=megabytes, limit=f"{limit // 1048576} MiB"
            )
        return path.read_bytes()
    except OSError as problem:
        raise Trouble(
            f"读不了 {path}：{problem.strerror}", f"cannot read {path}: {problem.strerror}"
        ) from None


def _refused(args: argparse.Namespace, refusal: Refusal) -> int:
    sentence = refusal.say(args.lang)
    if args.json:
        counts = dict.fromkeys(COUNTS, 0)
        print_json({**counts, "report": {"refused": refusal.code, "sentence": sentence}})
    else:
        print(sentence)
    return 1


def _print(report: dict[str, Any], language: int) -> None:
    behind = report["report"]
    lines = "，".join(f"{_LINES[kind][language]} {n}" for kind, n in behind["lines"].items())
    print((f"不算数据行：{lines}", f"no rows: {lines}")[language])
    for name in COUNTS:
        print(f"{report[name]:>8,}  {_WORDS[name][language]}")
    for kind, count in behind["doubts"].items():
        print(f"{count:>14,}  {DOUBT_WORDS[kind][language]}")
    for rejected in behind["rejected_rows"][:20]:
        print((f"退回 第 {rejected['row']} 行", f"rejected row {rejected['row']}")[language]
              + f": {rejected['reason']}")  # fmt: skip
    for notice in behind["notices"]:
        print(f"• {notice}")
    if behind.get("dry_run"):
        print(("只核对，没有入库。", "Checked only; nothing was written.")[language])
        return
    written, page = behind["written"], behind["page"]
    zh = f"入库 {written:,} 行；疑问在 {page} 逐条决定。"
    en = f"{written:,} rows written; decide the doubts at {page}"
    print((zh, en)[language])
