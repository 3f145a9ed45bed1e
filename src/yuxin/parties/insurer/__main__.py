"""The insurer as a process: looks into its folder, answers, waits, until it is told to stop."""

import argparse
import signal
import threading
from pathlib import Path

from yuxin.formats.party_keys import ensure_pair, parse_public_key
from yuxin.kernel import clock
from yuxin.parties.insurer.insurer import Insurer

POLL_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the process needs to know."""
    parser.add_argument("--folder", type=Path, required=True, help="the exchange folder")
    parser.add_argument("--keys", type=Path, required=True, help="its key pair and platform.pub")
    parser.add_argument("--once", action="store_true", help="answer what lies there and stop")


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; 2 when the platform's key is missing."""
    platform = args.keys / "platform.pub"
    if not platform.is_file():
        print(f"缺平台公钥 / no key of the platform: {platform}")
        return 2
    insurer = Insurer.at(
        args.folder,
        ensure_pair(args.keys, "insurer"),
        parse_public_key(platform.read_bytes()),
        path=args.keys / "insurer.sqlite",
    )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        insurer.work(clock.day_of(clock.now()))
        if args.once:
            break
        stop.wait(POLL_SECONDS)
    return 0


def main() -> int:
    """Entry of `python -m yuxin.parties.insurer`."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
