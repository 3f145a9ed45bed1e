"""检查本系统有什么不安全或缺少的，并说明如何改正。
Say what is unsafe or missing in this installation, and how to mend it.

    ./yuxin doctor
    ./yuxin doctor --acknowledge disk_low --reason "新磁盘下周到 / the new disk comes next week"
"""

import argparse
import getpass
from dataclasses import asdict

from yuxin.site.command_line import print_json
from yuxin.site.launcher.findings import acknowledge, findings
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble

_WEIGHTS = {"unsafe": "不安全", "missing": "缺少", "soon": "将到期"}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--acknowledge", metavar="CODE", default="")
    parser.add_argument("--reason", default="")


def run(args: argparse.Namespace) -> int:
    """Report the findings; 1 when one is neither mended nor acknowledged."""
    folder = DataFolder.open(args.data)
    if args.acknowledge:
        _acknowledge(folder, args.acknowledge, args.reason)
    found = findings(folder)
    is_open = any(not finding.acknowledged for finding in found)
    if args.json:
        print_json({"ok": not is_open, "findings": [asdict(finding) for finding in found]})
        return int(is_open)
    for finding in found:
        weight = finding.weight if args.lang == "en" else _WEIGHTS[finding.weight]
        print(f"[{weight}] {finding.code}: {finding.say(args.lang)}")
        if finding.acknowledged:
            print(f"    ✓ {finding.acknowledged}")
    if not found:
        print("Nothing found." if args.lang == "en" else "没有发现问题。")
    return int(is_open)


def _acknowledge(folder: DataFolder, code: str, reason: str) -> None:
    if code not in {finding.code for finding in findings(folder)}:
        raise Trouble(f"没有名为 {code} 的发现。", f"there is no finding named {code}.")
    if not reason.strip():
        raise Trouble("确认时请用 --reason 写明理由。", "give the reason with --reason.")
    acknowledge(folder, code, reason.strip(), getpass.getuser())
