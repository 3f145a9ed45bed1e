"""模拟消息通道：短信、邮件、微信只收下、可查看，不真的发出（独立进程）。
Play the message gateway: SMS, e-mail and WeChat are kept and shown, never sent (its own process).

    ./yuxin message-simulator --keys var/messages --port 8022
"""

import argparse

from yuxin.parties.messages import __main__ as program


def add(parser: argparse.ArgumentParser) -> None:
    program.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; 2 when it cannot run."""
    return program.run(args)
