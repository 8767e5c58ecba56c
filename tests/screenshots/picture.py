"""Small PNGs of pictures that have few colours."""

import io
from pathlib import Path

from PIL import Image

COLOURS = 128


def save(png: bytes, path: Path) -> int:
    """Write a PNG with a palette; returns its size in bytes."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size
