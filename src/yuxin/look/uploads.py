"""Uploads that are too large are refused by what they announce, before a byte is kept."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# The largest single upload (a list of institutions) and the form around it.
BYTES_MAX = 33 * 1024 * 1024


class BoundedUploadHandler(FileUploadHandler):
    """Stands first among the handlers and looks at the announced length only."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002 - the signature is Django's
        META: Any,  # noqa: N803, ARG002
        content_length: int,
        boundary: Any,  # noqa: ARG002
        encoding: str | None = None,  # noqa: ARG002
    ) -> None:
        """Refuse a request that announces more than may be uploaded at once."""
        if content_length > BYTES_MAX:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002
        """Hand on every piece to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
