"""模拟保险公司：承保和理赔的签名消息（独立进程）。
Play the insurer: cover and claims by signed messages (a process of its own).

    ./yuxin insurer-simulator --folder var/exchange/DEMOINS --keys var/insurer
"""

import argparse

from yuxin.parties.insurer import __main__ as program


def add(parser: argparse.ArgumentParser) -> None:
    program.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; 2 when it cannot run."""
    return program.run(args)
