"""Verifies Cognito ID tokens by the user pool's keys; returns claims as API Gateway does."""

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
from chalicelib.observability import logger

ALGORITHM = "RS256"  # fixed: the token's own `alg` is ignored
REQUIRED = ["aud", "exp", "iat", "iss", "sub", "token_use"]
TIMES = ("exp", "iat", "nbf", "auth_time")
LAST_SECOND = 253_402_300_799  # of the year 9999, the last that a datetime holds
REFETCH_S = 5.0  # the shortest time between two fetches for unknown key ids
RETRY_S = 1.0  # after a failure
MAX_AGE_S = 3600.0  # then the keys are fetched again: one that the pool withdrew is no longer good
REMEMBERED_S = 300.0  # API Gateway's default cache time for an authorizer
REMEMBERED_TOKENS = 1_000
_FETCH_TIMEOUT_S = 3.0
_MALFORMED = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
_NO_KEYS = (OSError, http.client.HTTPException, LookupError, AttributeError, *_MALFORMED)
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # without a proxy
_BEARER = "bearer "

_log = logger(__name__)


def fetch_keys(url: str, timeout_s: float = _FETCH_TIMEOUT_S) -> Any:
    """The pool's JSON Web Key Set."""
    with _DIRECT.open(url, timeout=timeout_s) as response:
        return json.load(response)


class Keys:
    """The pool's RSA signing keys by id, fetched at first use, for unknown ids, and every hour.

    Keys that cannot be fetched again stay good until they can.
    """

    def __init__(
        self,
        url: str,
        *,
        load: Callable[[str], Any] = fetch_keys,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._load = load
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._fetched_at = float("-inf")
        self._good_since = float("-inf")
        self._failed = False

    def get(self, key_id: object) -> Any:
        """The key with `key_id`; None if the pool does not have it.

        Raises Unavailable if the pool's keys cannot be fetched.
        """
        if not isinstance(key_id, str):
            return None
        if key_id not in self._keys:
            self._refresh(key_id)
        elif self._clock() - self._good_since >= MAX_AGE_S:
            self._renew()
        return self._keys.get(key_id)

    def _refresh(self, key_id: str) -> None:
        with self._lock:
            if key_id in self._keys:
                return  # another thread fetched it meanwhile
            wait_s = RETRY_S if self._failed else REFETCH_S
            if self._clock() - self._fetched_at >= wait_s:
                self._fetched_at = self._clock()
                self._replace()
            if self._failed:
                raise Unavailable("the user pool's keys cannot be fetched, try again")

    def _renew(self) -> None:
        with self._lock:
            if self._clock() - self._fetched_at < RETRY_S:
                return  # just tried, perhaps by another thread
            self._fetched_at = self._clock()
            try:
                self._replace()
            except Unavailable:
                _log.warning("the user pool's keys could not be fetched again")

    def _replace(self) -> None:
        self._failed = True
        try:
            document = self._load(self._url)
            self._keys = {key["kid"]: jwt.PyJWK(key, ALGORITHM) for key in _select_usable(document)}
        except _NO_KEYS as error:
            raise Unavailable("the user pool's keys cannot be fetched, try again") from error
        self._failed = False
        self._good_since = self._clock()


class Verifier:
    """Verifies ID tokens of one user pool and client.

    `hint` says in a refusal where a token is to be had. Valid tokens are cached for as long as API
    Gateway caches them, and never beyond their `exp`.
    """

    def __init__(
        self,
        keys: Keys,
        *,
        issuer: str,
        audience: str,
        hint: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._hint = hint
        self._audience = audience
        self._now = now
        self._known: dict[str, tuple[float, dict[str, str]]] = {}

    def verify(self, authorization: str | None) -> dict[str, str]:
        """The claims of an ID token, sent bare or as `Bearer`, in API Gateway's form.

        Raises Unauthenticated for any other value, Unavailable without the pool's keys.
        """
        token = (authorization or "").strip()
        if token[: len(_BEARER)].lower() == _BEARER:
            token = token[len(_BEARER) :].strip()
        valid_until, claims = self._known.get(token) or (0.0, {})
        if self._now() < valid_until:
            return dict(claims)
        try:
            decoded = self._decode(token)
            claims = flatten(decoded)
        except _MALFORMED as error:
            raise Unauthenticated(f"sign in and send the ID token{self._hint}") from error
        if claims["token_use"] != "id":  # noqa: S105 a kind of token, not a token
            raise Unauthenticated("send the ID token, not another one")
        self._remember(token, claims, decoded["exp"])
        return dict(claims)

    def _remember(self, token: str, claims: dict[str, str], expires_at: float) -> None:
        if len(self._known) >= REMEMBERED_TOKENS:
            self._known.clear()
        self._known[token] = (min(expires_at, self._now() + REMEMBERED_S), claims)

    def _decode(self, token: str) -> dict[str, Any]:
        # Headers that contain a key or its address (jwk, jku, x5u) are ignored.
        key = self._keys.get(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            raise jwt.InvalidKeyError("no such key")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=self._audience,
            issuer=self._issuer,
            options={"require": REQUIRED, "strict_aud": True},
        )
        _require_times(claims)
        return claims


def _require_times(claims: Mapping[str, Any]) -> None:
    """Raise ValueError where a time is none that a pool signs: whole seconds up to year 9999.

    PyJWT takes texts, booleans and fractions too, and looks at neither `auth_time` nor the past.
    """
    for name in TIMES:
        value = claims.get(name, 0)
        if type(value) is not int or not 0 <= value <= LAST_SECOND:
            raise ValueError(f"{name} is no time in whole seconds")


def flatten(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as strings, as a REST API passes them: groups joined by commas, dates written out.

    Recorded events have `"exp": "Sun Apr 19 08:06:14 UTC 2020"` but `"auth_time": "1587038744"`.
    """
    return {name: _to_text(name, value) for name, value in claims.items() if value is not None}


def _to_text(name: str, value: Any) -> str:
    if name in ("exp", "iat"):
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(_to_text("", member) for member in value)
    return json.dumps(value)


def _select_usable(document: Any) -> list[dict[str, Any]]:
    return [
        key
        for key in document["keys"]
        if key.get("kty") == "RSA"
        and key.get("use", "sig") == "sig"
        and key.get("alg", ALGORITHM) == ALGORITHM
    ]
