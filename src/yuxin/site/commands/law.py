"""法规对照：条款 → 规则 → 测试，并列出缺口。
Law coverage: clause, the rules that carry it, the tests that pin it, and the gaps.

    ./yuxin law
    ./yuxin law --gaps
    ./yuxin law --instrument 行政许可法 --json
"""

import argparse
from itertools import groupby

from yuxin.rules.clauses import GAP_WORDS, Clause, Gap, LawCoverage, law_coverage
from yuxin.rules.values import MARK_WORDS, PackRefused
from yuxin.site.command_line import ROOT, print_json
from yuxin.site.launcher.trouble import Trouble


def add(parser: argparse.ArgumentParser) -> None:
    """Arguments of `law`."""
    parser.add_argument("--gaps", action="store_true", help="只列缺口 / the gaps only")
    parser.add_argument(
        "--instrument", metavar="NAME", default="", help="只看一个文件 / one instrument only"
    )


def run(args: argparse.Namespace) -> int:
    """0 when it could be told, whatever the gaps; 2 when packs or tests cannot be read."""
    tests = ROOT / "tests"
    if not tests.is_dir():
        raise Trouble(
            "这里没有测试；请在源代码目录运行。",
            "The tests are not here; run it in the source tree.",
        )
    try:
        told = _of(law_coverage(tests), args.instrument)
    except PackRefused as refused:
        raise Trouble(refused.say("zh"), refused.say("en")) from refused
    if args.json:
        print_json(_as_data(told))
        return 0
    chinese = args.lang == "zh"
    if not args.gaps:
        _print_clauses(told, chinese=chinese)
    _print_gaps(told, chinese=chinese)
    return 0


def _of(told: LawCoverage, instrument: str) -> LawCoverage:
    """What concerns one instrument, or everything."""
    if not instrument:
        return told
    clauses = tuple(each for each in told.clauses if each.instrument == instrument)
    if not clauses:
        raise Trouble(
            f"没有规则或测试引用“{instrument}”。", f"No rule and no test cites “{instrument}”."
        )
    return LawCoverage(clauses, tuple(gap for gap in told.gaps if gap.instrument == instrument))


def _print_clauses(told: LawCoverage, *, chinese: bool) -> None:
    for instrument, clauses in groupby(told.clauses, key=lambda each: each.instrument):
        print(instrument)
        for each in clauses:
            _print_clause(each, chinese=chinese)


def _print_clause(each: Clause, *, chinese: bool) -> None:
    print(f"  {each.clause}")
    for ref in each.rules:
        mark = MARK_WORDS[ref.mark][0 if chinese else 1]
        cases = f"示例 {ref.cases}" if chinese else f"{ref.cases} case(s)"
        row = f" / {ref.row}" if ref.row else ""
        word = "规则" if chinese else "rule"
        print(f"    {word}  {ref.jurisdiction} {ref.key}{row}  [{mark}; {cases}]")
    for test in each.tests:
        print(f"    {'测试' if chinese else 'test'}  {test.name}  {test.says}".rstrip())


def _print_gaps(told: LawCoverage, *, chinese: bool) -> None:
    print(f"{'缺口' if chinese else 'Gaps'}: {len(told.gaps)}")
    in_order = sorted(told.gaps, key=lambda gap: list(GAP_WORDS).index(gap.kind))
    for kind, gaps in groupby(in_order, key=lambda gap: gap.kind):
        listed = list(gaps)
        print(f"  {GAP_WORDS[kind][0 if chinese else 1]}: {len(listed)}")
        for gap in listed:
            print("    " + " ".join(word for word in (gap.instrument, gap.clause, gap.key) if word))


def _as_data(told: LawCoverage) -> dict[str, object]:
    return {
        "clauses": [
            {
                "instrument": each.instrument,
                "clause": each.clause,
                "is_law": each.is_law,
                "rules": [vars(ref) for ref in each.rules],
                "tests": [{"name": test.name, "says": test.says} for test in each.tests],
            }
            for each in told.clauses
        ],
        "gaps": [_gap(gap) for gap in told.gaps],
    }


def _gap(gap: Gap) -> dict[str, str]:
    zh, en = GAP_WORDS[gap.kind]
    return {
        "kind": gap.kind.value,
        "instrument": gap.instrument,
        "clause": gap.clause,
        "key": gap.key,
        "zh": zh,
        "en": en,
    }
