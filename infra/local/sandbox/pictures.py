"""The images of posts, kept as files so that the outbox page can show them."""

import re
from pathlib import Path

from infra.local.sandbox.images import JPEG, PNG, Image
from infra.local.sandbox.journal import MODE, Collection, Journal

KEPT_FILES = 200
SUFFIXES = {JPEG: ".jpg", PNG: ".png"}
_NAME = re.compile(r"[0-9a-f]{64}\.(jpg|png)")


class Pictures:
    """One file an image, in `folder`, by the address or id that posts have for it."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self._names = Collection(journal, "picture", str)
        self._folder = folder

    def keep(self, media: str, image: Image, content: bytes) -> None:
        """Keep an image, if it is one, and the newest KEPT_FILES of all."""
        suffix = SUFFIXES.get(image.content_type)
        if suffix is None:
            return
        name = image.digest + suffix
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / name
        file.touch(MODE)
        file.write_bytes(content)
        self._names.put(media, name)
        files = sorted(self._folder.iterdir(), key=lambda kept: kept.stat().st_mtime_ns)
        for old in files[:-KEPT_FILES]:
            old.unlink(missing_ok=True)

    def find(self, media: str) -> str | None:
        """The file's name; None if there is none."""
        return self._names.get(media)

    def read(self, name: str) -> bytes | None:
        """The file's content; None if there is none."""
        if _NAME.fullmatch(name) is None:
            return None
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
