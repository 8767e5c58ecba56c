"""Values made once and kept in a file of the owner's alone.

They outlive an emulator that lost its state: after a kill the same password and API key work.
"""

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

DEMO_PASSWORD = "demo-password"  # noqa: S105 the name of the demo user's


class Damaged(Exception):
    """The file does not hold what was written to it."""


class GeneratedValues:
    """The values of one state directory, by name.

    Raises Damaged when they cannot be read: others in their place would lock the user out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str, make: Callable[[], str]) -> str:
        """The value `name`, made by `make` the first time."""
        values = self._read()
        if name not in values:
            values[name] = make()
            self._write(values)
        return values[name]

    def find(self, name: str) -> str | None:
        """The value `name`; None if it was never made."""
        return self._read().get(name)

    def _read(self) -> dict[str, str]:
        try:
            values: dict[str, str] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise Damaged(f"{self._path} is damaged") from error
        return values

    def _write(self, values: dict[str, str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(values, file, indent=2)
        draft.replace(self._path)


def secret_text() -> str:
    """A random secret of 256 bits."""
    return secrets.token_hex(32)


def api_key() -> str:
    """A random API key; API Gateway takes 20 to 128 characters."""
    return secrets.token_hex(20)


def password() -> str:
    """A random password with every kind of character that the pool asks for."""
    return f"Omni-{secrets.token_hex(8)}-1"
