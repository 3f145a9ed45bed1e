"""Read and check a list of institutions: rows a second, beside the csv module alone.

The list is fictional and made in the run: a county that does not exist, with the spellings, doubts
and blanks of real lists. The floor is Python's csv module reading the same bytes into rows.
"""

import argparse
import csv
import datetime as dt
import io
import random
import time
from collections.abc import Callable

from stdnum.cn import uscc

from yuxin.formats.sheets import read
from yuxin.registry.intake.check import check
from yuxin.site.bench import Measure

ROWS = 20_000
AIM = 20_000
TODAY = dt.date(2026, 11, 1)
_COLUMNS = (
    "序号,机构名称,统一社会信用代码,企业类型,镇街,地址,成立日期,注册资本,经营范围,机构类别,"
    "办学许可证号,许可证有效期,备注"
)
_CAPITAL = ("50(万元)", "100万人民币", "30(万)", "N/A", "1,008(万元人民币)", "20")
_VALIDITY = ("", "", "", "至2026年12月18日", "2018.08.06至2026.08.05止", "至2022年1月")
_KINDS = ("艺术类", "体育类", "科技类", "学科类")
_WORDS = "东湖北塘云帆启明小荷卓然青禾知行博远星河"


def sheet(rows: int = ROWS, seed: int = 1) -> bytes:
    """A fictional list as CSV."""
    random_ = random.Random(seed)  # noqa: S311 - made-up names, nothing secret
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(_COLUMNS.split(","))
    for number in range(rows):
        writer.writerow(_row(number, random_))
    return target.getvalue().encode()


def _row(number: int, random_: random.Random) -> list[str]:
    body = f"91999901MA{number:07d}"
    code = body + uscc.calc_check_digit(body) if number % 40 else "371099000012345"
    word = "".join(random_.choices(_WORDS, k=3))
    day = dt.date(2005, 1, 1) + dt.timedelta(days=random_.randrange(7000))
    written = (day.isoformat(), f"{day:%Y年%-m月%-d日}", f"{day:%Y.%m.%d}")[number % 3]
    return [
        str(number + 1),
        f"示例县{word}{number}号培训学校有限公司",
        code,
        "有限责任公司",
        f"{random_.choice(_WORDS)}镇",
        f"示例县{word}路{random_.randrange(900)}号{random_.randrange(9)}层",
        written,
        random_.choice(_CAPITAL),
        f"非学历{word}培训（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
        random_.choice(_KINDS),
        f"教民1999901{number:07d}号" if number % 9 == 0 else "",
        random_.choice(_VALIDITY),
        "",
    ]


def measure(_args: argparse.Namespace) -> list[Measure]:
    """Best of three runs each, taken in turns."""
    data = sheet()
    floors, values = [], []
    for _ in range(3):
        floors.append(_rate(lambda: list(csv.reader(io.StringIO(data.decode(), newline="")))))
        values.append(_rate(lambda: _read_and_check(data)))
    return [Measure("import.csv_rows", max(values), "rows/s", max(floors), AIM)]


def _rate(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return ROWS / (time.perf_counter() - begin)


def _read_and_check(data: bytes) -> None:
    counts = check(read(data), today=TODAY).counts()
    assert counts["rows"] == ROWS, counts
    assert counts["accepted"] + counts["doubtful"] == ROWS, counts
