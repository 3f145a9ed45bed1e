"""The command line: finds the commands, parses, runs one, and turns trouble into a sentence.

A command is a file `commands/<name>.py` with `add(parser)`, `run(args) -> int` and a docstring:
first line Chinese, second line the same in English, then an example. `PASSES_REST = True` hands
unknown arguments on in `args.rest`. Every command has `--lang`, `--json` and `--data`.

Exit status: 0 holds, 1 does not hold or some input was refused, 2 cannot run.
"""

import argparse
import ast
import errno
import importlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yuxin.site.launcher import postgres
from yuxin.site.launcher.trouble import Trouble

COMMANDS = Path(__file__).parent / "commands"
ROOT = Path(__file__).parents[3]
_CHINESE = re.compile("[\u4e00-\u9fff]")


def main(words: Sequence[str]) -> int:
    """Run one command; returns the exit status."""
    language = _language(words)
    parser, rest_commands = _parser(language, words)
    args, rest = parser.parse_known_args(words)
    if not args.command:
        _list_commands(language)
        return 0
    if rest and args.command not in rest_commands:
        parser.error(
            ("不认识的参数：" if language == "zh" else "unknown arguments: ") + " ".join(rest)
        )
    args.rest = rest
    args.lang = language
    args.data = Path(args.data).absolute()
    os.environ["YUXIN_DATA"] = str(args.data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yuxin.site.settings")
    return _run(args)


def _run(args: argparse.Namespace) -> int:
    try:
        return int(args.run(args))
    except Trouble as trouble:
        _say_trouble(trouble, args)
        return 2
    except BrokenPipeError:  # the reader, `head` say, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _say_trouble(postgres.disk_full(args.data), args)
        return 2
    except KeyboardInterrupt:
        return 130


def print_json(value: Mapping[str, Any]) -> None:
    """Print a report for machines."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _say_trouble(trouble: Trouble, args: argparse.Namespace) -> None:
    print(trouble.say(args.lang), file=sys.stderr)
    if args.json:
        print_json({"ok": False, "error": trouble.say(args.lang)})


def _language(words: Sequence[str]) -> str:
    """ "zh" unless `--lang` or the environment asks for English."""
    for number, word in enumerate(words):
        if word.startswith("--lang="):
            return _known(word.removeprefix("--lang="))
        if word == "--lang" and number + 1 < len(words):
            return _known(words[number + 1])
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return _known(os.environ[name])
    return "zh"


def _known(name: str) -> str:
    return "en" if name.lower().startswith("en") else "zh"


def _parser(language: str, words: Sequence[str]) -> tuple[argparse.ArgumentParser, set[str]]:
    chinese = language == "zh"
    parser = argparse.ArgumentParser(
        prog="./yuxin",
        description="育信：校外培训与民办教育信用监管平台"
        if chinese
        else "yuxin: supervision of off-campus training and private education by credit",
    )
    _add_common(parser, language, default=True)
    subparsers = parser.add_subparsers(
        dest="command", metavar="命令" if chinese else "command", prog="./yuxin"
    )
    rest_commands = set()
    for name, path in _commands().items():
        document = _document(path)
        sub = subparsers.add_parser(
            name,
            help=_summary(document, language),
            description=_description(document, language),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_common(sub, language, default=False)
        if name in words:  # import only what may be asked for: the others cost start-up time
            module = importlib.import_module(f"yuxin.site.commands.{path.stem}")
            module.add(sub)
            sub.set_defaults(run=module.run)
            if getattr(module, "PASSES_REST", False):
                rest_commands.add(name)
    return parser, rest_commands


def _add_common(parser: argparse.ArgumentParser, language: str, *, default: bool) -> None:
    """`--lang`, `--json`, `--data`, before or after the name of the command."""
    chinese = language == "zh"
    kept = argparse.SUPPRESS
    parser.add_argument(
        "--lang",
        choices=["zh", "en"],
        default=None if default else kept,
        help="语言" if chinese else "language",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        default=False if default else kept,
        help="结果以 JSON 输出" if chinese else "report as JSON",
    )
    folder = os.environ.get("YUXIN_DATA", str(ROOT / "var"))
    parser.add_argument(
        "--data",
        metavar="DIR",
        default=folder if default else kept,
        help="数据目录（默认 var）" if chinese else "data folder (default var)",
    )


def _commands() -> dict[str, Path]:
    """Commands by name: `bank_simulator.py` is `bank-simulator`, `import_.py` is `import`."""
    files = sorted(COMMANDS.glob("*.py"))
    return {
        path.stem.rstrip("_").replace("_", "-"): path
        for path in files
        if not path.stem.startswith("_")
    }


def _document(path: Path) -> str:
    """A command's docstring, read without importing it."""
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


def _summary(document: str, language: str) -> str:
    """The first paragraph: its Chinese lines, or the lines without a Chinese character."""
    lines = document.split("\n\n", 1)[0].splitlines()
    english = " ".join(line for line in lines if not _CHINESE.search(line))
    chosen = (
        english
        if language == "en" and english
        else "".join(line for line in lines if _CHINESE.search(line))
    )
    return (chosen or english).replace("%", "%%")


def _description(document: str, language: str) -> str:
    more = document.partition("\n\n")[2]
    return f"{_summary(document, language)}\n\n{more}".strip().replace("%", "%%")


def _list_commands(language: str) -> None:
    commands = _commands()
    width = max(map(len, commands))
    print("用法：./yuxin 命令 [--help]\n" if language == "zh" else "./yuxin COMMAND [--help]\n")
    for name, path in commands.items():
        print(f"  {name:<{width}}  {_summary(_document(path), language)}")
