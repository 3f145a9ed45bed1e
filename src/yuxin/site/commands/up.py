"""启动整个系统：首次建立一切，之后几秒钟；Ctrl-C 停止。
Start everything: makes it all at the first start, takes seconds later; Ctrl-C stops it.

    ./yuxin up
    ./yuxin up --port 8001 --data /srv/yuxin
    ./yuxin up --no-demo --database-url "postgresql://yuxin_owner@db/yuxin?sslmode=verify-full" \\
        --host credit.example.gov.cn --keys /srv/yuxin-keys
"""

import argparse
import time

from yuxin.site.command_line import print_json
from yuxin.site.launcher import findings, first_account, installation
from yuxin.site.launcher.children import children_for
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.installation import Wishes
from yuxin.site.launcher.supervisor import Supervisor, signals
from yuxin.site.progress import Progress


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="127.0.0.1:N")
    parser.add_argument("--database-url", default="", metavar="URL", help="postgresql://…")
    parser.add_argument("--no-demo", action="store_true", help="正式环境 / production")
    parser.add_argument("--empty", action="store_true", help="不装入演示县 / no demo county")
    parser.add_argument("--host", default="", help="正式环境的域名 / public host (production)")
    parser.add_argument("--keys", default="", metavar="DIR", help="密钥目录 / keys (production)")


def run(args: argparse.Namespace) -> int:
    """Set up, supervise until told to stop; 0 after an orderly stop."""
    begin = time.monotonic()
    progress = Progress(args.lang)
    wishes = Wishes(
        data=args.data,
        port=args.port,
        database_url=args.database_url,
        production=args.no_demo,
        host=args.host,
        keys=args.keys,
    )
    with installation.held(wishes) as folder:
        supervisor = Supervisor(
            folder=folder,
            server=installation.server_for(folder),
            rows=children_for(demo=folder.is_demo),
            fill={
                "port": str(args.port),
                "data": str(folder.root),
                "origin": folder.origin,
                **{f"{name}_port": str(port) for name, port in folder.ports().items()},
                "gateway": _gateway(folder),
                "log_host": folder.origin.partition("/")[0],
            },
            progress=progress,
        )
        with signals(supervisor.stopping):
            try:
                _bring_up(supervisor, args, begin)
                supervisor.watch()
            finally:
                if supervisor.stopping.is_set():
                    progress.say("正在停止……", "stopping …")
                supervisor.stop()
    progress.say("已停止。", "Stopped.")
    return 0


def _bring_up(supervisor: Supervisor, args: argparse.Namespace, begin: float) -> None:
    progress = supervisor.progress
    installation.start_database(supervisor.folder, supervisor.server, progress)
    sign_ins = installation.prepare(
        supervisor.folder, args.lang, supervisor.stopping, empty=args.empty
    )
    if supervisor.stopping.is_set():
        return
    findings.require_acknowledged(supervisor.folder)
    with progress.step("启动服务", "services"):
        supervisor.start()
    if supervisor.stopping.is_set():
        return
    address = f"http://127.0.0.1:{args.port}/"
    if args.json:
        seconds = round(time.monotonic() - begin, 1)
        print_json({"ok": True, "address": address, "seconds": seconds, "sign_ins": sign_ins})
    else:
        _greet(supervisor.folder, address, sign_ins, progress, time.monotonic() - begin)
    first_account.shown(supervisor.folder)


def _greet(
    folder: DataFolder, address: str, sign_ins: list[str], progress: Progress, seconds: float
) -> None:
    progress.say(
        f"\n育信已就绪（{seconds:.1f} 秒）：{address}",
        f"\nyuxin is ready ({seconds:.1f} s): {address}",
    )
    if sign_ins:
        progress.say("账号（只显示这一次）：", "Sign-ins (shown this once only):")
        for line in sign_ins:
            print(f"  {line}", flush=True)
    progress.say(
        f"数据目录：{folder.root}；按 Ctrl-C 停止。", f"Data: {folder.root}; Ctrl-C stops."
    )


def _gateway(folder: DataFolder) -> str:
    """Where messages are posted: the demo's own gateway, or nowhere."""
    port = folder.ports().get("messages")
    return f"http://127.0.0.1:{port}/messages" if port else ""
