"""`doctor`: what is unsafe is found, said with its remedy, and may be acknowledged."""

from pathlib import Path

import pytest

from yuxin.site.launcher import findings
from yuxin.site.launcher.folder import Database, DataFolder, Mode
from yuxin.site.launcher.trouble import Trouble


def folder_of(root: Path, mode: Mode, keys: Path = Path("keys")) -> DataFolder:
    return DataFolder.create(
        root / "var",
        mode=mode,
        database=Database(host=str(root), port=5432, name="none"),
        origin="example.invalid/log",
        host="127.0.0.1",
        keys=keys,
    )


def codes(folder: DataFolder) -> set[str]:
    return {finding.code for finding in findings.findings(folder)}


def test_a_fresh_demo_has_nothing_unsafe(tmp_path: Path) -> None:
    found = findings.findings(folder_of(tmp_path, Mode.DEMO))
    assert [finding for finding in found if finding.weight == "unsafe"] == []


def test_a_secret_that_others_may_read_is_found(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, Mode.DEMO)
    (folder.root / "secrets" / "django").chmod(0o640)
    (found,) = (f for f in findings.findings(folder) if f.code == "secrets_open")
    assert "chmod" in found.zh
    assert "chmod" in found.en


def test_keys_belong_elsewhere_in_production(tmp_path: Path) -> None:
    assert "keys_inside" in codes(folder_of(tmp_path / "a", Mode.PRODUCTION))
    elsewhere = folder_of(tmp_path / "b", Mode.PRODUCTION, tmp_path / "keys")
    assert "keys_inside" not in codes(elsewhere)


def test_production_waits_for_each_unsafe_finding_to_be_acknowledged(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, Mode.PRODUCTION)
    with pytest.raises(Trouble, match="keys_inside"):
        findings.require_acknowledged(folder)
    for code in codes(folder):
        findings.acknowledge(folder, code, "tried out", by="somebody")
    findings.require_acknowledged(folder)
    (found,) = (f for f in findings.findings(folder) if f.code == "keys_inside")
    assert found.acknowledged == "tried out"
