"""每个网址、每件事项对每种身份的权限表，从程序的声明生成。
Every address and every act against every role, generated from what the code declares.

    ./yuxin access-table
    ./yuxin access-table --csv > access.csv
"""

import argparse
import csv
import sys

import django

from yuxin.site.command_line import print_json


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--csv", action="store_true", help="逗号分隔 / comma-separated")


def run(args: argparse.Namespace) -> int:
    """0 when every address and act declares its roles; 1 when one does not."""
    django.setup()
    from yuxin.site.access_list import lines, roles

    told, names = lines(), roles()
    missing = [line.name for line in told if not line.roles]
    if args.json:
        print_json(
            {
                "ok": not missing,
                "roles": names,
                "undeclared": missing,
                "lines": [
                    {"kind": line.kind, "name": line.name, "act": line.act, "roles": line.roles}
                    for line in told
                ],
            }
        )
        return int(bool(missing))
    if args.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(["kind", "name", "act", *names])
        for line in told:
            held = ["x" if role in line.roles else "" for role in names]
            writer.writerow([line.kind, line.name, line.act, *held])
        return int(bool(missing))
    width = max(len(line.name) for line in told)
    for number, role in enumerate(names, 1):
        print(f"{number:2}  {role}")
    print()
    print(" " * (width + 11) + " ".join(f"{number:2}" for number in range(1, len(names) + 1)))
    for line in told:
        marks = "  ".join("x" if role in line.roles else "." for role in names)
        print(f"{line.kind:9} {line.name:{width}}  {marks}".rstrip())
    return int(bool(missing))
