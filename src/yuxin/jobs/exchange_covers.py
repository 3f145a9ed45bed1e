"""Messages to and from insurers: cover and claims asked, answers taken; cover that is over ends."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

from yuxin.access.reading import reading
from yuxin.formats.insurance_folder import Folder
from yuxin.formats.insurance_messages import (
    ClaimAnswer,
    CoverAnswer,
    open_message,
    seal_message,
)
from yuxin.formats.party_keys import parse_public_key
from yuxin.jobs.apart import PARTS
from yuxin.jobs.exchange_files import NOBODY
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor
from yuxin.kernel.ids import request_id_for
from yuxin.kernel.refusal import Refusal
from yuxin.operations.insurance.answer_cover import (
    answer_cover,
    decide_cover_claim,
    end_covers_many,
    note_cover_sent,
)
from yuxin.tuition.insurance import cover_queries as queries
from yuxin.tuition.insurance.cover import Insurer
from yuxin.tuition.keys import platform_key


def ask(at: datetime) -> int:
    """Put what insurers were not asked yet into their folders; written, then noted."""
    with reading(NOBODY):
        found = queries.to_send(NOBODY)
    return sum(
        PARTS.do(f"{kind} {code}", at, partial(_ask, institution, kind, code, at))
        for institution, kind, code in found
    )


def _ask(institution_id: int, kind: str, code: str, at: datetime) -> int:
    clock = Actor.clock((institution_id,))
    with reading(clock):
        insurer, message = queries.message_of(clock, kind, code)
    Folder.of_platform(Path(insurer.exchange_folder)).write(
        f"{code}.{kind}", seal_message(message, platform_key())
    )
    call = Call(clock, at, request_id_for(f"cover_sent|{kind}|{code}"))
    note_cover_sent(call, institution_id=institution_id, kind=kind, codes=(code,))
    return 1


def take(at: datetime) -> int:
    """Take the answers that lie in the folders of insurers."""
    with reading(NOBODY):
        insurers = queries.insurers(NOBODY)
    return sum(
        PARTS.do(f"{insurer.code} {name}", at, partial(_take, insurer, name, at))
        for insurer in insurers
        for name in Folder.of_platform(Path(insurer.exchange_folder)).arrived()
    )


def _take(insurer: Insurer, name: str, at: datetime) -> int:
    """Do what one answer says; a forged or foreign one is put aside and changes nothing."""
    folder = Folder.of_platform(Path(insurer.exchange_folder))
    try:
        _answer(insurer, name, folder.read(name), at)
    except Refusal:
        folder.done(name, refused=True)
        raise
    folder.done(name)
    return 1


def _answer(insurer: Insurer, name: str, token: str, at: datetime) -> None:
    key = parse_public_key(insurer.public_key_pem.encode())
    request = request_id_for(f"insurer|{insurer.code}|{name}")
    if name.endswith(".cover"):
        told = open_message(CoverAnswer, token, key)
        answer_cover(
            Call(_whose(told.certificate), at, request),
            insurer_code=insurer.code,
            certificate_code=told.certificate,
            accepted=told.accepted,
            number=told.number,
        )
        return
    said = open_message(ClaimAnswer, token, key)
    decide_cover_claim(
        Call(_whose(said.claim), at, request),
        insurer_code=insurer.code,
        claim_code=said.claim,
        paid_fen=said.paid_fen if said.paid else 0,
        serial=said.serial,
        paid_on=said.paid_on,
        words=said.words,
    )


def _whose(code: str) -> Actor:
    with reading(NOBODY):
        found = queries.institution_of(NOBODY, code)
    return Actor.clock((found,) if found else ())


def end_over(day: date, at: datetime) -> int:
    """Cover ends with its course or contract; how many ended."""
    with reading(NOBODY):
        found = queries.over(NOBODY, day)
    return sum(
        PARTS.do(f"cover of institution {number}", at, partial(_end, number, mark, day, at))
        for number, mark in found
    )


def _end(institution_id: int, mark: int, day: date, at: datetime) -> int:
    call = Call(
        Actor.clock((institution_id,)), at, request_id_for(f"cover|{institution_id}|{mark}|{day}")
    )
    return int(str(end_covers_many(call, institution_id=institution_id, on=day)["ended"]))
