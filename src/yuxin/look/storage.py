"""Static files with their version in the address, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedStaticFilesStorage


@cache
def version_of(name: str) -> str:
    """The first eight hexadecimal digits of the file's hash; empty for a file that is not ours."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8] if found else ""


class VersionedStaticFiles(CompressedStaticFilesStorage):  # type: ignore[misc]
    """Appends `?v=` and the version; compressed copies are made when files are collected."""

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """The address of a static file, with its version."""
        plain: str = super().url(name, *args, **kwargs)
        version = version_of(name or "")
        return f"{plain}?v={version}" if version else plain


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Serves static files; before they were collected there is no folder, and that is no fault."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Serve the files of a folder, if it is there."""
        if Path(root).is_dir():
            super().add_files(root, prefix)
