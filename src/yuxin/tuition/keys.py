"""The platform's own key pair: it seals orders to pay and files of instructions."""

from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings

from yuxin.formats.party_keys import ensure_pair

NAME = "platform"


def platform_key() -> RSAPrivateKey:
    """The private key in the key folder, made on first use; `platform.pub` lies beside it."""
    return _key(Path(settings.KEYS_ROOT))


@lru_cache(maxsize=4)
def _key(folder: Path) -> RSAPrivateKey:
    return ensure_pair(folder, NAME)
