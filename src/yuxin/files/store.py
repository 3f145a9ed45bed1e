"""The bytes of files on disk: under their hash, sealed with the field key, synced before use.

A file is on disk before the transaction that names it begins, so no row names bytes that a crash
took; bytes without a row are orphans and may be swept.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from yuxin.access.sealed import file_key

_NONCE_BYTES = 12


def put(data: bytes) -> str:
    """Store bytes; their SHA-256 in hexadecimal. Stored twice, they lie there once."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = _path(sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + AESGCM(file_key()).encrypt(nonce, data, sha256.encode())
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return sha256


def get(sha256: str) -> bytes:
    """The bytes of a file.

    Raises: FileNotFoundError; cryptography's InvalidTag if the bytes are not what was stored.
    """
    sealed = _path(sha256).read_bytes()
    return AESGCM(file_key()).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], sha256.encode())


def has(sha256: str) -> bool:
    """Whether the bytes are there."""
    return _path(sha256).exists()


def _path(sha256: str) -> Path:
    assert len(sha256) == 64 and sha256.isalnum(), "a file is named by its SHA-256"
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
