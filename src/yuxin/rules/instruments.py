"""The register of instruments (依据登记): what is cited, and how far its text was really read."""

from dataclasses import dataclass
from typing import Final

from yuxin.rules.topic import Reader, need
from yuxin.rules.values import MARKS, Mark
from yuxin.rules.yamlfile import read_yaml

_FIELDS: Final = {
    "title",
    "issuer",
    "issued",
    "in_force",
    "mark",
    "read",
    "text_sha256",
    "part_of_law",
}


@dataclass(frozen=True)
class Instrument:
    """A law, notice or proposal that rules cite.

    `issued` and `in_force` are dates as far as known (a month, or empty). `read` says what part
    was read; `text_sha256` is the hash of the saved text, empty where no text was read.
    """

    number: str
    title: str
    issuer: str
    issued: str
    in_force: str
    mark: Mark
    read: str
    text_sha256: str
    part_of_law: bool


def read_instruments(data: bytes, file: str) -> dict[str, Instrument]:
    """Read the register.

    Raises: PackRefused.
    """
    top = Reader(file, "", read_yaml(data, file))
    return {number: _read(number, entry) for number, entry in top.mapping().items()}


def _read(number: str, at: Reader) -> Instrument:
    entries = at.mapping(_FIELDS)

    def text(name: str) -> str:
        return need(entries, name, at).text()

    return Instrument(
        number=number,
        title=text("title"),
        issuer=text("issuer"),
        issued=text("issued"),
        in_force=text("in_force"),
        mark=need(entries, "mark", at).one_of(MARKS),
        read=text("read"),
        text_sha256=text("text_sha256"),
        part_of_law=bool(
            need(entries, "part_of_law", at).of_type(bool, "true 或 false", "true or false")
        ),
    )
