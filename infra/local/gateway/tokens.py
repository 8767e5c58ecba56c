"""Cognito ID tokens: verified by the pool's published keys, handed on as API Gateway does."""

import http.client
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import jwt

from chalicelib.errors import Unauthenticated, Unavailable

ALGORITHM = "RS256"  # pinned: the token's own `alg` chooses nothing
REQUIRED = ["aud", "exp", "iat", "iss", "sub", "token_use"]
REFETCH_S = 5.0  # an unknown key id asks the pool at most this often
RETRY_S = 1.0  # after a failure
REMEMBERED_S = 300.0  # API Gateway's default for an authorizer's result
REMEMBERED_TOKENS = 1_000
_FETCH_TIMEOUT_S = 3.0
_MALFORMED = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
_NO_KEYS = (OSError, http.client.HTTPException, LookupError, AttributeError, *_MALFORMED)
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # past any proxy
_BEARER = "bearer "


def fetched(url: str, timeout_s: float = _FETCH_TIMEOUT_S) -> Any:
    """The pool's JSON Web Key Set."""
    with _DIRECT.open(url, timeout=timeout_s) as answer:
        return json.load(answer)


class Keys:
    """The pool's RSA signing keys by id, fetched when first needed and for an unknown id."""

    def __init__(
        self,
        url: str,
        *,
        load: Callable[[str], Any] = fetched,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._load = load
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._asked_at = float("-inf")
        self._failed = False

    def get(self, key_id: object) -> Any:
        """The key of `key_id`, or None when the pool has none such.

        Raises Unavailable when the pool's keys cannot be had.
        """
        if not isinstance(key_id, str):
            return None
        if key_id not in self._keys:
            self._refresh(key_id)
        return self._keys.get(key_id)

    def _refresh(self, key_id: str) -> None:
        with self._lock:
            if key_id in self._keys:
                return  # another request just fetched it
            wait_s = RETRY_S if self._failed else REFETCH_S
            if self._clock() - self._asked_at >= wait_s:
                self._asked_at = self._clock()
                self._replace()
            if self._failed:
                raise Unavailable("the user pool's keys cannot be fetched just now")

    def _replace(self) -> None:
        self._failed = True
        try:
            document = self._load(self._url)
            self._keys = {each["kid"]: jwt.PyJWK(each, ALGORITHM) for each in _usable(document)}
        except _NO_KEYS as error:
            raise Unavailable("the user pool's keys cannot be fetched just now") from error
        self._failed = False


class Verifier:
    """Tells whose ID token it is, or that it is none of ours.

    A good token is remembered as long as API Gateway remembers it, and never beyond its `exp`.
    """

    def __init__(
        self, keys: Keys, *, issuer: str, audience: str, now: Callable[[], float] = time.time
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._now = now
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    def claims(self, authorization: str | None) -> dict[str, str]:
        """The claims of a bare or `Bearer` ID token, flattened.

        Raises Unauthenticated for anything else, Unavailable without the pool's keys.
        """
        token = (authorization or "").strip()
        if token[: len(_BEARER)].lower() == _BEARER:
            token = token[len(_BEARER) :].strip()
        good_until, claims = self._known.get(token) or (0.0, {})
        if self._now() < good_until:
            return dict(claims)
        try:
            decoded = self._decoded(token)
            claims = flattened(decoded)
        except _MALFORMED as error:
            raise Unauthenticated("sign in and send the ID token") from error
        if claims["token_use"] != "id":  # noqa: S105 a kind of token, not one
            raise Unauthenticated("send the ID token, not another one")
        self._remember(token, claims, decoded["exp"])
        return dict(claims)

    def _remember(self, token: str, claims: dict[str, str], expires_at: float) -> None:
        if len(self._known) >= REMEMBERED_TOKENS:
            self._known.clear()
        self._known[token] = (min(expires_at, self._now() + REMEMBERED_S), claims)

    def _decoded(self, token: str) -> dict[str, Any]:
        # Headers that name a key or a place to fetch one (jwk, jku, x5u) are never looked at.
        key = self._keys.get(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            raise jwt.InvalidKeyError("no such key")
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=self._audience,
            issuer=self._issuer,
            options={"require": REQUIRED, "strict_aud": True},
        )


def flattened(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as a REST API hands them over: flat texts, groups joined by commas, dates in words.

    Recorded events read `"exp": "Sun Apr 19 08:06:14 UTC 2020"` but `"auth_time": "1587038744"`.
    """
    return {name: _text(name, value) for name, value in claims.items() if value is not None}


def _text(name: str, value: Any) -> str:
    if name in ("exp", "iat"):
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(_text("", each) for each in value)
    return json.dumps(value)


def _usable(document: Any) -> list[dict[str, Any]]:
    return [
        each
        for each in document["keys"]
        if each.get("kty") == "RSA"
        and each.get("use", "sig") == "sig"
        and each.get("alg", ALGORITHM) == ALGORITHM
    ]
