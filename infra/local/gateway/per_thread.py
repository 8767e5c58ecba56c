"""Makes a Chalice app thread-safe: its request and its Lambda context become thread-local.

Chalice stores both on the app object, since a Lambda process serves one request at a time.
`chalice local` makes only the request thread-local.
"""

import threading
from typing import Any

from chalice.app import Chalice


class PerThread:
    """A mixin before the app's own class."""

    _omni_local: threading.local

    @property
    def current_request(self) -> Any:
        """The request on this thread."""
        return getattr(self._omni_local, "request", None)

    @current_request.setter
    def current_request(self, value: Any) -> None:
        self._omni_local.request = value

    @property
    def lambda_context(self) -> Any:
        """The context of the invocation on this thread."""
        return getattr(self._omni_local, "context", None)

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:
        self._omni_local.context = value


def make_per_thread(app: Chalice) -> None:
    """Change `app` in place; a second call has no effect."""
    if isinstance(app, PerThread):
        return
    kind = type(app)
    app.__class__ = type(kind.__name__, (PerThread, kind), {"_omni_local": threading.local()})
