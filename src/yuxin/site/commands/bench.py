"""测量速度，同一次运行里量出下限。
Measure speed, with the floor in the same run.

    ./yuxin bench import
"""

import argparse
import importlib
import pkgutil

from yuxin.site import bench
from yuxin.site.bench import Measure
from yuxin.site.command_line import print_json

NAMES = sorted(module.name.removesuffix("_") for module in pkgutil.iter_modules(bench.__path__))


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=NAMES)


def run(args: argparse.Namespace) -> int:
    """0 when every aim is reached, else 1."""
    names = {module.name for module in pkgutil.iter_modules(bench.__path__)}
    module = args.name if args.name in names else f"{args.name}_"
    measures: list[Measure] = importlib.import_module(f"{bench.__name__}.{module}").measure(args)
    if args.json:
        print_json({"measures": [measure.report() for measure in measures]})
    else:
        for measure in measures:
            _print(measure, args.lang)
    return 0 if all(measure.met for measure in measures) else 1


def _print(measure: Measure, language: str) -> None:
    mark = "✓" if measure.met else "✗"
    words = ("下限", "占下限", "目标") if language == "zh" else ("floor", "of the floor", "aim")
    print(
        f"{mark} {measure.name}: {measure.value:,.0f} {measure.unit}"
        f"  ({words[0]} {measure.floor:,.0f}, {words[1]} {measure.ratio:.0%},"
        f" {words[2]} {measure.aim:,.0f})"
    )
