"""模拟托管银行：账户、收银台、指令与对账文件（独立进程）。
Play the custody bank: accounts, cashier, instructions and files (a process of its own).

    ./yuxin bank-simulator --folder var/exchange/DEMOBANK --keys var/bank --port 8021 --pace 3
"""

import argparse

from yuxin.parties.bank import __main__ as program


def add(parser: argparse.ArgumentParser) -> None:
    program.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped; 2 when it cannot run."""
    return program.run(args)
