"""What the other parties of a demo need before they start: keys exchanged, ports of their own.

exchange/DEMOBANK/            files between platform and bank
exchange/DEMOINS/             messages between platform and insurer
bank/, insurer/, messages/    the small programs' own folders, with the platform's public key
ports.json                    where they listen on this machine; kept from start to start
"""

import json
import shutil
import socket

from yuxin.formats.party_keys import ensure_pair
from yuxin.site.launcher.folder import DataFolder, private_folder, write_private

OFFSETS = {"bank": 21, "messages": 22}  # beside the web port: 8021 and 8022 as a rule

EXCHANGES = ("DEMOBANK", "DEMOINS")


def prepare_parties(folder: DataFolder, web_port: int) -> None:
    """Exchange public keys and choose ports; repeats without effect."""
    ensure_pair(folder.keys, "platform")
    for name in EXCHANGES:
        private_folder(folder.root / "exchange" / name)
    for name in (*OFFSETS, "insurer"):
        private_folder(folder.root / name)
        shutil.copyfile(folder.keys / "platform.pub", folder.root / name / "platform.pub")
    ensure_pair(folder.root / "bank", "bank")
    kept = folder.ports()
    ports = {name: _free(kept.get(name, web_port + more)) for name, more in OFFSETS.items()}
    if ports != kept:
        write_private(folder.root / "ports.json", json.dumps(ports) + "\n")


def _free(wanted: int) -> int:
    """`wanted` if nobody listens there, else any free port."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError):
            with socket.create_server(("127.0.0.1", 0)) as other:
                return int(other.getsockname()[1])
    return wanted
