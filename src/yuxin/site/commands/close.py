"""日终处理：到期的确认与退费、划转、银行文件；再做一次没有影响。
The close of a day: deadlines, settlement, files of the banks; again, it changes nothing.

    ./yuxin close
    ./yuxin close --date 2026-03-27 --json
"""

import argparse
import importlib
from datetime import date
from typing import Any

import django

from yuxin.kernel import clock
from yuxin.site.command_line import print_json
from yuxin.site.launcher.attached import database
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--date", metavar="DATE", default="", help="哪一天，默认今天 / the day, today by default"
    )


def run(args: argparse.Namespace) -> int:
    """Close one day; 2 when there is no such day or it has not come."""
    at = clock.now()
    today = clock.day_of(at)
    try:
        day = date.fromisoformat(args.date) if args.date else today
    except ValueError as problem:
        raise Trouble(
            "--date 写作 2026-03-27 的样子。", "--date is written like 2026-03-27."
        ) from problem
    if day > today:
        raise Trouble("这一天还没有到，不能日终。", "this day has not come yet.")
    if not DataFolder.exists(args.data):
        raise Trouble(
            f"{args.data} 不是数据目录；请先运行 ./yuxin up。",
            f"{args.data} is no data folder; run ./yuxin up first.",
        )
    with database(DataFolder.open(args.data), Progress(args.lang)):
        django.setup()  # tables can only be named once it is
        work: Any = importlib.import_module("yuxin.jobs.day")
        done = work.run(work.CLOSE, day, at)
        importlib.import_module("django.db").connection.close()
    steps = [{"step": each.step, "count": each.count} for each in done]
    if args.json:
        print_json({"date": day.isoformat(), "steps": steps})
    else:
        print(day.isoformat())
        for step in steps:
            print(f"  {step['step']:<20} {step['count']:>8}")
    return 0
