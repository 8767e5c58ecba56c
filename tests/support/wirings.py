"""The app on another wiring: the one way in which tests give it a cloud or settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from chalicelib.settings import api_settings
from chalicelib.wiring import Wiring


def wiring_on(cloud: Any, **settings: Any) -> Wiring:
    """The wiring of the tests' stage on `cloud`, with some of its settings changed."""
    return Wiring(msgspec.structs.replace(api_settings(), **settings), aws=cloud)


@contextmanager
def running_on(wiring: Wiring) -> Iterator[Wiring]:
    """Let the functions of `app.py` run on `wiring`: they ask its one object for everything."""
    import app

    usual, app.wiring = app.wiring, wiring
    try:
        yield wiring
    finally:
        app.wiring = usual
