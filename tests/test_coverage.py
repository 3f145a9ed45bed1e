"""What docs/coverage.md names exists: acts, rules, commands, tests, pages."""

import importlib
import pkgutil
import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import get_resolver

import yuxin.operations
from yuxin.operations.operation import DECLARED
from yuxin.rules.folder import NATION, load_pack

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs/coverage.md").read_text("utf-8")
ROWS = re.findall(r"^\| (R\d+) \| ([^|]+) \| ([^|]+) \|$", TEXT, re.MULTILINE)
NAMED = sorted({token for _, _, by in ROWS for token in re.findall(r"`([^`]+)`", by)})
REGISTER = ROOT.parent / "shared/requirements.md"


def _acts() -> set[str]:
    for module in pkgutil.walk_packages(yuxin.operations.__path__, "yuxin.operations."):
        importlib.import_module(module.name)
    return {declared.act for declared in DECLARED.values()}


def _pages() -> set[str]:
    names: set[str] = set()

    def collect(patterns, prefix=""):
        for each in patterns:
            if hasattr(each, "url_patterns"):
                space = f"{prefix}{each.namespace}:" if each.namespace else prefix
                collect(each.url_patterns, space)
            elif each.name:
                names.add(f"{prefix}{each.name}")

    collect(get_resolver().url_patterns)
    return names


@pytest.mark.parametrize("token", NAMED)
def test_what_serves_a_requirement_exists(token):
    kind, _, name = token.partition(":")
    match kind:
        case "act":
            assert name in _acts()
        case "rule":
            assert load_pack((NATION,)).has(name, date(2026, 3, 1))
        case "command":
            assert list((ROOT / "src/yuxin/site/commands").glob(f"{name.replace('-', '_')}*.py"))
        case "test":
            assert (ROOT / name).exists()
        case "page":
            assert name in _pages()
        case _:
            pytest.fail(f"{token}: name an act, rule, command, test or page")


def test_every_row_names_what_serves_it_and_stands_once():
    assert ROWS
    assert all("`" in by for _, _, by in ROWS)
    numbers = [number for number, _, _ in ROWS]
    assert len(numbers) == len(set(numbers))
    assert numbers == sorted(numbers, key=lambda number: int(number[1:]))


@pytest.mark.skipif(not REGISTER.exists(), reason="the register of requirements is not here")
def test_the_rows_are_those_of_the_register():
    known = set(re.findall(r"^\| (R\d+) \|", REGISTER.read_text("utf-8"), re.MULTILINE))
    assert {number for number, _, _ in ROWS} <= known
