"""Documents that people attach: looked at, images without what cameras add, stored."""

import warnings
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from yuxin.files import store
from yuxin.kernel.refusal import BadInput

PDF: Final = b"%PDF-"
PIXELS_MAX: Final = 40_000_000
# What Pillow raises over bytes that are no image, a broken one, or one that unfolds without end.
_UNREADABLE: Final = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
)


class NotADocument(BadInput):
    """The bytes are neither a PDF nor an image."""

    code = "not_a_document"
    zh = "上传的文件打不开，不是 PDF 或图片。请重新选择。"
    en = "The file cannot be opened as a PDF or an image. Please choose another."


def kept(upload: Any) -> str:
    """Store an upload; its SHA-256. An image is written anew, without place and time.

    Raises: NotADocument.
    """
    data = upload.read()
    if not data.startswith(PDF):
        data = _written_anew(data)
    return store.put(data)


def _written_anew(data: bytes) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # ours is stricter
            with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
                if image.width * image.height > PIXELS_MAX:
                    raise NotADocument(field="document")
                plain, out = image.convert("RGB"), BytesIO()
    except _UNREADABLE as problem:
        raise NotADocument(field="document") from problem
    plain.info.clear()  # a comment would be written along
    plain.save(out, "JPEG", quality=88)
    return out.getvalue()


def media_type(data: bytes) -> tuple[str, str]:
    """Type and ending of stored bytes."""
    if data.startswith(PDF):
        return "application/pdf", "pdf"
    return "image/jpeg", "jpg"


def file_name(code: str, ending: str) -> str:
    """How a document is called on the reader's disk."""
    return f"{_('材料')}-{code}.{ending}"
