"""Faults that a channel is set to have, so that each failure of a platform can be tried."""

import random
import threading
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

CHANNELS = ("facebook", "instagram", "linkedin", "email", "sms", "bedrock")
MAX_SLOW_S = 60
HAS_CONTAINERS = "instagram"
HAS_MODEL = "bedrock"


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a fault strikes: the next `times` calls, or each call with `probability`, else all.

    A `probability` with the same `seed` strikes the same calls again. With `on: publish` only
    calls that would publish are struck.
    """

    times: Annotated[int, Meta(ge=1)] | None = None
    probability: Annotated[float, Meta(gt=0, le=1)] | None = None
    seed: int = 0
    on: Literal["any", "publish"] = "any"


class RateLimit(Fault, kw_only=True):
    """The platform's own response to too many calls, with the time to wait where it has one."""

    retry_after_s: Annotated[int, Meta(ge=1, le=86_400)] = 60


class Slow(Fault, kw_only=True):
    """The response comes `s` seconds later."""

    s: Annotated[float, Meta(ge=0, le=MAX_SLOW_S)]


class InProgress(Fault, kw_only=True):
    """A new container is IN_PROGRESS for so many reads."""

    polls: Annotated[int, Meta(ge=1)] = 1


class Answers(Fault, kw_only=True):
    """What the model responds: as one that fails, or that follows instructions in the text.

    `garbage` is no JSON, `wrong_shape` JSON of another shape. The rest are texts, or the end of
    one: `too_long` for any channel, `new_link`, `prompt` says its instructions, and `empty`.
    """

    what: Literal[
        "garbage",
        "wrong_shape",
        "too_long",
        "empty",
        "new_link",
        "prompt",
        "tool_use",
        "max_tokens",
        "guardrail_intervened",
        "content_filtered",
    ]


class FaultSet(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The faults of a channel.

    `lost_response` accepts a post and closes the connection without a response.
    """

    slow: Slow | None = None
    expired_token: Fault | None = None
    rate_limit: RateLimit | None = None
    error_500: Fault | None = None
    refused: Fault | None = None
    lost_response: Fault | None = None
    in_progress: InProgress | None = None
    answers: Answers | None = None


NAMES = FaultSet.__struct_fields__


class _Armed:
    """One fault and what is left of it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self._random = random.Random(fault.seed)  # noqa: S311 which calls fail is no secret

    @property
    def is_over(self) -> bool:
        return self.fault.times == 0

    def strikes(self, *, publishes: bool) -> bool:
        """Whether it strikes this call; counts it."""
        fault = self.fault
        if self.is_over or (fault.on == "publish" and not publishes):
            return False
        if fault.probability is not None and self._random.random() >= fault.probability:
            return False
        if fault.times is not None:
            fault.times -= 1
        return True


class Faults:
    """The faults of all channels, in memory: a restart has none."""

    def __init__(self) -> None:
        self._armed: dict[str, dict[str, _Armed]] = {}
        self._lock = threading.Lock()

    def put(self, channel: str, faults: FaultSet) -> None:
        """Replace the channel's faults."""
        given = {name: getattr(faults, name) for name in NAMES}
        with self._lock:
            self._armed[channel] = {n: _Armed(fault) for n, fault in given.items() if fault}

    def clear(self, channel: str) -> None:
        """Remove the channel's faults."""
        with self._lock:
            self._armed.pop(channel, None)

    def list_all(self) -> Mapping[str, Mapping[str, Fault]]:
        """What is left of the faults, by channel."""
        with self._lock:
            return {channel: self._list(channel) for channel in CHANNELS}

    def take(self, channel: str, name: str, *, publishes: bool = False) -> Fault | None:
        """The fault of that name if it strikes this call; None if it does not."""
        with self._lock:
            armed = self._armed.get(channel, {}).get(name)
            return armed.fault if armed and armed.strikes(publishes=publishes) else None

    def _list(self, channel: str) -> dict[str, Fault]:
        found = self._armed.get(channel, {})
        return {name: armed.fault for name, armed in found.items() if not armed.is_over}
