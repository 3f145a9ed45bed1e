"""运行测试；参数原样交给 pytest。
Run the tests; arguments are handed on to pytest.

    ./yuxin test
    ./yuxin test tests/kernel -k money
"""

import argparse
import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec

from yuxin.site.command_line import ROOT
from yuxin.site.launcher import translations

PASSES_REST = True
MOST_WORKERS = 4  # each has a database cluster of its own


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="pytest", help="pytest")


def run(args: argparse.Namespace) -> int:
    """Run pytest in parallel and in random order; 1 when a test failed, 2 when none could run."""
    words = [*args.rest, *args.words]
    if not any(word.startswith(("-n", "--numprocesses", "--pdb")) for word in words):
        workers = min(os.cpu_count() or 1, MOST_WORKERS)
        words = ["-n", str(workers), *words]
    assert find_spec("pytest"), "./yuxin test installs requirements-dev.lock first"
    translations.compile_newer()
    with tempfile.TemporaryDirectory() as nowhere:  # never the data of a real installation
        status = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
            cwd=ROOT,
            env=os.environ | {"YUXIN_DATA": nowhere},
            check=False,
        ).returncode
    return status if status in (0, 1) else 2
