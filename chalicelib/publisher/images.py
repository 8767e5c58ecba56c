"""What an upload is, by its first bytes and not by what its sender says; pure.

The kind is decided before the size is read: the reader of sizes knows kinds that no channel takes.
"""

import io
from typing import NamedTuple

from chalicelib.errors import InvalidInput
from chalicelib.publisher.limits import JPEG, PNG

LOOK_BYTES = 256 * 1024  # the size of a JPEG comes after its metadata
_MAGIC = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
MAX_PX = 20_000


class ImageFacts(NamedTuple):
    """The kind and the size in pixels."""

    content_type: str
    width: int
    height: int


def read(beginning: bytes) -> ImageFacts:
    """The facts of an image by its beginning.

    Raises InvalidInput for what is neither JPEG nor PNG, or has no size that can be read.
    """
    found = next((kind for magic, kind in _MAGIC.items() if beginning.startswith(magic)), None)
    if found is None:
        raise InvalidInput("the upload is neither a JPEG nor a PNG image")
    import imagesize  # noqa: PLC0415 only confirmations need it

    try:
        width, height = imagesize.get(io.BytesIO(beginning))
    except ValueError as error:
        raise InvalidInput("the image is damaged: its size cannot be read") from error
    if not (0 < width <= MAX_PX and 0 < height <= MAX_PX):
        raise InvalidInput(f"the image's size must be 1 to {MAX_PX} px by 1 to {MAX_PX} px")
    return ImageFacts(found, int(width), int(height))
