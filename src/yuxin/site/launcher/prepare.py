"""Bring translations, database and static files up to date; runs as a process of its own, as owner.

python -m yuxin.site.launcher.prepare zh
"""

import hashlib
import io
import sys

import django
from django.apps import apps
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from yuxin.site.launcher import translations
from yuxin.site.launcher.evidence_folder import prepare_evidence
from yuxin.site.launcher.folder import DataFolder, write_private
from yuxin.site.launcher.trouble import Trouble
from yuxin.site.progress import Bar, Progress


class _CountedLines(io.StringIO):
    """Advances a bar for every migration that is reported as done."""

    def __init__(self, bar: Bar) -> None:
        super().__init__()
        self.bar = bar

    def write(self, text: str) -> int:
        self.bar.advance(text.count(" OK"))
        return len(text)


def main(language: str) -> int:
    """Compile translations, migrate, write down the mode, collect static files."""
    translations.compile_newer()
    django.setup()
    progress = Progress(language)
    folder = DataFolder.from_environment()
    try:
        _migrate(progress)
        _write_mode(folder)
        prepare_evidence(folder)
    except Trouble as trouble:
        progress.say(trouble.zh, trouble.en)
        return 2
    if apps.is_installed("django.contrib.staticfiles") and _static_files_changed(folder):
        with progress.step("整理静态文件", "static files"):
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    return 0


def _migrate(progress: Progress) -> None:
    executor = MigrationExecutor(connection)
    applied = set(executor.loader.applied_migrations)
    unknown = [f"{app}.{name}" for app, name in applied - set(executor.loader.disk_migrations)]
    if unknown:
        raise Trouble(
            f"数据库由更新的版本使用过（{unknown[0]}）；请用该版本运行，或恢复升级前的备份。",
            f"a newer version has used this database ({unknown[0]}); run that version, or restore"
            " the backup made before the upgrade.",
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with progress.bar(len(plan), "建立数据表", "migrations") as bar:
            call_command("migrate", interactive=False, stdout=_CountedLines(bar))


def _write_mode(folder: DataFolder) -> None:
    """The database knows its mode too, and the two must agree."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_installation (id, mode) VALUES (1, %s) ON CONFLICT DO NOTHING",
            [folder.mode.value],
        )
        cursor.execute("SELECT mode FROM access_installation WHERE id = 1")
        (mode,) = cursor.fetchone()
    if mode != folder.mode.value:
        raise Trouble(
            f"数据库是 {mode} 库，而数据目录是 {folder.mode.value}；两者不能混用，"
            "请另给一个数据库或数据目录。",
            f"the database is {mode} and the data folder {folder.mode.value}; they cannot be"
            " mixed, give another database or data folder.",
        )


def _static_files_changed(folder: DataFolder) -> bool:
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            about = storage.size(path), storage.get_modified_time(path).timestamp()
            digest.update(f"{path} {about}\n".encode())
    stamp = folder.root / "static.stamp"
    if stamp.exists() and stamp.read_text("utf-8") == digest.hexdigest():
        return False
    write_private(stamp, digest.hexdigest())
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
