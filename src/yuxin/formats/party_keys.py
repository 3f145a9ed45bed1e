"""Key pairs of the parties and their signatures: RSA-PSS over SHA-256.

A signature is the raw bytes of RSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes, so a
bank can check a file with `openssl dgst -sha256 -sigopt rsa_padding_mode:pss
-sigopt rsa_pss_saltlen:32 -verify platform.pem -signature F.sig F` and nothing of ours.
"""

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)

from yuxin.kernel.refusal import Refusal

KEY_BITS_MIN = 3072
_SALT_BYTES = 32


class KeyUnusable(Refusal):
    """A key file is missing, is no RSA key, or is too short."""

    code = "key_unusable"
    status = 422
    zh = "密钥文件 {path} 不能使用：需要至少 {bits} 位的 RSA 密钥（PEM）。请重新生成或更换。"
    en = "Key file {path} cannot be used: an RSA key of at least {bits} bits (PEM) is needed."


def new_key() -> RSAPrivateKey:
    """Make a fresh key pair."""
    return generate_private_key(public_exponent=65537, key_size=KEY_BITS_MIN)


def sign(data: bytes, key: RSAPrivateKey) -> bytes:
    """The raw signature over the bytes."""
    return key.sign(data, _pss(), hashes.SHA256())


def is_signed(data: bytes, signature: bytes, key: RSAPublicKey) -> bool:
    """Whether the signature was made over exactly these bytes by the owner of the key."""
    try:
        key.verify(signature, data, _pss(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def save_private_key(key: RSAPrivateKey, path: Path) -> None:
    """Write the private key, readable by its owner alone; refuses to replace a file."""
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def ensure_pair(folder: Path, name: str) -> RSAPrivateKey:
    """The key pair `name.pem`, `name.pub` of a folder, made on first use."""
    path = folder / f"{name}.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        save_private_key(new_key(), path)
    key = load_private_key(path)
    public = folder / f"{name}.pub"
    if not public.exists():
        public.write_bytes(public_pem(key.public_key()))
    return key


def public_pem(key: RSAPublicKey) -> bytes:
    """The public key as the other party stores it."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def fingerprint(key: RSAPublicKey) -> str:
    """What two people read to each other: `openssl pkey -pubin -outform DER | sha256sum`."""
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def load_private_key(path: Path) -> RSAPrivateKey:
    """Read a private key. Raises: KeyUnusable."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as problem:
        raise KeyUnusable(path=str(path), bits=KEY_BITS_MIN) from problem
    if not isinstance(key, RSAPrivateKey) or key.key_size < KEY_BITS_MIN:
        raise KeyUnusable(path=str(path), bits=KEY_BITS_MIN)
    return key


def load_public_key(path: Path) -> RSAPublicKey:
    """Read the other party's public key. Raises: KeyUnusable."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise KeyUnusable(path=str(path), bits=KEY_BITS_MIN) from problem
    return parse_public_key(data, name=str(path))


def parse_public_key(data: bytes, *, name: str = "PEM") -> RSAPublicKey:
    """The other party's public key as it was stored. Raises: KeyUnusable."""
    try:
        key = serialization.load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as problem:
        raise KeyUnusable(path=name, bits=KEY_BITS_MIN) from problem
    if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS_MIN:
        raise KeyUnusable(path=name, bits=KEY_BITS_MIN)
    return key


def _pss() -> padding.PSS:
    return padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=_SALT_BYTES)
