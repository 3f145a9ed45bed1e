"""Identifiers of persons at rest: sealed with AES-256-GCM, found by a keyed blind index.

The keys lie in the key folder, outside the database and its backups. A purpose ("phone",
"id_number", "totp") is bound into both, so that a value copied to another column does not open.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


@lru_cache(maxsize=4)
def _key(name: str, folder: str) -> bytes:
    from_file = (settings.KEYS_ROOT / name).read_text("utf-8").strip()
    assert folder == str(settings.KEYS_ROOT)
    return bytes.fromhex(from_file)


def seal(purpose: str, text: str) -> bytes:
    """`text`, readable only with the field key and only as `purpose`."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(_key("field", str(settings.KEYS_ROOT)))
    return nonce + cipher.encrypt(nonce, text.encode(), purpose.encode())


def unseal(purpose: str, sealed: bytes | memoryview) -> str:
    """The text that was sealed for `purpose`."""
    cipher = AESGCM(_key("field", str(settings.KEYS_ROOT)))
    data = bytes(sealed)
    return cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode()).decode()


def file_key() -> bytes:
    """The key of stored files: 32 bytes derived from the field key, used for nothing else."""
    key = _key("field", str(settings.KEYS_ROOT))
    return hmac.new(key, b"files", hashlib.sha256).digest()


def blind_index(purpose: str, text: str) -> bytes:
    """A keyed hash to look `text` up by; without the key nobody can test a guess."""
    key = _key("blind_index", str(settings.KEYS_ROOT))
    return hmac.new(key, f"{purpose}|{text}".encode(), hashlib.sha256).digest()


def masked_phone(phone: str) -> str:
    """A telephone number as everybody may see it: `138****5678`."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def masked_identifier(number: str) -> str:
    """An identity number as everybody may see it: first and last character only."""
    return f"{number[:1]}{'*' * (len(number) - 2)}{number[-1:]}" if len(number) > 2 else "**"


def masked_name(name: str) -> str:
    """A private person's name as others may see it: the family name alone."""
    return name[:1] + "*" * (len(name) - 1) if name else ""
