"""存证本的排序进程：编号、建树、见证、公布（由 up 启动）。
The sequencer of the evidence log: orders, builds, has witnessed, publishes (started by up).

    ./yuxin sequencer
    ./yuxin sequencer --once     处理完现有的就结束 / end when nothing is left to do
"""

import argparse
import signal
import sys
import threading

import psycopg

from yuxin.evidence.checkpoint_store import CheckpointStore, StoreAhead
from yuxin.evidence.sequencer import PUBLISH_EVERY_SECONDS, Halted, Sequencer
from yuxin.evidence.sequencer import run as run_rounds
from yuxin.formats.tlog_policy import PolicyProblem
from yuxin.site.command_line import print_json
from yuxin.site.launcher.evidence_folder import log_key, policy_of, prepare_evidence
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="做完即止 / until nothing is left")


def run(args: argparse.Namespace) -> int:
    """Run until told to stop; 1 when the log halted itself, 2 when it cannot run."""
    folder = DataFolder.open(args.data)
    prepare_evidence(folder)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with psycopg.connect(**folder.connection("sequencer")) as connection:
            sequencer = Sequencer(
                connection,
                key=log_key(folder),
                policy=policy_of(folder),
                store=CheckpointStore(
                    folder.root / "evidence" / "checkpoints.sqlite", folder.origin
                ),
                publish_every=0 if args.once else PUBLISH_EVERY_SECONDS,
            )
            if args.once:
                while sequencer.step():
                    pass
            else:
                run_rounds(sequencer, stop)
            if args.json:
                print_json({"ok": True, "size": sequencer.size})
    except (Halted, StoreAhead) as problem:
        print(f"存证本已停止 / the log has halted: {problem}", file=sys.stderr)
        return 1
    except (psycopg.OperationalError, PolicyProblem) as problem:
        raise Trouble(
            f"排序进程不能运行：{problem}", f"the sequencer cannot run: {problem}"
        ) from problem
    return 0
