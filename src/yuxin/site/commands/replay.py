"""重算过去某日的颜色，与当时存下的比较。
Recompute a past colour from the records and rules known then, and compare it with what was stored.

    ./yuxin replay 7QKM2RXV4D8TN --on 2026-11-16
    ./yuxin replay --sample 20 --on 2026-11-16 --json
"""

import argparse
import importlib
import secrets
import sys
from datetime import date
from typing import Any

import django

from yuxin.site.command_line import print_json
from yuxin.site.launcher.attached import database
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of `replay`."""
    parser.add_argument(
        "subject", nargs="?", default="", help="主体码或统一社会信用代码 / code of the subject"
    )
    parser.add_argument("--on", metavar="DATE", default="", help="哪一天 / the day")
    parser.add_argument(
        "--sample",
        metavar="N",
        type=int,
        default=0,
        help="随机抽取 N 个主体 / N subjects at random",
    )


def run(args: argparse.Namespace) -> int:
    """0: all equal; 1: one is not, or nothing stood on that day; 2: cannot run."""
    try:
        day = date.fromisoformat(args.on)
    except ValueError as problem:
        raise Trouble(
            "--on 写作 2026-03-27 的样子。", "--on is written like 2026-03-27."
        ) from problem
    if bool(args.subject) == bool(args.sample) or args.sample < 0:
        raise Trouble(
            "请给出一个主体，或用 --sample 抽取若干个。",
            "name one subject, or a number of them to --sample.",
        )
    if not DataFolder.exists(args.data):
        raise Trouble(
            f"{args.data} 不是数据目录；请先运行 ./yuxin up。",
            f"{args.data} is no data folder; run ./yuxin up first.",
        )
    with database(DataFolder.open(args.data), Progress(args.lang)):
        django.setup()
        items = replayed(args.subject, args.sample, day)
        importlib.import_module("django.db").connection.close()
    if args.json:
        print_json({"items": items})
    else:
        for item in items:
            _say(item, english=args.lang == "en")
    if not items:
        sys.stderr.write("这一天没有存下的颜色。 No colour was stored for that day.\n")
    return 0 if items and all(item["equal"] for item in items) else 1


def replayed(subject: str, sample: int, day: date) -> list[dict[str, Any]]:
    """The judgements of one subject, or of some at random, beside the same computed anew."""
    # Tables can only be named once Django is ready.
    access: Any = importlib.import_module("yuxin.access.reading")
    queries: Any = importlib.import_module("yuxin.assessment.queries")
    actors: Any = importlib.import_module("yuxin.kernel.actor")
    nobody = actors.Actor.clock(())
    with access.reading(nobody):
        chosen = queries.to_replay(nobody, subject) if subject else queries.judged_on(nobody, day)
    if sample:
        chosen = sorted(secrets.SystemRandom().sample(chosen, min(sample, len(chosen))))
    items = []
    for institution_id in chosen:
        reader = actors.Actor.clock((institution_id,))
        with access.reading(reader):
            found = queries.replay(reader, institution_id, day)
        if found is not None:
            items.append(_item(found))
    return items


def _item(replayed: Any) -> dict[str, Any]:
    return {
        "subject": replayed.subject,
        "on": replayed.on.isoformat(),
        "stored": replayed.stored,
        "recomputed": replayed.recomputed,
        "equal": replayed.equal,
        "explanation": [
            {
                "rule": reason.rule,
                "zh": reason.zh,
                "en": reason.en,
                "seen": {name: _plain(fact) for name, fact in reason.seen.items()},
                "instrument": reason.instrument,
                "clause": reason.clause,
                "mark": reason.mark,
                "is_law": reason.is_law,
            }
            for reason in replayed.explanation
        ],
    }


def _plain(fact: Any) -> Any:
    return fact.isoformat() if isinstance(fact, date) else fact


def _say(item: dict[str, Any], *, english: bool) -> None:
    equal = item["equal"]
    word = ("equal" if equal else "NOT EQUAL") if english else ("一致" if equal else "不一致")
    print(f"{item['subject']}  {item['on']}  {item['stored']['effective']}  {word}")
    for reason in item["explanation"]:
        sentence = reason["en" if english else "zh"]
        print(f"  {reason['rule']}  {sentence}")
    if not equal:
        for name in sorted(item["stored"]):
            now = item["recomputed"].get(name)
            if item["stored"][name] != now:
                print(f"  {name}: {item['stored'][name]} != {now}")
