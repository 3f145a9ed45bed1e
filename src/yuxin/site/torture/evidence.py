"""Torture of the evidence log: writers, sequencer, witnesses and the database killed at random.

Afterwards every acknowledged entry must be in the tree exactly once, witnessed and published, and
the whole log must verify.
"""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg

from yuxin.evidence.audit import audit_log
from yuxin.site.launcher.evidence_folder import DEMO_WITNESSES, policy_of
from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.supervisor import environment_for
from yuxin.site.scratch import Scratch, scratch_installation
from yuxin.site.torture import Say, TortureReport

WRITERS = 3
#: How often each kind of process is the one that is killed.
WEIGHTS = {"sequencer": 5, "writer": 3, "witness": 3, "database": 1}


class _Children:
    """The processes of the trial, each started again when it is not there."""

    def __init__(self, scratch: Scratch) -> None:
        self.folder, self.server = scratch.folder, scratch.server
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        python = sys.executable
        root = self.folder.root
        host = self.folder.origin.partition("/")[0]
        self.commands = {
            "sequencer": [python, "-m", "yuxin.site", "sequencer", "--data", str(root)]
        }
        for name in DEMO_WITNESSES:
            self.commands[f"witness-{name}"] = [
                *(python, "-m", "yuxin.parties.witness", "--state", f"{root}/witnesses/{name}"),
                *("--name", f"{host}/witness/{name}", "--policy", f"{root}/evidence/policy"),
            ]
        for n in range(WRITERS):
            self.commands[f"writer-{n}"] = [
                *(python, "-m", "yuxin.site.torture.parts.evidence_writer", f"w{n}"),
                str(self.told(n)),
            ]

    def told(self, n: int) -> Path:
        """Where a writer tells what was acknowledged to it."""
        return self.folder.root / f"writer-{n}.done"

    def keep(self, *, only: str = "") -> None:
        """Start what is not running, of one kind or of all."""
        for name in self.commands:
            if not name.startswith(only):
                continue
            if name not in self.running or self.running[name].poll() is not None:
                self.start(name)

    def start(self, name: str) -> None:
        """Start one process."""
        role = "sequencer" if name == "sequencer" else "app"
        self.running[name] = subprocess.Popen(
            self.commands[name],
            env=environment_for(self.folder, role),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, kind: str, chance: random.Random) -> None:
        """Kill one process of a kind, or the database, without warning."""
        if kind == "database":
            assert self.server.process is not None
            self.server.process.kill()
            self.server.start()
            return
        names = [name for name in self.running if name.startswith(kind)]
        child = self.running[chance.choice(sorted(names))]
        child.kill()
        child.wait()

    def stop(self, *names: str) -> None:
        """End processes and wait for them."""
        for name in names:
            child = self.running.pop(name, None)
            if child is not None:
                child.terminate()
                child.wait(30)


def torture(seconds: float, seed: int, say: Say) -> TortureReport:
    """Let it work and kill for so many seconds, then finish the log and check it."""
    chance, report = random.Random(seed), TortureReport()  # noqa: S311  dice of a trial
    kills: Counter[str] = Counter()
    with scratch_installation() as scratch:
        children = _Children(scratch)
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                children.keep()
                time.sleep(chance.uniform(0.2, 2.0))
                kind = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
                children.kill(kind, chance)
                kills[kind] += 1
                say(f"强杀 {kind}，共 {kills.total()} 次", f"killed {kind}, {kills.total()} in all")
            children.stop("sequencer", *(f"writer-{n}" for n in range(WRITERS)))
            children.keep(only="witness")
            _finish(children)
            _check(children, report)
        finally:
            children.stop(*list(children.running))
    report.kills = dict(kills)
    return report


def _finish(children: _Children) -> None:
    """Let the sequencer take what waits and have it witnessed."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        subprocess.run(
            [*children.commands["sequencer"], "--once"],
            env=environment_for(children.folder, "sequencer"),
            stdout=subprocess.DEVNULL,
            check=False,
        )
        with psycopg.connect(**children.folder.connection("audit")) as database:
            row = database.execute(
                "SELECT (SELECT count(*) FROM evidence.outbox)"
                " = (SELECT max(size) FROM evidence.checkpoint)"
            ).fetchone()
        if row and row[0]:
            return
        time.sleep(0.5)


def _check(children: _Children, report: TortureReport) -> None:
    folder: DataFolder = children.folder
    acknowledged = set()
    for n in range(WRITERS):
        path = children.told(n)
        lines = path.read_text().splitlines() if path.exists() else []
        acknowledged |= {line.split()[1] for line in lines if len(line.split()) == 2}
    report.acknowledged = len(acknowledged)
    with psycopg.connect(**folder.connection("audit")) as database:
        rows = database.execute(
            "SELECT e.id FROM evidence.entry e"
            " WHERE e.idx < (SELECT max(c.size) FROM evidence.checkpoint c)"
        ).fetchall()
        twice = database.execute(
            "SELECT count(*) FROM (SELECT 1 FROM evidence.item i GROUP BY"
            " i.fields::jsonb -> 'by' ->> 'request', i.position HAVING count(*) > 1) x"
        ).fetchone()
    published = Counter(number.hex for (number,) in rows)
    report.lost = len(acknowledged - published.keys())
    report.doubled = sum(n > 1 for n in published.values()) + (twice[0] if twice else 0)
    audit = audit_log(
        folder.connection("audit"),
        policy=policy_of(folder),
        store=folder.root / "evidence" / "checkpoints.sqlite",
        origin=folder.origin,
        keys=folder.keys,
        fast=False,
    )
    report.violations = [violation.en for violation in audit.violations]
