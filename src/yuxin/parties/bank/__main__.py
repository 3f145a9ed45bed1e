"""Play a custody bank: `python -m yuxin.parties.bank --folder var/bank/exchange --keys var/bank`.

Example: python -m yuxin.parties.bank --folder var/exchange/DEMOBANK --keys var/bank --port 8021
    --notify http://127.0.0.1:8000/api/v1/bank/notices --pace 3
"""

import argparse
import json
import signal
import sys
import time as clock_time
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from yuxin.formats.party_keys import ensure_pair, load_public_key
from yuxin.kernel import clock
from yuxin.kernel.refusal import Refusal
from yuxin.parties.bank.bank import Bank
from yuxin.parties.bank.process import BankProcess
from yuxin.parties.bank.terms import Terms, is_weekday, parse_faults

_WAIT_FOR_KEY_SECONDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the bank simulator."""
    parser.add_argument("--folder", type=Path, required=True, help="the exchange folder")
    parser.add_argument(
        "--keys", type=Path, required=True, help="bank.pem, bank.pub (made here), platform.pub"
    )
    parser.add_argument("--books", type=Path, help="the SQLite file (default: in --keys)")
    parser.add_argument("--port", type=int, default=8021)
    parser.add_argument("--code", default="DEMOBANK")
    parser.add_argument("--notify", default="", metavar="URL", help="where notices are posted")
    parser.add_argument("--now", metavar="ISO", help="a fixed instant instead of the clock")
    parser.add_argument(
        "--pace", type=float, metavar="SECONDS", help="report new lines at once, so far apart"
    )
    parser.add_argument("--poll", type=float, default=0.5, metavar="SECONDS")
    parser.add_argument("--cut-off", type=time.fromisoformat, default=time(16, 30))
    parser.add_argument("--files-at", type=time.fromisoformat, default=time(8, 30))
    parser.add_argument(
        "--holidays", type=Path, help="JSON list of dates that are no bank days besides weekends"
    )
    parser.add_argument("--faults", default="", help="late=20000,lost=5000 per million")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--mend", type=float, default=900, metavar="SECONDS", help="until a spoilt file is resent"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. 0: stopped; 2: cannot run."""
    try:
        process = _process(args)
    except Refusal as problem:
        print(problem.say("zh"), problem.say("en"), sep="\n", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.stop())
    try:
        process.run()
    except OSError as problem:
        print(f"银行模拟器无法运行：{problem}\nThe bank cannot run: {problem}", file=sys.stderr)
        return 2
    return 0


def _process(args: argparse.Namespace) -> BankProcess:
    key = ensure_pair(args.keys, "bank")
    platform = args.keys / "platform.pub"
    for _ in range(_WAIT_FOR_KEY_SECONDS * 2):
        if platform.exists():
            break
        clock_time.sleep(0.5)
    bank = Bank(
        code=args.code,
        key=key,
        platform_key=load_public_key(platform),
        path=args.books or args.keys / "bank.sqlite3",
        terms=Terms(
            is_bank_day=_bank_days(args.holidays),
            cut_off=args.cut_off,
            files_at=args.files_at,
            pace=None if args.pace is None else timedelta(seconds=args.pace),
        ),
        faults=parse_faults(args.faults, seed=args.seed, mend_after=timedelta(seconds=args.mend)),
    )
    return BankProcess(
        bank=bank,
        folder=args.folder,
        port=args.port,
        clock=_clock(args.now),
        notify_url=args.notify,
        poll_seconds=args.poll,
    )


def _clock(fixed: str | None) -> Callable[[], datetime]:
    if fixed is None:
        return clock.now
    instant = datetime.fromisoformat(fixed)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=clock.SHANGHAI)
    return lambda: instant


def _bank_days(path: Path | None) -> Callable[[date], bool]:
    if path is None:
        return is_weekday
    holidays = {date.fromisoformat(text) for text in json.loads(path.read_text())}
    return lambda day: is_weekday(day) and day not in holidays


def main() -> int:
    """Entry of `python -m yuxin.parties.bank`."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
