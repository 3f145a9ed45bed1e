"""补齐译文目录：收集页面和程序中的中文句子，新句子加入各应用的 .po，列出缺英文的和不再使用的。
Bring the English catalogues up to date: collect the sentences of pages and code, add new ones
to each app's .po, list those without English and those no longer used.

    ./yuxin translations              加入新句子并报告 / add and report
    ./yuxin translations --prune      同时删去不再使用的 / drop the unused as well
"""

import argparse
import sys
from dataclasses import asdict

from yuxin.site.command_line import print_json


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--prune", action="store_true", help="删去不再使用的 / drop the unused")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every sentence has its English, 1 when some lack it."""
    from yuxin.site.catalogues import bring_up_to_date

    reports = bring_up_to_date(prune=args.prune)
    missing = sum(len(report.missing) for report in reports)
    if args.json:
        print_json({"missing": missing, "apps": [asdict(report) for report in reports]})
        return 1 if missing else 0
    english = args.lang == "en"
    for report in reports:
        for kind, words in (("missing", report.missing), ("unused", report.unused)):
            for sentence in words:
                said = kind if english else {"missing": "缺英文", "unused": "不再使用"}[kind]
                print(f"{report.app}: {said}: {sentence}")
    total = f"{missing} without English" if english else f"缺英文 {missing} 句"
    print(total, file=sys.stderr)
    return 1 if missing else 0
