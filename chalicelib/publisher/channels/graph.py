"""Meta's Graph API, for Facebook and Instagram: calls, and what its errors mean.

Codes: Graph API, "Handle errors"; Pages and Instagram platform, "Error codes"; "Rate limits".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec

from chalicelib.publisher.channels.base import Credentials, Rejection
from chalicelib.publisher.channels.http import HttpApi, Reply
from chalicelib.publisher.model import DeliveryErrorClass

SETTING, QUOTA = "META_SECRET", "the account's quota of posts in 24 hours"
_TRANSIENT = frozenset({1, 2})
_RATE = frozenset({4, 17, 32, 613, *range(80000, 80015)})
_RECONNECT = frozenset({102, 190})
_PERMISSION = frozenset({10, *range(200, 300)})
_DUPLICATE = 506
_QUOTA_USED = (9, 2207042)  # Instagram's posts of 24 hours
_LIVE_THOUGH_REFUSED = (4, 2207051)  # seen with the post live


@dataclass(frozen=True, slots=True)
class GraphApi:
    """One version of the API, such as `v26.0`."""

    http: HttpApi
    version: str

    def call(
        self,
        method: str,
        path: str,
        credentials: Credentials,
        fields: Mapping[str, Any] | None = None,
        *,
        publishes: bool = False,
    ) -> dict[str, Any]:
        """The body of a successful response.

        Raises Rejection, also for a page whose token is missing.
        """
        token = credentials.get("page_token", "")
        if not token:
            raise _make_disconnected("no_token", "no access token is stored")
        reply = self.http.call(
            method,
            f"/{self.version}/{path}",
            headers={"Authorization": f"Bearer {token}"},
            json=fields,
            publishes=publishes,
        )
        if reply.is_success and "error" not in reply.body:
            return reply.body
        raise read_rejection(reply, publishes=publishes)

    def create(
        self,
        path: str,
        credentials: Credentials,
        fields: Mapping[str, Any],
        *,
        publishes: bool = False,
    ) -> str:
        """Post, and return the id of what was made.

        Raises Rejection, also for a success without an id.
        """
        body = self.call("POST", path, credentials, fields, publishes=publishes)
        if not body.get("id"):
            raise self.http.lacks("id", publishes=publishes)
        return str(body["id"])


def read_rejection(reply: Reply, *, publishes: bool = False) -> Rejection:
    """What an error of Graph's means."""
    error = reply.body.get("error")
    error = error if isinstance(error, dict) else {}
    code, subcode = error.get("code", 0), error.get("error_subcode", 0)
    message = str(error.get("error_user_msg") or error.get("message") or f"HTTP {reply.status}")
    label = f"{code}/{subcode}" if subcode else str(code)
    if publishes and (code, subcode) == _LIVE_THOUGH_REFUSED:
        return _reject(DeliveryErrorClass.UNKNOWN, label, message, "Look at the account.")
    if code in _RECONNECT:
        return _make_disconnected(label, message)
    if code in _PERMISSION or (code, subcode) == _QUOTA_USED:
        return _make_hold(label, message, is_quota=code not in _PERMISSION)
    if code in _RATE or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _reject(
            DeliveryErrorClass.RATE,
            label,
            message,
            "It is sent when Meta allows it.",
            retry_after_s=_read_regain_s(reply.headers) or reply.retry_after_s,
        )
    if code in _TRANSIENT or error.get("is_transient"):
        return _reject(DeliveryErrorClass.TRANSIENT, label, message, "It is tried again by itself.")
    is_duplicate = code == _DUPLICATE  # of the page's latest post, which it does not name
    advice = "Change the text: the same post is there." if is_duplicate else "Change the message."
    earlier = "" if is_duplicate else None
    return _reject(DeliveryErrorClass.PERMANENT, label, message, advice, external_id=earlier)


def _reject(
    error_class: DeliveryErrorClass, code: str, message: str, advice: str, **more: Any
) -> Rejection:
    return Rejection(error_class=error_class, code=code, message=message, advice=advice, **more)


def _make_hold(code: str, message: str, *, is_quota: bool) -> Rejection:
    if is_quota:
        advice = "It is sent when the account's last 24 hours allow it."
        return _reject(DeliveryErrorClass.HOLD, code, message, advice, setting=QUOTA)
    advice = "Give the app the permission and store a token of the page, not of a person."
    return _reject(DeliveryErrorClass.HOLD, code, message, advice, setting=SETTING)


def _make_disconnected(code: str, message: str) -> Rejection:
    return _reject(
        DeliveryErrorClass.HOLD,
        code,
        message,
        f"Reconnect the page: store a valid token in the secret {SETTING}.",
        setting=SETTING,
        credentials_expired=True,
    )


def _read_regain_s(headers: Mapping[str, str]) -> float | None:
    """When a rate limit ends by `X-Business-Use-Case-Usage`, which says it in minutes."""
    try:
        usage = msgspec.json.decode(headers.get("X-Business-Use-Case-Usage", ""))
        minutes = [
            kind["estimated_time_to_regain_access"] for kinds in usage.values() for kind in kinds
        ]
        return float(max(minutes, default=0)) * 60 or None
    except (msgspec.MsgspecError, AttributeError, KeyError, TypeError, ValueError):
        return None
