"""Rule packs as they lie in a folder: one folder a jurisdiction, one file a topic."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from yuxin.rules.instruments import Instrument, read_instruments
from yuxin.rules.pack import Pack, SourceFile

NATION: Final = "national"
SEED_PACKS: Final = Path(__file__).resolve().parents[3] / "rulepacks"
INSTRUMENTS: Final = "instruments.yaml"


def jurisdictions(folder: Path = SEED_PACKS) -> list[str]:
    """The names of the jurisdictions that have files, the nation first."""
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    return sorted(names, key=lambda name: (name != NATION, name))


def files_of(jurisdiction: str, folder: Path = SEED_PACKS) -> list[SourceFile]:
    """The exact bytes of a jurisdiction's topic files; none if it has no folder."""
    place = folder / jurisdiction
    return [
        (jurisdiction, path.relative_to(place).as_posix(), path.read_bytes())
        for path in sorted(place.rglob("*.yaml"))
    ]


def load_pack(layers: Sequence[str] = (NATION,), folder: Path = SEED_PACKS) -> Pack:
    """The pack of a chain of jurisdictions from the nation down.

    Raises: PackRefused.
    """
    return Pack.read(layers, [file for layer in layers for file in files_of(layer, folder)])


def load_instruments(folder: Path = SEED_PACKS) -> dict[str, Instrument]:
    """The register of instruments, by number.

    Raises: PackRefused.
    """
    return read_instruments((folder / INSTRUMENTS).read_bytes(), INSTRUMENTS)
