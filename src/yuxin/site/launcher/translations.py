"""Translations: compiled when newer, and complete (`python -m yuxin.site.launcher.translations`).

The Chinese sentence is the key; each app keeps its English in `locale/en/LC_MESSAGES/django.po`.
No gettext programs are needed: Babel reads, writes and extracts.
"""

import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[3] / "yuxin"
_KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def compile_newer(source: Path = SOURCE) -> int:
    """Compile every `.po` whose `.mo` is missing or older; how many were compiled."""
    count = 0
    for po in sorted(source.glob("**/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns:
            continue
        part = mo.with_suffix(".mo.part")
        with part.open("wb") as file:
            write_mo(file, _read(po))
        part.replace(mo)
        count += 1
    return count


def problems(source: Path = SOURCE) -> list[str]:
    """What is missing, a line each: untranslated or unsure entries, sentences in no catalogue."""
    found = []
    translated: set[str] = set()
    for po in sorted(source.glob("**/locale/en/LC_MESSAGES/*.po")):
        name = po.relative_to(source)
        try:
            catalog = _read(po)
        except PoFileError as error:
            found.append(f"{name}: {error}")
            continue
        for message in catalog:
            if not message.id:
                continue
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            if not all(words) or message.fuzzy:
                found.append(f"{name}: no English for {message.id!r}")
            else:
                translated.add(_key(message.id))
    for place, sentence in _sentences(source):
        if sentence not in translated:
            found.append(f"{place}: no English for {sentence!r}")
    return found


def _read(po: Path) -> Catalog:
    with po.open("rb") as file:
        return read_po(file, locale=po.parts[-3], abort_invalid=True)


def _sentences(source: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted([*source.glob("**/*.py"), *source.glob("**/templates/**/*.*")]):
        text = path.read_text("utf-8")
        if path.suffix != ".py":
            if not re.search(r"{%\s*(load|extends)", text):
                continue
            text = templatize(text)
        elif "gettext" not in text:
            continue
        lines = extract("python", io.BytesIO(text.encode()), keywords=_KEYWORDS)
        found += [
            (f"{path.relative_to(source)}:{line}", _key(message))
            for line, message, _comments, _context in lines
        ]
    return found


def _key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


if __name__ == "__main__":
    missing = problems()
    sys.stderr.write("".join(f"{line}\n" for line in missing))
    sys.exit(1 if missing else 0)
