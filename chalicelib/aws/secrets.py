"""Secrets by name, read at first use and again when they are five minutes old."""

import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason, translate_errors
from chalicelib.settings import NO_SECRET

EXPIRY_S = 300.0
RETRY_S = 30.0  # after a failure: each attempt may keep a caller waiting for seconds

_log = observability.logger(__name__)


class _Known(NamedTuple):
    value: str
    read_again_at: float


class Secrets:
    """A cache over Secrets Manager; `client` is a low-level client."""

    def __init__(self, client: Any, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> str:
        """The secret's text, which may be EXPIRY_S old, and older while the store is down.

        Raises Unavailable when it was never read and cannot be now.
        """
        known = self._known.get(name)
        if known is not None and self._monotonic() < known.read_again_at:
            return known.value
        with self._lock:
            current = self._known.get(name)
            if current is not None and current is not known:
                return current.value  # another thread has read it meanwhile
            return self._read(name)

    def refresh(self, name: str) -> str:
        """The secret's text as it is now, for one that a service has just refused.

        With the store down it is the text that was read last.
        Raises Unavailable when it was never read.
        """
        with self._lock:
            return self._read(name)

    def _read(self, name: str) -> str:
        known = self._known.get(name)
        try:
            with translate_errors("the secret store"):
                value = str(self._client.get_secret_value(SecretId=name)["SecretString"])
        except AWS_ERRORS as error:
            if known is None:
                raise
            return self._keep(name, known.value, reason(error))
        if known is not None and _is_empty(value) and not _is_empty(known.value):
            return self._keep(name, known.value, "empty")
        self._known[name] = _Known(value, self._monotonic() + EXPIRY_S)
        return value

    def _keep(self, name: str, value: str, cause: str) -> str:
        _log.warning("a secret could not be read again", extra={"secret": name, "cause": cause})
        self._known[name] = _Known(value, self._monotonic() + RETRY_S)
        return value


def _is_empty(value: str) -> bool:
    return value.strip() in ("", NO_SECRET)
