"""检查代码：格式、规范、类型、分层、迁移、译文、规则包用例。
Check the code: format, lint, types, layers, migrations, translations, rule-pack cases.

    ./yuxin check --fast     不到 30 秒 / within 30 seconds: format, lint, layers, migrations
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

from yuxin.site.command_line import ROOT, print_json

_LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
_RULES = """
import sys
from yuxin.rules.check import check_folder
found = check_folder()
print(*found, sep="\\n")
sys.exit(bool(found))
"""
# (what it checks in Chinese, in English, python arguments, only in the full check)
CHECKS = [
    ("格式", "format", ["-m", "ruff", "format", "--check", "src", "tests"], False),
    ("规范", "lint", ["-m", "ruff", "check", "src", "tests"], False),
    ("分层", "layers", ["-c", _LINT_IMPORTS, "--no-cache"], False),
    (
        "迁移齐全",
        "missing migrations",
        ["-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"],
        False,
    ),
    ("类型", "types", ["-m", "mypy", "--strict"], True),
    ("译文", "translations", ["-m", "yuxin.site.launcher.translations"], True),
    ("规则包用例", "rule-pack cases", ["-c", _RULES], True),
]


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help="< 30 s")


def run(args: argparse.Namespace) -> int:
    """Run every check, also after one failed; 1 when any did not hold."""
    results = []
    with tempfile.TemporaryDirectory() as nowhere:
        environment = os.environ | {"YUXIN_DATA": nowhere, "YUXIN_ROLE": "owner"}
        for zh, en, words, slow in CHECKS:
            if slow and args.fast:
                continue
            begin = time.monotonic()
            done = subprocess.run(
                [sys.executable, *words],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            ok = done.returncode == 0
            results.append({"check": en, "ok": ok, "seconds": round(time.monotonic() - begin, 1)})
            if not args.json:
                mark = "✓" if ok else "✗"
                name = en if args.lang == "en" else zh
                print(f"{mark} {name} ({results[-1]['seconds']} s)", flush=True)
            if not ok:
                print(done.stdout + done.stderr, file=sys.stderr, flush=True)
    ok = all(result["ok"] for result in results)
    if args.json:
        print_json({"ok": ok, "checks": results})
    return 0 if ok else 1
