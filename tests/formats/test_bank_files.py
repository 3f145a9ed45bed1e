"""A bank file is read whole and exactly, or it is refused whole, naming line and field."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from yuxin.formats import bank_files, bank_refusals, party_keys
from yuxin.formats.bank_fields import FEN_MAX, Amount, Choice, Count, Flag, Maybe, Text, checks_of
from yuxin.formats.bank_files import SealedFile, new_file, parse_name, seal, unseal
from yuxin.formats.bank_lines import (
    ID_FIELD,
    LINE_OF,
    BalLine,
    Channel,
    Currency,
    FileKind,
    InLine,
    InstructionType,
    Line,
    RefundRoute,
    ReqLine,
    absent_field,
)

BANK = "DEMOBANK"
DAY = date(2026, 3, 2)
CHINA = timezone(timedelta(hours=8))
MADE = datetime(2026, 3, 3, 8, 40, tzinfo=CHINA)


@cache
def bank_key() -> RSAPrivateKey:
    return party_keys.new_key()


@cache
def other_key() -> RSAPrivateKey:
    return party_keys.new_key()


def receipt(serial: str = "B0001", **changes: object) -> InLine:
    """The payment of contract K: 2,000.00 yuan by UnionPay."""
    line = InLine(
        bank_serial=serial,
        acct_date=DAY,
        posted_at=datetime(2026, 3, 2, 10, 2, tzinfo=CHINA),
        custody_acct="6217000099990001",
        amount_fen=200000,
        channel=Channel.UNIONPAY,
        channel_serial=f"U-{serial}",
        contract_no="K",
        sub_account=None,
        payer_name_mask="陈*",
    )
    return replace(line, **changes)  # type: ignore[arg-type]


def receipts(*lines: InLine, part: int = 1) -> SealedFile:
    file = new_file(FileKind.IN, bank=BANK, acct_date=DAY, part=part, made_at=MADE, lines=lines)
    return seal(file, bank_key())


def read(sealed: SealedFile, **expected: object) -> bank_files.BankFile:
    given = {"key": bank_key().public_key(), "bank": BANK, **expected}
    return unseal(sealed, **given)  # type: ignore[arg-type]


def resigned(data: bytes, name: str = "IN-DEMOBANK-20260302-0001.jsonl") -> SealedFile:
    return SealedFile(name, data, party_keys.sign(data, bank_key()))


def rewritten(change: Callable[[dict[str, object]], object], *, line: int = 2) -> SealedFile:
    """The bank itself sends a faulty line: trailer and signature are made to fit it."""
    raw = receipts(receipt("B0001"), receipt("B0002")).data.splitlines(keepends=True)
    fields = json.loads(raw[line - 1])
    change(fields)
    raw[line - 1] = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    body, trailer = b"".join(raw[:-1]), json.loads(raw[-1])
    trailer["sha256"] = hashlib.sha256(body).hexdigest()
    end = json.dumps(trailer, separators=(",", ":")).encode() + b"\n"
    return resigned(body + end)


def refused(sealed: SealedFile, **expected: object) -> bank_refusals.BankFileRefused:
    with pytest.raises(bank_refusals.BankFileRefused) as caught:
        read(sealed, **expected)
    for language in ("zh", "en"):
        assert caught.value.say(language)
    return caught.value


def test_a_file_of_receipts_reads_back_as_it_was_written() -> None:
    sealed = receipts(receipt("B0001"), receipt("B0002", amount_fen=1))

    file = read(sealed, acct_date=DAY)

    assert sealed.name == "IN-DEMOBANK-20260302-0001.jsonl"
    assert file.rows(InLine) == (receipt("B0001"), receipt("B0002", amount_fen=1))
    assert (file.header.part, file.header.last) == (1, False)
    trailer = json.loads(sealed.data.splitlines()[-1])
    assert (trailer["count"], trailer["sum_fen"]) == (2, 200001)


def test_an_empty_day_is_a_file_too() -> None:
    assert read(receipts()).lines == ()


VALUES: dict[type, Callable[[object], st.SearchStrategy[object]]] = {
    Amount: lambda check: st.integers(getattr(check, "least", 1), FEN_MAX),
    Count: lambda check: st.integers(getattr(check, "least", 0), getattr(check, "most", 1)),
    Choice: lambda check: st.sampled_from(list(getattr(check, "of", ()))),
    Flag: lambda _: st.booleans(),
}


def value_of(check: object) -> st.SearchStrategy[object]:
    if isinstance(check, Maybe):
        return st.none() | value_of(check.check)
    if isinstance(check, Text) and check.pattern:
        return st.from_regex(check.pattern, fullmatch=True).filter(
            lambda text: text.isascii() and len(text) <= check.most
        )
    if isinstance(check, Text):
        return st.text("陈李王*·号（）一二 ab09", min_size=1, max_size=check.most)
    if type(check) in VALUES:
        return VALUES[type(check)](check)
    if type(check).__name__ == "Day":
        return st.dates(DAY, date(2030, 1, 1))
    return st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
        lambda at: at.replace(microsecond=0, tzinfo=CHINA)
    )


@st.composite
def files(draw: st.DrawFn) -> bank_files.BankFile:
    kind = draw(st.sampled_from(list(FileKind)))
    lines: dict[str, Line] = {}
    for _ in range(draw(st.integers(0, 4))):
        values = {n: draw(value_of(c)) for n, c in checks_of(LINE_OF[kind]).items()}
        line = LINE_OF[kind](**values)  # type: ignore[arg-type]
        if isinstance(line, InLine):
            line = replace(line, acct_date=DAY)
        if isinstance(line, ReqLine) and absent_field(line):
            line = replace(line, type=InstructionType.RELEASE, to_acct="6217000099990002")
        lines[getattr(line, ID_FIELD[kind])] = line
    return new_file(
        kind,
        bank=BANK,
        acct_date=DAY,
        part=draw(st.integers(1, 9999)),
        made_at=MADE,
        lines=tuple(lines.values()),
        last=draw(st.booleans()),
    )


@given(files())
@settings(max_examples=150, deadline=None)
def test_every_file_of_every_kind_makes_the_round_trip(file: bank_files.BankFile) -> None:
    assert read(seal(file, bank_key())) == file


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_flipped_bit_of_file_or_signature_is_refused(data: st.DataObject) -> None:
    sealed = receipts(receipt("B0001"), receipt("B0002"))
    whole = sealed.data + sealed.signature
    place = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(1, 255))
    spoilt = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
    cut = len(sealed.data)

    refused(SealedFile(sealed.name, spoilt[:cut], spoilt[cut:]))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_flipped_byte_in_a_signed_file_is_still_refused(
    data: st.DataObject,
) -> None:
    """Without the signature's help the trailer still catches every change of the lines."""
    sealed = receipts(receipt("B0001"), receipt("B0002"))
    place = data.draw(st.integers(0, len(sealed.data) - 1))
    bit = data.draw(st.integers(1, 255))
    spoilt = bytearray(sealed.data)
    spoilt[place] ^= bit

    refused(resigned(bytes(spoilt)))


@pytest.mark.parametrize("cut", [1, 100, 400, 700])
def test_a_file_cut_on_the_way_is_told_apart_from_a_forged_one(cut: int) -> None:
    sealed = receipts(receipt("B0001"), receipt("B0002"))

    problem = refused(replace(sealed, data=sealed.data[:-cut]))

    assert isinstance(problem, bank_refusals.FilePartial)


def test_a_file_cut_between_two_lines_is_partial() -> None:
    sealed = receipts(receipt("B0001"), receipt("B0002"))
    whole_lines = b"".join(sealed.data.splitlines(keepends=True)[:2])

    assert isinstance(refused(resigned(whole_lines)), bank_refusals.FilePartial)


def test_another_party_s_signature_is_refused() -> None:
    sealed = receipts(receipt())
    forged = replace(sealed, signature=party_keys.sign(sealed.data, other_key()))

    assert isinstance(refused(forged), bank_refusals.SignatureInvalid)
    assert isinstance(refused(replace(sealed, signature=b"")), bank_refusals.SignatureInvalid)


def set_to(name: str, value: object) -> Callable[[dict[str, object]], object]:
    return lambda fields: fields.update({name: value})


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-1, "-1"),
        (0, "0"),
        (100.5, "100.5"),
        (1000.0, "1000.0"),
        (FEN_MAX + 1, str(FEN_MAX + 1)),
        ("200000", "200000"),
        (True, "True"),
        (None, "None"),
        (float("nan"), "NaN"),
    ],
)
def test_an_amount_is_a_positive_whole_number_of_fen(value: object, said: str) -> None:
    problem = refused(rewritten(set_to("amount_fen", value), line=3))

    assert isinstance(problem, bank_refusals.BadAmount)
    assert (problem.line_no, problem.field, problem.facts["found"]) == (3, "amount_fen", said)


@pytest.mark.parametrize(
    ("change", "line", "kind", "field"),
    [
        (set_to("acct_date", "2026-03-01"), 2, "WrongDate", "acct_date"),
        (set_to("acct_date", "2026-03-01"), 1, "WrongDate", "acct_date"),
        (set_to("acct_date", "2026-02-30"), 2, "BadField", "acct_date"),
        (set_to("posted_at", "2026-03-02T10:02:00Z"), 2, "BadField", "posted_at"),
        (set_to("bank", "OTHERBANK"), 1, "WrongBank", "bank"),
        (set_to("file", "OUT"), 1, "WrongFile", "file"),
        (set_to("part", 2), 1, "WrongFile", "part"),
        (set_to("format", "yuxin-bank-2"), 1, "BadField", "format"),
        (set_to("bank_serial", "B0002"), 2, "DuplicateLine", "bank_serial"),
        (set_to("nickname", "x"), 2, "UnknownField", "nickname"),
        (set_to("contract_no", {"no": "K"}), 2, "UnknownField", "contract_no"),
        (set_to("channel", "CASH"), 2, "BadField", "channel"),
        (set_to("payer_name_mask", "陈\u202e*"), 2, "BadField", "payer_name_mask"),
        (set_to("payer_name_mask", "陈" * 41), 2, "BadField", "payer_name_mask"),
        (set_to("contract_no", "K\n"), 2, "BadField", "contract_no"),
        (lambda fields: fields.pop("channel"), 2, "MissingField", "channel"),
    ],
)
def test_a_fault_that_the_bank_signed_names_line_and_field(
    change: Callable[[dict[str, object]], object], line: int, kind: str, field: str
) -> None:
    problem = refused(rewritten(change, line=line))

    assert (type(problem).__name__, problem.field) == (kind, field)
    assert problem.line_no == (3 if kind == "DuplicateLine" else line)


@pytest.mark.parametrize(("field", "value"), [("count", 3), ("sum_fen", 399999)])
def test_a_trailer_that_does_not_fit_is_refused(field: str, value: int) -> None:
    raw = receipts(receipt("B0001"), receipt("B0002")).data.splitlines(keepends=True)
    trailer = {**json.loads(raw[-1]), field: value}
    end = json.dumps(trailer, separators=(",", ":")).encode() + b"\n"

    problem = refused(resigned(b"".join(raw[:-1]) + end))

    assert isinstance(problem, bank_refusals.TrailerMismatch)
    assert (problem.line_no, problem.field) == (4, field)


@pytest.mark.parametrize(
    "text",
    [
        b'{"record":"line","amount_fen":1,"amount_fen":2}',
        b"[" * 4000,
        b"\xff\xfe",
        b'["record","line"]',
        b"null",
        b"",
    ],
)
def test_a_line_that_is_no_plain_json_object_is_refused(text: bytes) -> None:
    raw = receipts(receipt("B0001"), receipt("B0002")).data.splitlines(keepends=True)
    raw[1] = text + b"\n"

    problem = refused(resigned(b"".join(raw)))

    assert (type(problem), problem.line_no) == (bank_refusals.NotCanonical, 2)


def test_a_line_written_otherwise_than_fixed_is_refused() -> None:
    sealed = receipts(receipt("B0001"), receipt("B0002"))
    spaced = sealed.data.replace(b'"bank_serial":"B0001"', b'"bank_serial": "B0001"')

    assert isinstance(refused(resigned(spaced)), bank_refusals.NotCanonical)


def test_the_expected_bank_day_and_name_bind() -> None:
    sealed = receipts(receipt())

    assert isinstance(refused(sealed, bank="OTHERBANK"), bank_refusals.WrongBank)
    assert isinstance(refused(sealed, acct_date=date(2026, 3, 3)), bank_refusals.WrongDate)
    renamed = replace(sealed, name="IN-DEMOBANK-20260302-0002.jsonl")
    assert isinstance(refused(renamed), bank_refusals.WrongFile)


@pytest.mark.parametrize(
    "name",
    [
        "../IN-DEMOBANK-20260302-0001.jsonl",
        "IN-DEMOBANK-20260230-0001.jsonl",
        "IN.jsonl",
        "IN-DEMOBANK-20260302-0000.jsonl",
        "IN-DEMOBANK-٢٠٢٦0302-0001.jsonl",
        "",
    ],
)
def test_a_strange_file_name_is_refused(name: str) -> None:
    with pytest.raises(bank_refusals.WrongFile):
        parse_name(name)


def test_what_is_over_size_is_refused_before_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = receipts(receipt("B0001"), receipt("B0002"))
    monkeypatch.setattr(bank_files, "LINES_MAX", 1)
    assert refused(sealed).field == "lines"
    monkeypatch.setattr(bank_files, "BYTES_MAX", len(sealed.data) - 1)
    assert isinstance(refused(sealed), bank_refusals.FileTooLarge)


def test_a_line_over_size_is_refused() -> None:
    raw = receipts(receipt()).data.splitlines(keepends=True)
    raw[1] = b'{"record":"line","x":"' + b"x" * 5000 + b'"}\n'

    problem = refused(resigned(b"".join(raw)))

    assert (type(problem), problem.line_no) == (bank_refusals.FileTooLarge, 2)


def instruction(value_date: date = DAY) -> ReqLine:
    return ReqLine(
        instruction_id="R-1",
        batch_id="S-20260302",
        type=InstructionType.RELEASE,
        amount_fen=10000,
        from_acct="6217000099990001",
        to_acct="6217000099990002",
        value_date=value_date,
        refund_id=None,
        original_channel_serial=None,
        route=None,
        lines_sha256="0" * 64,
    )


def instructions(*lines: ReqLine) -> bank_files.BankFile:
    return new_file(
        FileKind.REQ, bank=BANK, acct_date=DAY, part=1, made_at=MADE, lines=lines, last=True
    )


def test_an_instruction_may_not_carry_a_value_date_before_its_file() -> None:
    problem = refused(seal(instructions(instruction(date(2026, 3, 1))), bank_key()))

    assert (type(problem), problem.field) == (bank_refusals.WrongDate, "value_date")


@pytest.mark.parametrize(
    ("kind", "given", "absent"),
    [
        (InstructionType.RELEASE, {"to_acct": None}, "to_acct"),
        (InstructionType.REFUND, {"refund_id": None}, "refund_id"),
        (InstructionType.REFUND, {"original_channel_serial": None}, "original_channel_serial"),
        (InstructionType.RETURN, {"route": None}, "route"),
        (InstructionType.REFUND, {"route": RefundRoute.ACCOUNT, "to_acct": None}, "to_acct"),
        (InstructionType.REFUND, {"to_acct": None}, None),
    ],
)
def test_an_instruction_has_what_its_type_needs(
    kind: InstructionType, given: dict[str, object], absent: str | None
) -> None:
    order = replace(
        instruction(),
        type=kind,
        refund_id="T-1",
        original_channel_serial="U-1",
        route=RefundRoute.ORIGINAL,
    )
    order = replace(order, **given)  # type: ignore[arg-type]

    assert absent_field(order) == absent
    if absent:
        problem = refused(seal(instructions(order), bank_key()))
        assert (type(problem), problem.field) == (bank_refusals.MissingField, absent)


def test_a_balance_says_whether_it_adds_up() -> None:
    line = BalLine("6217000099990001", 0, 10000, 200000, 190000, 0, 0, Currency.CNY)

    assert line.adds_up
    assert not replace(line, closing_fen=190001).adds_up


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl program here")
def test_openssl_checks_a_file_without_our_program(tmp_path: Path) -> None:
    """A bank's engineers need nothing of ours: the command stands in the module's docstring."""
    sealed = receipts(receipt())
    (tmp_path / "F").write_bytes(sealed.data)
    (tmp_path / "F.sig").write_bytes(sealed.signature)
    (tmp_path / "bank.pem").write_bytes(party_keys.public_pem(bank_key().public_key()))
    command = ["openssl", "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss"]
    command += ["-sigopt", "rsa_pss_saltlen:32", "-verify", "bank.pem", "-signature", "F.sig", "F"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (0, b"Verified OK\n")


def test_keys_are_kept_for_their_owner_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "bank.pem"
    party_keys.save_private_key(bank_key(), path)
    (tmp_path / "bank.pub").write_bytes(party_keys.public_pem(bank_key().public_key()))

    signature = party_keys.sign(b"text", party_keys.load_private_key(path))

    assert path.stat().st_mode & 0o777 == 0o600
    assert party_keys.is_signed(
        b"text", signature, party_keys.load_public_key(tmp_path / "bank.pub")
    )
    with pytest.raises(FileExistsError):
        party_keys.save_private_key(other_key(), path)


@pytest.mark.parametrize("content", [b"", b"no key", None])
def test_a_key_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)

    for load in (party_keys.load_private_key, party_keys.load_public_key):
        with pytest.raises(party_keys.KeyUnusable):
            load(path)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    short = generate_private_key(public_exponent=65537, key_size=2048)
    party_keys.save_private_key(short, tmp_path / "short.pem")
    (tmp_path / "short.pub").write_bytes(party_keys.public_pem(short.public_key()))

    with pytest.raises(party_keys.KeyUnusable):
        party_keys.load_private_key(tmp_path / "short.pem")
    with pytest.raises(party_keys.KeyUnusable):
        party_keys.load_public_key(tmp_path / "short.pub")
