"""Keep the English catalogues in step with the sentences: add new ones, name the unused.

Each app keeps its own `locale/en/LC_MESSAGES/django.po`; the Chinese sentence is the key. Entries
carry their files without line numbers, so that moving code changes no catalogue.
"""

import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[1]
PO = Path("locale/en/LC_MESSAGES/django.po")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """# English of the sentences of this app; the Chinese sentence is the key.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


@dataclass
class Sentence:
    """One sentence as the code has it: its plural, its context, the files it stands in."""

    text: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it apart within one catalogue."""
        return (self.context, self.text)


@dataclass(frozen=True)
class Report:
    """What an app's catalogue lacks or has too much of."""

    app: str
    added: tuple[str, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]


def sentences(source: Path = SOURCE) -> dict[str, dict[tuple[str, str], Sentence]]:
    """Every sentence marked for translation, by app."""
    found: dict[str, dict[tuple[str, str], Sentence]] = defaultdict(dict)
    for path in sorted([*source.glob("*/**/*.py"), *source.glob("*/templates/**/*.*")]):
        name = path.relative_to(source)
        for one in _in_file(path):
            kept = found[name.parts[0]].setdefault(one.key, one)
            kept.plural = kept.plural or one.plural
            kept.files.add(str(name))
    return found


def _in_file(path: Path) -> list[Sentence]:
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        if not re.search(r"{%\s*(load|extends)", text):
            return []
        text = templatize(text)
    elif "gettext" not in text:
        return []
    found = []
    for _line, message, _comments, context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS
    ):
        single, plural = (message, "") if isinstance(message, str) else (message[0], message[-1])
        found.append(Sentence(single, plural, context or ""))
    return found


def bring_up_to_date(source: Path = SOURCE, *, prune: bool = False) -> list[Report]:
    """Add new sentences to every app's catalogue and report; `prune` drops the unused."""
    by_app = sentences(source)
    apps = {*by_app, *(path.parents[3].name for path in source.glob(f"*/{PO}"))}
    return [_one_app(source, app, by_app.get(app, {}), prune=prune) for app in sorted(apps)]


def _one_app(
    source: Path, app: str, wanted: dict[tuple[str, str], Sentence], *, prune: bool
) -> Report:
    path = source / app / PO
    old = _entries(path)
    added = [key for key in wanted if key not in old]
    unused = [key for key in old if key not in wanted]
    entries: list[Message] = []
    for key, one in wanted.items():
        entries.append(_entry(one, old.get(key)))
    if not prune:
        entries += [old[key] for key in unused]
    if entries or path.exists():
        _write(path, entries)
    missing = [str(_first(entry.id)) for entry in entries if not _is_translated(entry)]
    return Report(app, _texts(added), tuple(missing), _texts(unused))


def _texts(keys: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(text for _context, text in keys)


def _first(words: str | tuple[str, ...] | list[str]) -> str:
    return words if isinstance(words, str) else words[0]


def _entries(path: Path) -> dict[tuple[str, str], Message]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale="en", abort_invalid=True)
    return {(entry.context or "", _first(entry.id)): entry for entry in catalog if entry.id}


def _entry(one: Sentence, old: Message | None) -> Message:
    words = (one.text, one.plural) if one.plural else one.text
    string = old.string if old is not None and old.pluralizable == bool(one.plural) else None
    return Message(
        words,
        string=string or (("", "") if one.plural else ""),
        locations=[(name, 0) for name in sorted(one.files)],
        flags=set(old.flags) if old is not None else set(),
        context=one.context or None,
    )


def _is_translated(entry: Message) -> bool:
    words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
    return all(words) and not entry.fuzzy


def _write(path: Path, entries: list[Message]) -> None:
    catalog = Catalog(locale="en")
    for entry in entries:
        string = entry.string or (("", "") if entry.pluralizable else "")
        places = [(name, 0) for name, _line in entry.locations]  # all alike, so that they sort
        catalog.add(entry.id, string, places, entry.flags, context=entry.context)
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, include_lineno=False, sort_by_file=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = HEADER + buffer.getvalue().decode()
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
