"""Chinese first and complete English beside it: no sentence is missing, none stands unmarked.

A line that must stay in one language says why: `{# zh: a legal paper #}` in a template,
`# zh: …` on or above the statement in Python.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from yuxin.site.catalogues import PO, SOURCE, Report, bring_up_to_date, sentences
from yuxin.site.launcher.translations import problems

# Han characters and the punctuation that only stands in Chinese text.
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
SPOKEN_PACKAGES = ("desk", "family", "portal", "look")
MARKED = re.compile(
    r"""{%-?\s*comment.*?endcomment\s*-?%}|{\#.*?\#}
    |{%\s*(?:blocktrans|blocktranslate)\b.*?%}.*?{%\s*end(?:blocktrans|blocktranslate)\s*%}
    |{%\s*(?:trans|translate)\s+(?:"[^"]*"|'[^']*').*?%}
    |_\((?:"[^"]*"|'[^']*')\)""",
    re.DOTALL | re.VERBOSE,
)
GETTEXT = {
    *("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy", "_"),
}


def _templates() -> list[Path]:
    return sorted(SOURCE.glob("*/templates/**/*.html"))


def _modules() -> list[Path]:
    found = [path for name in SPOKEN_PACKAGES for path in (SOURCE / name).glob("**/*.py")]
    return sorted(found)


def unmarked_in_template(text: str) -> list[str]:
    """Lines with Chinese text outside a translate tag."""
    kept = "\n".join(line for line in text.splitlines() if "{# zh:" not in line)
    bare = MARKED.sub(lambda found: "\n" * found[0].count("\n"), kept)
    return [line.strip() for line in bare.splitlines() if CHINESE.search(line)]


def unmarked_in_python(text: str) -> list[str]:
    """Chinese string constants outside gettext, docstrings and zh/en pairs."""
    tree, lines = ast.parse(text), text.splitlines()
    return [
        f"{node.lineno}: {node.value}"
        for node in _spoken(tree)
        if CHINESE.search(str(node.value)) and not _excused(lines, node.lineno)
    ]


def _excused(lines: list[str], number: int) -> bool:
    return any("# zh:" in line for line in lines[max(0, number - 2) : number])


def _spoken(node: ast.AST) -> Iterator[ast.Constant]:
    """String constants that a person may read untranslated."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node
        return
    for child in ast.iter_child_nodes(node):
        if not (_is_docstring(child) or _is_translated(child) or _is_half_of_a_pair(node, child)):
            yield from _spoken(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_translated(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (
        getattr(node.func, "id", "") in GETTEXT or getattr(node.func, "attr", "") in GETTEXT
    )


def _is_half_of_a_pair(node: ast.AST, child: ast.AST) -> bool:
    """`zh = …` beside `en = …` in a class, or `zh=…` beside `en=…` in a call."""
    if isinstance(node, ast.ClassDef) and isinstance(child, ast.Assign):
        names = {
            getattr(target, "id", "")
            for part in node.body
            if isinstance(part, ast.Assign)
            for target in part.targets
        }
        return {"zh", "en"} <= names and getattr(child.targets[0], "id", "") == "zh"
    if isinstance(node, ast.Call) and isinstance(child, ast.keyword):
        return child.arg == "zh" and "en" in {word.arg for word in node.keywords}
    return False


def test_every_sentence_has_its_english() -> None:
    assert problems(SOURCE) == []


@pytest.mark.parametrize("path", _templates(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_template_holds_chinese_outside_a_translate_tag(path: Path) -> None:
    assert unmarked_in_template(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_page_code_holds_chinese_outside_gettext(path: Path) -> None:
    assert unmarked_in_python(path.read_text("utf-8")) == []


def test_the_english_is_english() -> None:
    """An English entry with Chinese left in it was pasted, not translated."""
    from babel.messages.pofile import read_po

    left = []
    for po in SOURCE.glob(f"*/{PO}"):
        with po.open("rb") as file:
            for entry in read_po(file, locale="en"):
                words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                if entry.id and any(re.search("[\u4e00-\u9fff]", word) for word in words):
                    left.append(f"{po.relative_to(SOURCE)}: {words}")
    assert left == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    from babel.messages.pofile import read_po

    holder = re.compile(r"%\(\w+\)[sd]|{\w*}")
    wrong = []
    for po in SOURCE.glob(f"*/{PO}"):
        with po.open("rb") as file:
            for entry in read_po(file, locale="en"):
                single = entry.id if isinstance(entry.id, str) else entry.id[-1]
                words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
                if words[-1] and set(holder.findall(single)) != set(holder.findall(words[-1])):
                    wrong.append(single)
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{% trans "待办" %}', 0),
        ("{% blocktrans %}共 {{ n }} 件{% endblocktrans %}", 0),
        ('{% block_notice title _("受阻") %}', 0),
        ("{# 注释 #}", 0),
        ("<p>待办</p>", 1),
        ("{{ label }}：{{ word }}", 1),
        ('<a title="打开">', 1),
        ("<p>正文</p>{# zh: a legal paper #}", 0),
        ('{% trans "甲" %}<p>\n乙</p>', 1),
    ],
)
def test_the_template_scan_finds_what_it_should(text: str, left: int) -> None:
    assert len(unmarked_in_template(text)) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('x = _("待办")', 0),
        ('x = gettext("共 %(n)s 件") % {"n": "件"}', 1),
        ('def f():\n    """说明。"""\n    return "待办"', 1),
        ('class A:\n    zh = "甲"\n    en = "a"', 0),
        ('class A:\n    zh = "甲"', 1),
        ('f(zh="甲", en="a")', 0),
        ('f(zh="甲")', 1),
        ("# zh: a proper name\nx = '育信'", 0),
        ('x = f"{n}件"', 1),
    ],
)
def test_the_python_scan_finds_what_it_should(text: str, left: int) -> None:
    assert len(unmarked_in_python(text)) == left


def _app(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        path = tmp_path / "shop" / name.replace("__", "/").replace("_html", ".html")
        path = path if path.suffix else path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def test_new_sentences_are_added_and_kept_ones_keep_their_english(tmp_path: Path) -> None:
    source = _app(
        tmp_path,
        code='from django.utils.translation import gettext as _\n_("甲")\n',
        templates__shop__page_html=(
            '{% load i18n %}{% trans "乙" %}'
            "{% blocktrans count n=n %}{{ n }} 件{% plural %}{{ n }} 件们{% endblocktrans %}"
        ),
    )
    assert bring_up_to_date(source) == [
        Report("shop", ("甲", "乙", "%(n)s 件"), ("甲", "乙", "%(n)s 件"), ())
    ]
    po = source / "shop" / PO
    po.write_text(po.read_text().replace('msgid "甲"\nmsgstr ""', 'msgid "甲"\nmsgstr "A"'))
    _app(tmp_path, code='from django.utils.translation import gettext as _\n_("甲"), _("丙")\n')
    report = bring_up_to_date(source)[0]
    assert (report.added, report.missing) == (("丙",), ("丙", "乙", "%(n)s 件"))
    assert 'msgid "甲"\nmsgstr "A"' in po.read_text()


def test_an_unused_sentence_is_named_and_dropped_only_when_asked(tmp_path: Path) -> None:
    source = _app(tmp_path, code='from django.utils.translation import gettext as _\n_("甲")\n')
    bring_up_to_date(source)
    _app(tmp_path, code="")
    assert bring_up_to_date(source)[0].unused == ("甲",)
    assert "甲" in (source / "shop" / PO).read_text()
    bring_up_to_date(source, prune=True)
    assert "甲" not in (source / "shop" / PO).read_text()


def test_the_sentences_of_the_look_are_found() -> None:
    words = {text for _context, text in sentences()["look"]}
    assert {"绿码 正常", "跳到正文", "请填写“%(label)s”。"} <= words
