"""Compares what the API says of each delivery with what the platforms accepted; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.kills.finding import Finding

LOOKED_UP = "instagram"  # a post that is found later has the id of its container
_LIVE = frozenset({"sent", "unconfirmed"})
_DONE = _LIVE | {"failed"}
Json = Mapping[str, Any]


class Place(NamedTuple):
    """A channel and a text there, of which there shall be one post."""

    channel: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A delivery as the API tells it; `ref` is its message's id and its channel."""

    ref: str
    place: Place
    status: str
    external_id: str | None = None
    error_class: str | None = None


def read_deliveries(message: Json) -> list[Told]:
    """The deliveries of a message of the API, of one recipient a channel."""
    return [
        Told(
            ref=f"{message['id']}#{delivery['channel']}",
            place=Place(delivery["channel"], message["content"]),
            status=delivery["status"],
            external_id=delivery["external_id"],
            error_class=(delivery["error"] or {}).get("class"),
        )
        for delivery in message["channels"]
    ]


def judge(told: Sequence[Told], posts: Sequence[Json]) -> list[Finding]:
    """Each promise about deliveries; `posts` are the journal's publish calls, oldest first."""
    live, again = _count_live(posts), _count_again(posts)
    known = {delivery.place for delivery in told}
    doubled = {place: count - 1 for place, count in live.items() if count > 1}
    return [
        Finding("posts doubled", sum(doubled.values()), 0, _name(doubled)),
        Finding("publish calls for what was live already", again.total(), 0, _name(again)),
        Finding("posts nobody asked for", len(live.keys() - known), 0),
        *_judge_lost(told, live),
        *_judge_told(told, posts),
    ]


def describe(told: Sequence[Told], posts: Sequence[Json]) -> str:
    """The counts by status, and what became of the unconfirmed."""
    live = _count_live(posts)
    counts = Counter(delivery.status for delivery in told)
    unknown = [delivery for delivery in told if delivery.status == "unconfirmed"]
    found = sum(live[delivery.place] for delivery in unknown)
    parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    refused = sum(not post["accepted"] for post in posts)
    return (
        f"{len(told)} deliveries: {parts} ({found} of the unconfirmed are live); the platforms "
        f"took {live.total()} posts and refused {refused} calls."
    )


def _judge_lost(told: Sequence[Told], live: Counter[Place]) -> list[Finding]:
    missing = [one.ref for one in told if one.status == "sent" and not live[one.place]]
    untold = [one.ref for one in told if one.status not in _LIVE and live[one.place]]
    undone = [one.ref for one in told if one.status not in _DONE]
    return [
        Finding("posts missing: sent by the API, not by the platform", len(missing), 0),
        Finding("posts that are live, and the API says otherwise", len(untold), 0, _name(untold)),
        Finding("deliveries that did not come to an end", len(undone), 0, _name(undone)),
    ]


def _judge_told(told: Sequence[Told], posts: Sequence[Json]) -> list[Finding]:
    ids = {post["external_id"] for post in posts if post["accepted"]}
    sent = [one for one in told if one.status == "sent" and one.place.channel != LOOKED_UP]
    other = [one.ref for one in sent if one.external_id not in ids]
    failed = [one for one in told if one.status == "failed" and one.error_class != "permanent"]
    return [
        Finding("sent under an id that the platform did not give", len(other), 0, _name(other)),
        Finding("failed without a refusal for good", len(failed), 0),
    ]


def _count_live(posts: Iterable[Json]) -> Counter[Place]:
    return Counter(Place(post["channel"], post["text"]) for post in posts if post["accepted"])


def _count_again(posts: Iterable[Json]) -> Counter[Place]:
    """The calls after the first that was accepted, also those that the platform refused."""
    live: set[Place] = set()
    again: Counter[Place] = Counter()
    for post in posts:
        place = Place(post["channel"], post["text"])
        again[place] += place in live
        if post["accepted"]:
            live.add(place)
    return +again


def _name(some: Iterable[Any]) -> str:
    return "; ".join(map(str, list(some)[:3]))
