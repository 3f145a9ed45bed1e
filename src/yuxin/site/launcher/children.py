"""The children of one installation: **this table is the one place where they are named**.

A row is started in the order given once the database answers and the migrations are through, is
restarted with back-off when it ends, and is stopped in reverse order. In `arguments`,
`{port}`, `{data}`, `{origin}` and `{log_host}` (the origin up to its first slash) are filled in.
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
)


def children_for(*, demo: bool) -> list[Child]:
    """The children that an installation of this mode runs."""
    return [child for child in CHILDREN if demo or not child.demo_only]
