"""Secrets by name, read at first use and kept while the process lives."""

import threading
from typing import Any

from chalicelib.aws.failures import translate_errors


class Secrets:
    """A cache over Secrets Manager; `client` is a low-level client."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._known: dict[str, str] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> str:
        """The secret's current text.

        Raises Unavailable when it was never read and cannot be now.
        """
        value = self._known.get(name)
        if value is None:
            with self._lock, translate_errors("the secret store"):
                value = self._client.get_secret_value(SecretId=name)["SecretString"]
                self._known[name] = value
        return value
