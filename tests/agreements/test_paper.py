"""The contract as a file: PDF/A, Chinese, both signatures, not sealed, with its receipt's code."""

import gc
import re
import warnings
import zlib

import pytest

from tests.given import guardian, institution, world
from tests.visitors import FixedMoment, area, client_of, inside, look_at, parent
from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.look.contract_papers import sheet_of_contract
from yuxin.look.papers import pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def left_open():
    """WeasyPrint leaves its colour profile open for the collector to close."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@pytest.fixture(autouse=True)
def fixed_moment(settings):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    yield
    FixedMoment.at = None


def test_the_family_and_the_institution_download_one_paper():
    area()
    k = world()
    look_at("03-02 10:00")
    answer = client_of(parent(k.family)).get(f"/family/contracts/{k.contract}/contract.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="YX-HT-{k.contract}.pdf"'
    assert answer.content.startswith(b"%PDF-1.7")
    head = client_of(inside(k.institution, Role.INSTITUTION_HEAD))
    assert head.get(f"/desk/contracts/{k.contract}/contract.pdf").status_code == 200
    other = institution("远山围棋", number=2)
    stranger = client_of(inside(other, Role.INSTITUTION_HEAD))
    assert stranger.get(f"/desk/contracts/{k.contract}/contract.pdf").status_code == 404
    lost = client_of(parent(guardian(2)))
    assert lost.get(f"/family/contracts/{k.contract}/contract.pdf").status_code == 404


def test_the_file_says_pdf_a_and_chinese():
    k = world()
    with reading(k.family):
        sheet = sheet_of_contract(k.family, k.contract)
    data = pdf_of(sheet, "https://yuxin.example/check-receipt")
    said = data + b"".join(_streams(data))
    assert b"<pdfaid:part>3</pdfaid:part>" in said or b'pdfaid:part="3"' in said
    assert b"pdfaid:conformance" in said
    assert b"/Lang" in said and b"zh-CN" in said
    assert b"NotoSansCJK" in said.replace(b"-", b"")
    assert sheet.entry_id
    assert [each.who for each in sheet.signed] == ["乙方（监护人）", "甲方（培训机构）"]


def _streams(data: bytes):
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            yield found[1]
