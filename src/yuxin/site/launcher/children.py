"""The children of one installation: **this table is the one place where they are named**.

A row is started in the order given once the database answers and the migrations are through, is
restarted with back-off when it ends, and is stopped in reverse order. In `arguments`,
`{port}`, `{data}`, `{origin}`, `{log_host}` (the origin up to its first slash) and the parties'
`{bank_port}`, `{messages_port}`, `{gateway}` are filled in.
A child that leads a service of its own gives the address that answers 200 when it is ready.
"""

from dataclasses import dataclass

from yuxin.site.launcher.evidence_folder import DEMO_WITNESSES


@dataclass(frozen=True)
class Child:
    """One process that the supervisor keeps running."""

    name: str
    zh: str
    arguments: tuple[str, ...]  # after the Python interpreter
    role: str = "app"  # the database role it logs in as; "" for none
    ready_url: str = ""
    demo_only: bool = False


CHILDREN = (
    Child(
        name="web",
        zh="网页服务",
        arguments=(
            *("-m", "gunicorn", "yuxin.site.wsgi:application", "--bind", "127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload"),
            *("--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"),
        ),
        ready_url="http://127.0.0.1:{port}/healthz",
    ),
    Child(
        name="worker",
        zh="后台处理",
        # Without a gateway of its own messages stay in the inbox; a demo has one.
        arguments=("-m", "yuxin.jobs", "--gateway", "{gateway}"),
    ),
    Child(
        name="sequencer",
        zh="存证排序",
        arguments=("-m", "yuxin.site", "sequencer", "--data", "{data}"),
        role="sequencer",
    ),
    *(
        Child(
            name=f"witness-{name}",
            zh="见证程序",
            arguments=(
                *("-m", "yuxin.parties.witness", "--state", f"{{data}}/witnesses/{name}"),
                *("--name", f"{{log_host}}/witness/{name}", "--policy", "{data}/evidence/policy"),
            ),
            role="",
            demo_only=True,
        )
        for name in DEMO_WITNESSES
    ),
    Child(
        name="bank-simulator",
        zh="模拟银行",
        arguments=(
            *("-m", "yuxin.parties.bank", "--folder", "{data}/exchange/DEMOBANK"),
            *("--keys", "{data}/bank", "--port", "{bank_port}", "--pace", "3"),
            *("--notify", "http://127.0.0.1:{port}/api/v1/bank/notices"),
        ),
        role="",
        ready_url="http://127.0.0.1:{bank_port}/healthz",
        demo_only=True,
    ),
    Child(
        name="insurer-simulator",
        zh="模拟保险公司",
        arguments=(
            *("-m", "yuxin.parties.insurer", "--folder", "{data}/exchange/DEMOINS"),
            *("--keys", "{data}/insurer"),
        ),
        role="",
        demo_only=True,
    ),
    Child(
        name="message-simulator",
        zh="模拟消息通道",
        arguments=(
            *("-m", "yuxin.parties.messages", "--keys", "{data}/messages"),
            *("--port", "{messages_port}"),
        ),
        role="",
        ready_url="http://127.0.0.1:{messages_port}/healthz",
        demo_only=True,
    ),
)


def children_for(*, demo: bool) -> list[Child]:
    """The children that an installation of this mode runs."""
    return [child for child in CHILDREN if demo or not child.demo_only]
