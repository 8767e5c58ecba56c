"""The call that decided the attempt under way: the publish call, else the last one; by thread.

Kept beside the adapters, so that none of them has to hand it on, also through an exception.
"""

from contextvars import ContextVar

from chalicelib.publisher.model import PlatformCall

_decisive: ContextVar[tuple[PlatformCall | None, bool]] = ContextVar("_decisive")


def forget() -> None:
    """Begin anew."""
    _decisive.set((None, False))


def note(
    request: str,
    status: int | None = None,
    request_id: str | None = None,
    fault: str | None = None,
    *,
    publishes: bool,
) -> None:
    """Keep a call, of which nothing may be secret; what is only asked after publishing is not."""
    if publishes or not _decisive.get((None, False))[1]:
        short_id = request_id and request_id[:120]
        _decisive.set((PlatformCall(request[:120], status, short_id, fault), publishes))


def find() -> PlatformCall | None:
    """The call; None when nothing was asked."""
    return _decisive.get((None, False))[0]
