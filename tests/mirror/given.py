"""Builders: the life of contract K as another platform tells it, and its signed file."""

from datetime import date
from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.given import Institution, at, call
from yuxin.formats import party_keys
from yuxin.formats.mirror_files import MirrorHead, MirrorLine, write
from yuxin.kernel.act import Receipt
from yuxin.kernel.actor import Actor
from yuxin.operations.tuition.receive_mirror_file import receive_mirror_file
from yuxin.operations.tuition.register_mirror_source import register_mirror_source

PHONE = "13800000001"
SOURCE = "NATIONAL"


@cache
def key() -> RSAPrivateKey:
    """The key pair of the source, one per test process."""
    return party_keys.new_key()


def source(origin: str = "national") -> None:
    """The national platform is a known source."""
    register_mirror_source(
        call(Actor.clock(()), "01-05 08:00"),
        code=SOURCE,
        name="全国平台（演示）",
        origin=origin,
        public_key_pem=party_keys.public_pem(key().public_key()).decode(),
    )


def fact(kind: str, when: str, ref: str = "", **more: object) -> MirrorLine:
    """One fact of contract K."""
    return MirrorLine(kind, ref or f"{kind}-{when}".replace(" ", "T"), "N-K", at(when), **more)  # type: ignore[arg-type]


# Funds-rules section 9: what the other platform tells; silence (line 12) is nobody's fact.
K = (
    fact(
        "contract",
        "03-02 09:50",
        "N-K",
        amount_fen=200_000,
        centiunits=2000,
        deemed_days=15,
        course="少儿水彩",
        phone=PHONE,
        learner="陈小禾",
    ),
    fact("payment", "03-02 10:02", amount_fen=200_000),
    fact("arrival", "03-03 08:40", amount_fen=200_000),
    fact("lesson", "03-04 17:30", "L1", centiunits=100, told_on=date(2026, 3, 4)),
    fact("confirmed", "03-04 19:10", lesson="L1"),
    fact("release", "03-05 15:00", amount_fen=10_000),
    fact("lesson", "03-07 10:30", "L2", centiunits=100, told_on=date(2026, 3, 7)),
    fact("lesson", "03-11 17:30", "L3", centiunits=100, told_on=date(2026, 3, 11)),
    fact("disputed", "03-11 20:00", lesson="L3"),
    fact("settled", "03-25 15:00", lesson="L3", amount_fen=5_000),
    fact("release", "03-26 15:00", amount_fen=5_000),
    fact("release", "03-30 15:00", amount_fen=10_000),
    fact("refund_agreed", "04-01 10:00", amount_fen=175_000),
    fact("refunded", "04-02 15:00", amount_fen=175_000),
)


def sealed(of: Institution, lines: tuple[MirrorLine, ...], *, origin: str = "national") -> bytes:
    """The bytes of a file."""
    return write(MirrorHead(SOURCE, origin, of.code, at("04-03 08:00")), lines)


def receive(of: Institution, lines: tuple[MirrorLine, ...], when: str = "04-03 09:00") -> Receipt:
    """An officer takes the signed file."""
    data = sealed(of, lines)
    return receive_mirror_file(
        call(of.officer, when), data=data, signature=party_keys.sign(data, key())
    )
