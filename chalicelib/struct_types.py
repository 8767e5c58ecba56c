"""Builds what msgspec knows of each Struct before threads need it.

msgspec (0.22) builds it at a Struct's first use. Two threads that use one first at the same time
find it half built, and the process dies by SIGSEGV.
"""

import threading
from collections.abc import Iterator

import msgspec

_lock = threading.Lock()


def build(package: str) -> None:
    """Build all Structs of that package's modules, as far as they are imported."""
    with _lock:
        for kind in _list_all(msgspec.Struct):
            if f"{kind.__module__}.".startswith(f"{package}."):
                msgspec.json.Decoder(kind)


def _list_all(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for child in kind.__subclasses__():
        yield child
        yield from _list_all(child)
