"""The packs of the repository hold; a folder that does not says where."""

import runpy
import sys
from shutil import copytree

import pytest

from yuxin.rules.check import check_folder, main
from yuxin.rules.folder import SEED_PACKS


def test_the_packs_of_the_repository_hold():
    assert check_folder() == []


@pytest.fixture
def folder(tmp_path):
    copytree(SEED_PACKS, tmp_path / "packs")
    return tmp_path / "packs"


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("{lessons: 61}, expect: refused", "{lessons: 61}, expect: allowed", "expects allowed"),
        ("value: 60", "value: 59", "lessons_max|expects"),
        ("instrument: 教监管函〔2021〕2号", "instrument: 教监管函〔2099〕2号", "2099"),
        (
            "{on: 2026-03-07, given: {}, expect: 15}",
            "{on: 2020-03-07, given: {}, expect: 15}",
            "gets missing",
        ),
        ("    - {on: 2026-03-07, given: {}, expect: 15}", "    []", "no case"),
        ("unit: lesson", "unit: lessons", "only these"),
    ],
)
def test_a_wrong_value_case_or_citation_is_found(folder, old, new, why):
    change(folder, "national/prepay.yaml", old, new)
    (found, *_) = check_folder(folder)
    assert found.file == "national/prepay.yaml"
    assert any(part in found.en or part in found.key for part in why.split("|"))
    assert found.zh


def test_a_wrong_calendar_day_is_found(folder):
    change(folder, "national/calendar/2026.yaml", "          - 2026-04-06\n", "")
    assert {found.key for found in check_folder(folder)} == {"calendar.government.2026"}


def test_a_year_before_every_notice_gives_no_day(folder):
    change(folder, "national/calendar/2025.yaml", "{day: 2025-01-01}", "{day: 2024-01-01}")
    (found,) = check_folder(folder)
    assert "gets missing" in found.en


def test_a_lower_pack_that_loosens_is_found(folder):
    (folder / "350000").mkdir()
    national = (folder / "national/prepay.yaml").read_text(encoding="utf-8")
    rule = national[
        national.index("prepay.lessons_max:") : national.index("prepay.amount_max_fen:")
    ]
    local = folder / "350000/prepay.yaml"
    local.write_text(
        rule.replace("value: 60", "value: 48")
        .replace("61", "49")
        .replace("lessons: 60", "lessons: 48"),
        encoding="utf-8",
    )
    assert check_folder(folder) == []
    local.write_text(rule.replace("value: 60", "value: 61"), encoding="utf-8")
    assert [found.file for found in check_folder(folder)] == ["350000/prepay.yaml"]


def test_a_broken_register_is_found(folder):
    change(folder, "instruments.yaml", "issuer: 国务院办公厅", "issuer: [")
    (found,) = check_folder(folder)
    assert found.file == "instruments.yaml"


def test_the_check_runs_alone_and_prints_what_is_wrong(folder, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "yuxin.rules.check")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("yuxin.rules.check", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out == ""
    change(folder, "national/prepay.yaml", "value: 15", "value: 14")
    assert main(folder) == 1
    assert "prepay.confirm_silence_working_days" in capsys.readouterr().out
