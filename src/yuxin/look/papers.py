"""Papers as PDF/A: a contract, a supplement, a closing statement, from the exact text that is kept.

Legal papers are Chinese; no seal is stamped yet, and the paper says so.
"""

import gc
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from PIL import ImageFile

from yuxin.kernel.clock import SHANGHAI
from yuxin.kernel.refusal import Refusal

VARIANT = "pdf/a-3u"


class PaperUnavailable(Refusal):
    """The machine lacks what draws papers."""

    code = "paper_unavailable"
    status = 503
    zh = (
        "这台服务器缺少生成 PDF 的组件（Pango 或中文字体），文件暂时下载不了；合同和签名不受影响。"
        "请管理员运行 ./yuxin doctor 查看缺什么。"
    )
    en = (
        "This server lacks what draws a PDF (Pango or Chinese fonts), so the paper cannot be "
        "downloaded now; contract and signatures are not affected. An administrator may run "
        "./yuxin doctor to see what is missing."
    )


@dataclass(frozen=True)
class Signed:
    """A signature as it is printed."""

    who: str
    name: str
    way: str
    at: datetime


@dataclass(frozen=True)
class Sheet:
    """What a paper holds. `entry_id` leads to its receipt; empty before the first signature."""

    number: str
    text: str
    sha256: str
    signed: Sequence[Signed]
    entry_id: str


def answer_with_pdf(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The paper as a file to keep. Raises: PaperUnavailable."""
    check = request.build_absolute_uri(reverse("receipt-check"))
    response = HttpResponse(pdf_of(sheet, check), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{sheet.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def pdf_of(sheet: Sheet, check_url: str) -> bytes:
    """A PDF/A of a paper, with the QR code that leads to the check of its receipt."""
    with override("zh-hans"):
        html = render_to_string("look/papers/paper.html", _context(sheet, check_url))
    return _draw(html)


def _draw(html: str) -> bytes:
    try:
        # Where Pango is missing the import itself fails; nothing but a paper needs it.
        import weasyprint
    except OSError as missing:
        raise PaperUnavailable from missing
    # It lets Pillow take broken images in the whole process, and so what people send here too.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    styles = finders.find("look/paper.css")
    assert isinstance(styles, str), "the paper's styles are part of the program"
    with warnings.catch_warnings():
        # It leaves the file of its colour profile open; collected here, it is closed here.
        warnings.simplefilter("ignore", ResourceWarning)
        made: Any = weasyprint.HTML(string=html, url_fetcher=_nothing_from_outside)
        drawn = made.write_pdf(pdf_variant=VARIANT, stylesheets=[weasyprint.CSS(filename=styles)])
        gc.collect()
    assert isinstance(drawn, bytes)
    return drawn


def _nothing_from_outside(url: str, *_args: object, **_options: object) -> dict[str, object]:
    raise ValueError(f"a paper fetches nothing: {url}")


def _context(sheet: Sheet, check_url: str) -> dict[str, object]:
    title, *lines = sheet.text.strip().split("\n")
    heading = re.compile(r"第[一二三四五六七八九十]+条 ")  # zh: a legal paper
    return {
        "sheet": sheet,
        "title": title,
        "lines": [(line, heading.match(line) is not None) for line in lines],
        "check": f"{check_url}#{sheet.entry_id}" if sheet.entry_id else check_url,
        "host": check_url.split("/")[2],
        "signed": [
            (each, f"{each.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}") for each in sheet.signed
        ],
    }
