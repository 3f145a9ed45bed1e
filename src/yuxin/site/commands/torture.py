"""在负载下随机强杀进程，再逐项检查有没有丢、有没有重。
Kill random processes under load, then check that nothing is lost or doubled.

    ./yuxin torture evidence --minutes 1 --seed 7
"""

import argparse
import importlib
import pkgutil
import sys

from yuxin.site import torture
from yuxin.site.command_line import print_json

NAMES = sorted(part.name for part in pkgutil.iter_modules(torture.__path__) if not part.ispkg)


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--minutes", type=float, default=1.0, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")


def run(args: argparse.Namespace) -> int:
    """0 when nothing was lost, doubled or inconsistent, else 1."""

    def say(zh: str, en: str) -> None:
        print(en if args.lang == "en" else zh, file=sys.stderr, flush=True)

    module = importlib.import_module(f"{torture.__name__}.{args.name}")
    found: torture.TortureReport = module.torture(args.minutes * 60, args.seed, say)
    if args.json:
        print_json(found.report())
    else:
        for key, value in found.report().items():
            print(f"{key}: {value}")
    return 0 if found.ok else 1
