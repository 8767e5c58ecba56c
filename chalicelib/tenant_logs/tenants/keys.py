"""Tenant keys: how one looks, and what is kept of it; pure."""

import hashlib
import re

PREFIX = "omk_"  # so that scanners of secrets know one when they see it
SECRET_BYTES = 32

_BEARER = re.compile(r"(?i:bearer) +(omk_[A-Za-z0-9_-]{43})")
_ID_LENGTH = 16


def mint(secret: str) -> str:
    """A key of `secret`: 43 characters of URL-safe base64, which are 32 random bytes."""
    return PREFIX + secret


def digest(key: str) -> str:
    """What is stored in place of a key. It is random enough to need neither salt nor stretching."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_id(of: str) -> str:
    """The public name of a key: how its digest begins, so that its bearer can tell which it is."""
    return of[:_ID_LENGTH]


def digest_from_header(authorization: str | None) -> str | None:
    """The digest of the key in a header `Authorization: Bearer <key>`; None for anything else."""
    match = _BEARER.fullmatch(authorization or "")
    return None if match is None else digest(match[1])
