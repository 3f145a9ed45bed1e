"""Fictional institutions carry fictional codes.

An invented institution under the code of a real one would give the real one invented conduct.
The codes of this repository lie in regions that do not exist; the two that credit-rules 1.1
publishes as worked examples stand only where the check character itself is tested.
"""

import re
from pathlib import Path

import pytest

from yuxin.kernel.codes import uscc_problem

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
PUBLISHED = {"11370000004502323D", "11330283002980874G"}
CHECK_CHARACTER = {ROOT / "tests/kernel/test_codes.py", Path(__file__).resolve()}
NOWHERE = ("91999", "91990")  # no province begins with 99
TEXT = (".py", ".yaml", ".md", ".html", ".json", ".csv", ".txt", ".po", ".sql", ".js")


def _codes_in(file: Path) -> set[str]:
    return {
        code
        for code in CODE.findall(file.read_text(encoding="utf-8"))
        if uscc_problem(code) is None and not code.isdigit()
    }


@pytest.mark.parametrize("folder", ["src", "tests", "rulepacks", "docs"])
def test_every_credit_code_lies_in_a_region_that_does_not_exist(folder):
    real = {
        f"{file.relative_to(ROOT)}: {code}"
        for file in (ROOT / folder).rglob("*")
        if file.suffix in TEXT and "node_modules" not in file.parts
        for code in _codes_in(file)
        if not code.startswith(NOWHERE) and not (file in CHECK_CHARACTER and code in PUBLISHED)
    }
    assert real == set()
