"""The data folder: made once, whole, private, and held by one supervisor."""

import stat
from pathlib import Path

import pytest

from yuxin.site.launcher.folder import Database, DataFolder, Mode
from yuxin.site.launcher.trouble import Trouble


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.create(
        tmp_path / "var",
        mode=Mode.DEMO,
        database=Database(host="/run/x", port=5432, name="yuxin"),
        origin="example.invalid/log/demo",
        host="127.0.0.1",
        keys=Path("keys"),
    )


def test_what_was_written_is_read_again(folder: DataFolder) -> None:
    assert DataFolder.open(folder.root) == folder
    assert folder.is_demo


def test_an_embedded_database_moves_with_its_folder(tmp_path: Path) -> None:
    made = DataFolder.create(
        tmp_path / "here",
        mode=Mode.DEMO,
        database=Database(host=str(tmp_path / "here/run"), port=5432, name="yuxin"),
        origin="example.invalid/log/demo",
        host="127.0.0.1",
        keys=Path("keys"),
    )
    made.root.rename(tmp_path / "there")
    moved = DataFolder.open(tmp_path / "there")
    assert moved.database.host == str(tmp_path / "there/run")
    assert moved.key("field")


def test_secrets_and_keys_are_private_and_stay(folder: DataFolder) -> None:
    files = [*(folder.root / "secrets").iterdir(), *folder.keys.iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {path.name for path in files} == {"django", "promise", "field", "blind_index"}
    assert len(folder.key("field")) == 32
    assert folder.secret("django", lambda: "another") == folder.secret("django") != "another"


def test_a_role_logs_in_with_its_own_password(folder: DataFolder) -> None:
    folder.secret("yuxin_app", lambda: "s3cret")
    assert folder.connection("app")["user"] == "yuxin_app"
    assert folder.connection("app")["password"] == "s3cret"
    assert folder.user("owner") == "yuxin_owner"


def test_a_second_start_is_refused_and_says_which_process_holds_the_folder(
    folder: DataFolder,
) -> None:
    with folder.lock():
        with pytest.raises(Trouble, match="already run by process") as refused, folder.lock():
            pass
        assert "--data" in refused.value.say("zh")
    with folder.lock():
        pass


def test_a_folder_of_another_version_is_left_alone(folder: DataFolder) -> None:
    config = folder.root / "config.json"
    config.write_text(config.read_text("utf-8").replace('"format": 1', '"format": 9'), "utf-8")
    with pytest.raises(Trouble, match="format 9"):
        DataFolder.open(folder.root)


def test_no_folder_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"\./yuxin up"):
        DataFolder.open(tmp_path)
