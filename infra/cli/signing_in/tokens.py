"""A user's tokens, and the file of the user's alone that keeps them between commands."""

import base64
import binascii
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

LEEWAY_S = 60  # a token that ends so soon might end on its way


class Tokens(msgspec.Struct, frozen=True):
    """What a sign-in gives."""

    id_token: str
    refresh_token: str | None = None

    def is_valid_at(self, epoch_s: float) -> bool:
        """Whether the ID token says that it is good for longer; the API checks its signature."""
        return _read_expiry(self.id_token) > epoch_s + LEEWAY_S


class _Claims(msgspec.Struct):
    exp: int = 0


def _read_expiry(token: str) -> int:
    """The claim `exp`; 0 for what is no JWT."""
    try:
        payload = token.split(".")[1]
        return msgspec.json.decode(_decode(payload), type=_Claims).exp
    except (IndexError, binascii.Error, msgspec.DecodeError):
        return 0


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass(frozen=True, slots=True)
class TokenCache:
    """One file, of one user on one stage."""

    path: Path

    def read(self) -> Tokens | None:
        """The tokens as last written; None without any, and where the file is not ours to trust."""
        try:
            with self.path.open("rb") as file:
                state = os.fstat(file.fileno())
                if state.st_uid != os.geteuid() or state.st_mode & 0o077:
                    return None
                return msgspec.json.decode(file.read(), type=Tokens)
        except (OSError, msgspec.DecodeError):  # a cache: a sign-in takes its place
            return None

    def write(self, tokens: Tokens) -> None:
        """Replace the file whole; nobody else may read it at any moment."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, draft = tempfile.mkstemp(dir=self.path.parent)  # with mode 0600
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(tokens))
        Path(draft).replace(self.path)


@dataclass(slots=True)
class CachedSession:
    """A session that signs in when it has to, and refreshes its token before it ends."""

    cache: TokenCache
    sign_in: Callable[[], Tokens]
    refresh: Callable[[str], Tokens | None]  # None: the refresh token is not good any more
    epoch_s: Callable[[], float]
    say: Callable[[str], None]
    _tokens: Tokens | None = field(default=None, init=False)

    def token(self) -> str:
        """A valid ID token."""
        tokens = self._tokens or self.cache.read()
        if tokens is None or not tokens.is_valid_at(self.epoch_s()):
            return self._replace(tokens)
        self._tokens = tokens
        return tokens.id_token

    def renew(self) -> str:
        """An ID token in place of one that the API refused."""
        return self._replace(self._tokens)

    def _replace(self, old: Tokens | None) -> str:
        self._tokens = None
        refreshed = self.refresh(old.refresh_token) if old and old.refresh_token else None
        self._tokens = refreshed or self.sign_in()
        try:
            self.cache.write(self._tokens)
        except OSError as error:  # it works without
            self.say(f"the token is not kept for the next command: {error}")
        return self._tokens.id_token


@dataclass(frozen=True, slots=True)
class GivenSession:
    """A token from the environment, which nobody here can renew."""

    given: str

    def token(self) -> str:
        """The token as it was given."""
        return self.given

    def renew(self) -> None:
        """There is no other."""
