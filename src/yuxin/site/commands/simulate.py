"""模拟一个虚构县：机构、家庭、课程、资金，一天一天过完；再做一次没有影响。
A fictional county with its history, played through the platform's own acts; again, no effect.

    ./yuxin simulate --institutions 50 --learners 5000 --days 30 --seed 7
    ./yuxin simulate --institutions 5 --learners 50 --days 30 --seed 7 --bank-faults --json
"""

import argparse
import importlib
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

from yuxin.kernel import clock
from yuxin.site.command_line import print_json
from yuxin.site.launcher import installation
from yuxin.site.launcher.attached import database
from yuxin.site.launcher.demo_parties import prepare_parties
from yuxin.site.launcher.folder import DataFolder, private_folder
from yuxin.site.launcher.installation import Wishes
from yuxin.site.launcher.supervisor import environment_for
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress

PORT = 8000
NUMBERS = (
    ("institutions", 50, 5000, "机构数 / how many institutions"),
    ("learners", 5000, 1_000_000, "学员数 / how many learners"),
    ("days", 30, 400, "天数 / how many days"),
    ("seed", 1, 2**31, "随机种子 / the seed"),
)


def add(parser: argparse.ArgumentParser) -> None:
    for name, default, _, words in NUMBERS:
        parser.add_argument(f"--{name}", type=int, default=default, metavar="N", help=words)
    parser.add_argument(
        "--until", default="", metavar="DATE", help="最后一天，默认昨天 / last day, yesterday"
    )
    parser.add_argument(
        "--bank-faults", action="store_true", help="银行出各种差错 / the bank goes wrong"
    )


def run(args: argparse.Namespace) -> int:
    """0 when it was played and the bank's books hold, 1 when they do not, 2 when it cannot be."""
    last_on = _checked(args)
    progress = Progress(args.lang, quiet=args.json)
    folder = _demo_folder(args, progress)
    with database(folder, progress):
        _prepare(folder, args.lang)
        django.setup()  # tables can only be named once it is
        work: Any = importlib.import_module("yuxin.site.simulation.run")
        played = work.simulate(
            folder,
            progress,
            work.Wanted(
                institutions=args.institutions,
                learners=args.learners,
                days=args.days,
                seed=args.seed,
                last_on=last_on,
                bank_faults=args.bank_faults,
            ),
        )
        importlib.import_module("django.db").connection.close()
    if args.json:
        bank = {"bank": played.bank} if played.bank else {}
        print_json({**played.totals.as_json(), **bank, "violations": played.violations})
    else:
        for name, count in {**played.totals.as_json(), **played.bank}.items():
            print(f"  {name:<14} {count:>10,}")
        for violation in played.violations:
            print(f"✗ {violation}")
    return 1 if played.violations else 0


def _checked(args: argparse.Namespace) -> date:
    """The last day; the numbers are within reason. Raises: Trouble."""
    for name, _, most, _ in NUMBERS:
        least = 0 if name in ("seed", "learners") else 1
        if not least <= getattr(args, name) <= most:
            raise Trouble(
                f"--{name} 应在 {least} 到 {most} 之间。",
                f"--{name} lies between {least} and {most}.",
            )
    yesterday = clock.day_of(clock.now()) - timedelta(days=1)
    try:
        last_on = date.fromisoformat(args.until) if args.until else yesterday
    except ValueError as problem:
        raise Trouble(
            "--until 写作 2026-03-27 的样子。", "--until is written like 2026-03-27."
        ) from problem
    if last_on > yesterday:
        raise Trouble("历史最晚到昨天。", "history ends yesterday at the latest.")
    return last_on


def _demo_folder(args: argparse.Namespace, progress: Progress) -> DataFolder:
    """The data folder, made as a demo where there is none. Raises: Trouble for production."""
    root = Path(args.data)
    if not DataFolder.exists(root):
        wishes = Wishes(root, PORT, database_url="", production=False, host="", keys="")
        folder = installation.open_or_create(wishes)
        prepare_parties(folder, PORT)
        private_folder(root / "log")
        server = installation.server_for(folder)
        assert server is not None, "a new demo keeps its own database"
        with folder.lock():
            installation.start_database(folder, server, progress)
            server.stop()
        return folder
    folder = DataFolder.open(root)
    if not folder.is_demo:
        raise Trouble(
            "这是正式环境，不能写入模拟数据；请用 --data 另选目录。",
            "this is production, where nothing is simulated; choose another folder with --data.",
        )
    return folder


def _prepare(folder: DataFolder, language: str) -> None:
    """Tables and translations as this version wants them."""
    subprocess.run(
        [sys.executable, "-m", "yuxin.site.launcher.prepare", language],
        env=environment_for(folder, "owner"),
        stdout=subprocess.DEVNULL,
        check=True,
    )
