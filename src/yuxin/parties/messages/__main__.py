"""Play a message gateway: SMS, e-mail and WeChat messages are kept and shown, never sent.

Example: python -m yuxin.parties.messages --keys var/messages --port 8022
"""

import argparse
import signal
import sys
import threading
import time
from pathlib import Path

from yuxin.formats.party_keys import load_public_key
from yuxin.kernel import clock
from yuxin.kernel.refusal import Refusal
from yuxin.parties.messages.gateway import Gateway, parse_gateway_faults
from yuxin.parties.messages.server import GatewayServer

_WAIT_FOR_KEY_SECONDS = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the message simulator."""
    parser.add_argument(
        "--keys", type=Path, required=True, help="platform.pub; messages.sqlite3 is made here"
    )
    parser.add_argument("--port", type=int, default=8022)
    parser.add_argument("--faults", default="", help="failed=20000,down=5000 per million")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. 0: stopped; 2: cannot run."""
    try:
        gateway = _gateway(args)
        server = GatewayServer(args.port, gateway, clock.now)
    except Refusal as problem:
        print(problem.say("zh"), problem.say("en"), sep="\n", file=sys.stderr)
        return 2
    except OSError as problem:
        print(f"消息模拟器无法运行：{problem}\nIt cannot run: {problem}", file=sys.stderr)
        return 2
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    print(f"messages: http://127.0.0.1:{server.server_port}/", flush=True)
    stopping.wait()
    server.shutdown()
    server.server_close()
    thread.join()
    gateway.close()
    return 0


def _gateway(args: argparse.Namespace) -> Gateway:
    platform = args.keys / "platform.pub"
    for _ in range(_WAIT_FOR_KEY_SECONDS * 2):
        if platform.exists():
            break
        time.sleep(0.5)
    return Gateway(
        platform_key=load_public_key(platform),
        path=args.keys / "messages.sqlite3",
        faults=parse_gateway_faults(args.faults, seed=args.seed),
    )


def main() -> int:
    """Entry of `python -m yuxin.parties.messages`."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
