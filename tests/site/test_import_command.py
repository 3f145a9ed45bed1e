"""`./yuxin import`: the counts add up, the same file twice changes nothing, refusals are said."""

import argparse
import json
from pathlib import Path

import pytest

from tests.registry.given import COUNTY, areas
from tests.registry.test_importing import CLEAN, MIXED
from yuxin.site import import_run
from yuxin.site.commands import import_
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Progress

QUIET = Progress("zh", quiet=True)


def imported(data, language="zh"):
    return import_run.import_file(
        data, Path("台账.csv"), area=COUNTY, language=language, progress=QUIET
    )


def counts(report):
    assert report["rows"] == sum(
        report[name] for name in ("accepted", "doubtful", "rejected", "unchanged")
    )
    return [report[name] for name in ("accepted", "doubtful", "rejected", "unchanged")]


@pytest.mark.django_db
def test_the_report_names_every_row_that_was_not_simply_taken():
    areas()
    report = imported(MIXED)
    assert counts(report) == [1, 2, 1, 0]
    behind = report["report"]
    assert [cell["row"] for cell in behind["doubtful_cells"]] == [3, 4]
    assert behind["doubtful_cells"][0]["cell"] == "B3"
    assert behind["rejected_rows"] == [{"sheet": 1, "row": 5, "reason": "没有机构名称，也没有代码"}]
    assert behind["written"] == 1
    json.dumps(report)


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing():
    areas()
    imported(CLEAN)
    again = imported(CLEAN)
    assert counts(again) == [0, 0, 0, 2]
    assert again["report"]["written"] == 0


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_and_reports_the_same():
    areas()
    told = {"area": COUNTY, "language": "en", "progress": QUIET}
    report = import_run.dry_run(MIXED, **told)
    assert counts(report) == [1, 2, 1, 0]
    assert counts(import_run.dry_run(MIXED, **told)) == [1, 2, 1, 0]


def args(tmp_path, file, area="990100"):
    return argparse.Namespace(
        what="institutions",
        area=area,
        data=tmp_path / "var",
        file=file,
        lang="zh",
        json=False,
        dry_run=True,
    )


def test_what_cannot_run_is_said_with_the_remedy(tmp_path):
    with pytest.raises(Trouble, match="--area"):
        import_.run(args(tmp_path, tmp_path / "x.csv", area="x"))
    with pytest.raises(Trouble, match="yuxin up"):
        import_.run(args(tmp_path, tmp_path / "x.csv"))


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(import_.SpreadsheetTooLarge, match="2048 MiB"):
        import_._bytes_of(huge)
