"""What the local system's processes with many threads import and build before these begin."""

import importlib
import pkgutil

from chalicelib import struct_types, wiring


def preload() -> None:
    """Import every builder of the wiring, with all that it needs, and build the Structs."""
    for module in pkgutil.iter_modules(wiring.__path__):
        importlib.import_module(f"{wiring.__name__}.{module.name}")
    struct_types.build("chalicelib")
