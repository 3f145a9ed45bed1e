"""What is unsafe or missing in an installation: `./yuxin doctor`, and the start of production.

A finding has a stable code, a sentence with its remedy in both languages, and a weight: `unsafe`
keeps a production installation from starting until it is mended or acknowledged with a reason;
`missing` limits what works; `soon` will matter.
"""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg

from yuxin.formats.tlog_policy import PolicyProblem
from yuxin.kernel.clock import day_of, now
from yuxin.rules.calendars import CalendarName, calendar_of
from yuxin.rules.folder import load_pack
from yuxin.site.launcher.evidence_folder import policy_of
from yuxin.site.launcher.folder import DataFolder, write_private
from yuxin.site.launcher.trouble import Trouble

Weight = Literal["unsafe", "missing", "soon"]
_COMFORTABLE_BYTES = 5_000_000_000
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_NOTICE_MONTH = 11  # next year's holiday notice is out by then, as a rule


@dataclass(frozen=True)
class Finding:
    """One thing that is unsafe or missing, with its remedy."""

    code: str
    weight: Weight
    zh: str
    en: str
    acknowledged: str = ""  # the reason, when somebody took it upon themselves

    def say(self, language: str) -> str:
        """The sentence in `language`."""
        return self.en if language == "en" else self.zh


def findings(folder: DataFolder) -> list[Finding]:
    """Every finding of this installation, the acknowledged ones marked."""
    reasons = acknowledged(folder)
    found = [
        *_files(folder),
        *_machine(folder),
        *_database(folder),
        *_log(folder),
        *_calendar(),
    ]
    return [
        Finding(f.code, f.weight, f.zh, f.en, reasons.get(f.code, {}).get("reason", ""))
        for f in found
    ]


def acknowledged(folder: DataFolder) -> dict[str, dict[str, str]]:
    """Reasons by code."""
    path = folder.root / "acknowledged.json"
    known: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return known


def acknowledge(folder: DataFolder, code: str, reason: str, by: str) -> None:
    """Keep who accepts the finding `code`, when and why."""
    entry = {"reason": reason, "by": by, "at": now().isoformat(timespec="seconds")}
    text = json.dumps(acknowledged(folder) | {code: entry}, ensure_ascii=False, indent=2)
    write_private(folder.root / "acknowledged.json", text + "\n")


def require_acknowledged(folder: DataFolder) -> None:
    """Production runs only when every unsafe finding is mended or acknowledged.

    Raises: Trouble that lists the others.
    """
    if folder.is_demo:
        return
    still = [f for f in findings(folder) if f.weight == "unsafe" and not f.acknowledged]
    if still:
        raise Trouble(
            "正式环境没有启动，因为有不安全之处：\n"
            + "".join(f"  {f.code}：{f.zh}\n" for f in still)
            + "请改正，或用 ./yuxin doctor --acknowledge 代号 --reason 理由 逐条确认。",
            "Production was not started, because something is unsafe:\n"
            + "".join(f"  {f.code}: {f.en}\n" for f in still)
            + "Mend it, or acknowledge each: ./yuxin doctor --acknowledge CODE --reason WHY",
        )


def _files(folder: DataFolder) -> Iterator[Finding]:
    private = [folder.root / "secrets", folder.keys, folder.root / "evidence" / "key"]
    files = [path for top in private if top.exists() for path in (top, *top.rglob("*"))]
    secret = [path for path in files if path.suffix != ".pub"]
    opened = [path for path in secret if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if opened:
        yield Finding(
            "secrets_open",
            "unsafe",
            f"{opened[0]} 可被他人读取；请执行 chmod -R go= {opened[0]}。",
            f"others may read {opened[0]}; run: chmod -R go= {opened[0]}",
        )
    if not folder.is_demo and folder.keys.is_relative_to(folder.root):
        yield Finding(
            "keys_inside",
            "unsafe",
            "密钥目录在数据目录之内，备份会同时带走密文和密钥；请移出并改 config.json 的 keys。",
            "the keys lie inside the data folder, so that a copy takes cipher and key together;"
            " move them out and set `keys` in config.json.",
        )


def _machine(folder: DataFolder) -> Iterator[Finding]:
    free = shutil.disk_usage(folder.root).free
    if free < _COMFORTABLE_BYTES:
        yield Finding(
            "disk_low",
            "soon",
            f"磁盘只剩 {free // 10**9} GB；请腾出空间或换更大的磁盘。",
            f"only {free // 10**9} GB of disk are left; free some or use a larger disk.",
        )
    if not folder.is_demo and os.geteuid() == 0:
        yield Finding(
            "runs_as_root",
            "unsafe",
            "正式环境不应以 root 运行；请为它建立普通用户（useradd --system yuxin）。",
            "production should not run as root; make a user for it (useradd --system yuxin).",
        )
    if not any(_has_cjk(Path(top)) for top in _FONTS):
        yield Finding(
            "fonts_missing",
            "missing",
            "没有中文字体，不能制作 PDF 文书；请安装 fonts-noto-cjk。",
            "no Chinese font is installed, so no PDF can be made; install fonts-noto-cjk.",
        )
    if find_library("pangoft2-1.0") is None and find_library("pangoft2-1.0-0") is None:
        yield Finding(
            "pango_missing",
            "missing",
            "没有 Pango，不能制作 PDF 文书；请安装 libpangoft2-1.0-0。",
            "Pango is not installed, so no PDF can be made; install libpangoft2-1.0-0.",
        )


def _has_cjk(top: Path) -> bool:
    return top.exists() and any(top.rglob("*CJK*"))


def _database(folder: DataFolder) -> Iterator[Finding]:
    try:
        with psycopg.connect(**folder.connection("app"), connect_timeout=10) as connection:
            yield from _database_settings(folder, connection)
    except (psycopg.OperationalError, FileNotFoundError):
        if folder.database.embedded:
            return  # nobody started it; nothing can be said, nothing is wrong
        yield Finding(
            "database_silent",
            "unsafe",
            f"数据库 {folder.database.host} 没有应答；请检查它和网络。",
            f"the database {folder.database.host} does not answer; check it and the network.",
        )


def _database_settings(
    folder: DataFolder, connection: psycopg.Connection[Any]
) -> Iterator[Finding]:
    if not (folder.is_demo or connection.pgconn.ssl_in_use or folder.database.host[:1] == "/"):
        yield Finding(
            "database_not_tls",
            "unsafe",
            "到数据库的连接没有加密；请在服务器开启 ssl，并在 config.json 设 sslmode=verify-full。",
            "the connection to the database is not encrypted; turn on ssl in the server and set"
            " sslmode=verify-full in config.json.",
        )
    rights = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    if connection.execute(rights).fetchone() != (False,):
        yield Finding(
            "role_too_strong",
            "unsafe",
            "应用的数据库角色是超级用户或能绕过行级安全；请执行 "
            "ALTER ROLE yuxin_app NOSUPERUSER NOBYPASSRLS。",
            "the application's database role is superuser or bypasses row security; run"
            " ALTER ROLE yuxin_app NOSUPERUSER NOBYPASSRLS.",
        )
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
        if row == ("off",):
            yield Finding(
                f"database_{setting}_off",
                "unsafe",
                f"数据库关闭了 {setting}，断电会丢失已确认的数据；请设为 on。",
                f"the database has {setting} off and loses acknowledged data in a power cut;"
                " turn it on.",
            )


def _log(folder: DataFolder) -> Iterator[Finding]:
    try:
        policy = policy_of(folder)
    except FileNotFoundError:
        return  # made at the first start
    except PolicyProblem as problem:
        yield Finding(
            "log_policy_broken",
            "unsafe",
            f"存证见证策略 evidence/policy 读不懂：{problem}；请改正。",
            f"the witness policy evidence/policy cannot be read: {problem}; mend it.",
        )
        return
    if not policy.witnesses:
        yield Finding(
            "log_without_witnesses",
            "unsafe",
            "存证本没有外部见证，重写历史不会被发现；请在 evidence/policy 加入银行、"
            "市场监管、消费者组织等的 witness 行。",
            "the log has no witnesses, so that rewriting it would not be noticed; add witness"
            " lines (bank, market regulator, consumer association) to evidence/policy.",
        )


def _calendar() -> Iterator[Finding]:
    today = day_of(now())
    year = today.year if today.month < _NOTICE_MONTH else today.year + 1
    pack = load_pack()
    names: tuple[tuple[CalendarName, str], ...] = (("government", "政府"), ("bank", "银行"))
    for name, zh in names:
        if calendar_of(pack, name, today).is_provisional(year):
            yield Finding(
                f"calendar_{name}_provisional",
                "soon",
                f"{year} 年{zh}工作日历还没有放假通知，落在该年的期限都标为暂计；"
                f"通知发布后请更新 calendar.{name}.{year}。",
                f"the {name} calendar of {year} has no holiday notice yet and deadlines in it are"
                f" provisional; update calendar.{name}.{year} when the notice is out.",
            )
