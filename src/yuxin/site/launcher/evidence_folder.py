"""The evidence log's own files in the data folder: its key, its policy, what it signed.

    evidence/key                 the checkpoint key, 0600: read by the sequencer alone
    evidence/policy              C2SP tlog-policy: the log, its witnesses, the quorum
    evidence/checkpoints.sqlite  the tree heads signed so far; never restored from a backup
    witnesses/<name>/            demo only: the witnesses' own folders

In production the policy begins without witnesses; adding their lines and restarting the
sequencer is all it takes.
"""

import secrets
import socket
from contextlib import ExitStack, suppress

from yuxin.formats.signed_note import ED25519, SignerKey
from yuxin.formats.tlog_policy import Policy, parse_policy
from yuxin.parties.witness import open_key
from yuxin.site.launcher.folder import DataFolder, private_folder, write_private

DEMO_WITNESSES = ("bank", "market", "consumers")
DEMO_QUORUM = 2


def prepare_evidence(folder: DataFolder) -> None:
    """Make the key and the policy if they are missing; in the demo three witnesses with it."""
    root = folder.root / "evidence"
    private_folder(root)
    if not (root / "key").exists():
        write_private(root / "key", f"{secrets.token_hex(32)}\n")
    if not (root / "policy").exists():
        write_private(root / "policy", _first_policy(folder))


def log_key(folder: DataFolder) -> SignerKey:
    """The key that signs checkpoints; its name is the log's origin."""
    seed = (folder.root / "evidence" / "key").read_text("ascii").strip()
    return SignerKey(folder.origin, ED25519, bytes.fromhex(seed))


def policy_of(folder: DataFolder) -> Policy:
    """The policy file as it stands now.

    Raises: PolicyProblem.
    """
    return parse_policy((folder.root / "evidence" / "policy").read_bytes())


def _first_policy(folder: DataFolder) -> str:
    log = f"log {log_key(folder).verifier.text()}\n"
    if not folder.is_demo:
        return f"{log}quorum none\n"
    lines = [log]
    with ExitStack() as held:  # all ports at once, so that they differ
        for name in DEMO_WITNESSES:
            port = held.enter_context(_free_port()).getsockname()[1]
            key_name = f"{folder.origin.partition('/')[0]}/witness/{name}"
            key = open_key(folder.root / "witnesses" / name, key_name)
            lines.append(f"witness {name} {key.verifier.text()} http://127.0.0.1:{port}/\n")
    lines.append(f"group outside {DEMO_QUORUM} {' '.join(DEMO_WITNESSES)}\nquorum outside\n")
    return "".join(lines)


def _free_port() -> socket.socket:
    """A port that is free now, below those that outgoing connections are given."""
    while True:
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", 20_000 + secrets.randbelow(10_000)))
