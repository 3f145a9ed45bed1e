"""Documents that are none: each is refused in words, and nothing of it is kept."""

import struct
import zlib
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yuxin.desk import uploads
from yuxin.desk.uploads import NotADocument
from yuxin.look import papers
from yuxin.supervision.clues import services as clues


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int, height: int, *more: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = _chunk(b"IDAT", zlib.compress(b"\0" * 4))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + pixels + _chunk(b"IEND", b"")


HOSTILE = {
    "an image of 3.6 thousand million pixels": _png(60_000, 60_000),
    "one just over our own limit": _png(10_000, 10_000),
    "words that unfold to 64 megabytes": _png(
        1, 1, _chunk(b"zTXt", b"a\0\0" + zlib.compress(b"0" * (64 << 20)))
    ),
    "a chunk that lies about its length": _png(9, 9)[:-20],
    "a drawing that could carry a script": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "an archive": b"PK\x03\x04" + b"\0" * 60,
    "nothing": b"",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_no_document_is_refused_and_not_kept(data, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    with pytest.raises(NotADocument):
        uploads.kept(SimpleUploadedFile("../../材料.png", data))
    assert list(tmp_path.iterdir()) == []


def test_drawing_a_paper_lets_no_broken_image_in(tmp_path, monkeypatch):
    """The library that draws PDFs tells Pillow to take truncated images, for the whole process."""
    pytest.importorskip("weasyprint", exc_type=OSError)
    papers._draw("<p>纸</p>")
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    with pytest.raises(NotADocument):
        uploads.kept(SimpleUploadedFile("a.png", HOSTILE["a chunk that lies about its length"]))


@pytest.mark.parametrize("drawn_anew", [uploads._written_anew, clues.picture])
def test_an_image_is_kept_without_what_else_the_file_held(drawn_anew):
    """Where and when it was taken, and by whom: a clue must not name its reporter."""
    out = BytesIO()
    told = Image.Exif()
    told[0x0132] = "2026:03:04 16:00:00"
    told[0x010E] = "canary"
    Image.new("RGB", (8, 8)).save(out, "JPEG", exif=told, comment=b"canary")
    assert out.getvalue().count(b"canary") == 2
    kept = drawn_anew(out.getvalue())
    with Image.open(BytesIO(kept)) as image:
        assert not image.getexif()
    assert b"canary" not in kept
