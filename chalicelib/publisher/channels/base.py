"""What an adapter of a channel is given, what it returns, and how it fails."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.publisher.model import Channel, DeliveryErrorClass

Credentials = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A confirmed upload; `url` is a short-lived link, `read` gives the bytes."""

    media_id: str
    content_type: str
    size_bytes: int
    width: int
    height: int
    url: Callable[[], str]
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One delivery. `key` is `<message id>#<delivery>`; `text` is what the rules made of it."""

    key: str
    channel: Channel
    text: str
    subject: str | None = None
    target: str | None = None
    media: tuple[MediaFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """The platform's id of a post, empty if it gave none, and a link where there is one."""

    external_id: str
    permalink: str | None = None


class NotReady(Exception):
    """The platform still works on what was uploaded; ask again after `retry_after_s`."""

    def __init__(self, prepared: Mapping[str, str], retry_after_s: float) -> None:
        super().__init__("the platform is still processing the media")
        self.prepared = dict(prepared)
        self.retry_after_s = retry_after_s


@dataclass(kw_only=True, eq=False)  # not frozen: contextlib sets an exception's traceback
class Rejection(Exception):
    """The platform refused, or nothing is known of a call (class `unknown`).

    `code` is the platform's own. `retry_after_s` is the platform's, where it gives one. `setting`
    names what a person has to mend (class `hold`). `credentials_expired` asks to read the
    credentials anew and to try once more. `external_id` is that of an equal post that exists, empty
    if the platform does not name it.
    """

    error_class: DeliveryErrorClass
    code: str
    message: str
    advice: str
    retry_after_s: float | None = None
    setting: str | None = None
    credentials_expired: bool = False
    external_id: str | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a delivery. `prepared` is what an earlier one's `prepare` returned."""

    outgoing: Outgoing
    prepared: Mapping[str, str]
    credentials: Credentials


class Adapter(ABC):
    """One channel. Calls raise Rejection; only `publish` makes anything public, by one call."""

    __slots__ = ()

    def prepare(self, attempt: Attempt) -> dict[str, str]:
        """Upload and create what `publish` needs; returns ids to keep, such as a container's.

        Raises NotReady with what to keep. A channel that has nothing to upload leaves it out.
        """
        return dict(attempt.prepared)

    @abstractmethod
    def publish(self, attempt: Attempt) -> Published:
        """Make it public by a single call, which is never repeated."""

    def reconcile(self, attempt: Attempt) -> Published | None:  # noqa: ARG002 most cannot ask
        """Find out whether a publish call of unknown outcome is live; None if that is unknown."""
        return None

    @abstractmethod
    def identify(self, credentials: Credentials) -> str | None:
        """The account as which it publishes, from the credentials alone; None if there is none."""
