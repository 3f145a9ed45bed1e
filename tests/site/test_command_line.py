"""The command line itself: it lists, explains and speaks the language that was asked for."""

import os
from collections.abc import Iterator

import pytest

from yuxin.site.command_line import main


@pytest.fixture(autouse=True)
def no_language() -> Iterator[None]:
    """The command writes into the environment of its process: put it back."""
    kept = dict(os.environ)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "YUXIN_DATA"):
        os.environ.pop(name, None)
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_alone_it_lists_every_command_with_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    listed = capsys.readouterr().out
    for name in ("up", "test", "check", "doctor"):
        assert f"\n  {name} " in listed
    assert "启动整个系统" in listed
    assert "Start everything" not in listed


@pytest.mark.parametrize("how", [["--lang", "en"], ["--lang=en"]])
def test_english_by_option(how: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(how) == 0
    assert "Start everything" in capsys.readouterr().out


def test_english_by_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert main([]) == 0
    assert "Start everything" in capsys.readouterr().out
    assert main(["--lang", "zh"]) == 0
    assert "启动整个系统" in capsys.readouterr().out


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["up", "--help"])
    assert "./yuxin up --port" in capsys.readouterr().out


def test_an_unknown_word_cannot_run(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["up", "--nonsense"])
    assert "--nonsense" in capsys.readouterr().err


def test_what_cannot_run_ends_with_2_and_says_why(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--json", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "./yuxin up" in said.err
    assert '"ok": false' in said.out


def test_arguments_of_the_tests_keep_their_order(capfd: pytest.CaptureFixture[str]) -> None:
    words = ["-n", "0", "--collect-only", "-q", "tests/kernel/test_money.py", "-k", "yuan"]
    assert main(["test", *words]) == 0
    assert "tests/kernel/test_money.py::" in capfd.readouterr().out
