"""`./yuxin law`: clause, rule, test and gaps, for people and for programs."""

import json
import os
import subprocess
import sys

from yuxin.rules import clauses
from yuxin.rules.values import PackRefused
from yuxin.site.command_line import main
from yuxin.site.commands import law


def test_people_read_clause_rule_test_and_gaps(capsys):
    assert main(["law", "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    clause = out.split("\n  附件第4项\n")[1].split("\n  附件")[0]
    assert "规则  tianjin scoring.thousand.items / thousand.4  [读过原文; 示例 3]" in clause
    assert "tests/law/test_scoring_examples.py::test_12_one_notice" in clause
    assert "没有值，须由主管部门填写" in out
    assert "tiers.draw_ratio" in out


def test_in_english_and_the_gaps_alone(capsys):
    assert main(["law", "--gaps", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Gaps: ")
    assert "without a value, for a bureau to set" in out


def test_programs_read_clauses_and_gaps(capsys):
    assert main(["law", "--json", "--instrument", "行政许可法"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {each["instrument"] for each in told["clauses"]} == {"行政许可法"}
    (clause,) = [each for each in told["clauses"] if each["clause"] == "第五十条"]
    assert clause["rules"][0]["row"] == "risk.L1.B"
    assert clause["tests"]
    assert all(gap["instrument"] == "行政许可法" for gap in told["gaps"])


def test_what_nobody_cites_is_said_and_cannot_be_told(capsys):
    assert main(["law", "--instrument", "没有这部法", "--lang", "en"]) == 2
    assert "No rule and no test cites" in capsys.readouterr().err


def test_without_the_tests_it_cannot_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(law, "ROOT", tmp_path)
    assert main(["law", "--lang", "en"]) == 2
    assert "source tree" in capsys.readouterr().err


def test_no_clause_of_law_rests_on_a_text_from_memory_or_a_draft():
    told = clauses.law_coverage(law.ROOT / "tests")
    assert [gap for gap in told.gaps if gap.kind is clauses.GapKind.NOT_READ] == []


def test_packs_that_cannot_be_read_are_named(monkeypatch, capsys):
    def refuse(tests):
        raise PackRefused(file="national/x.yaml", why_zh="坏了", why_en="broken")

    monkeypatch.setattr(law, "law_coverage", refuse)
    assert main(["law", "--lang", "en"]) == 2
    assert "national/x.yaml" in capsys.readouterr().err


def test_a_reader_that_has_had_enough_is_no_trouble():
    environment = {**os.environ, "PYTHONPATH": str(law.ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-m", "yuxin.site", "law", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 0
