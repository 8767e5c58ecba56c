"""Compares what the API says of each delivery with what the platforms accepted; pure."""

import itertools
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
class Reported:
    """A delivery as the API reports it; `ref` is its message's id and its channel."""

    ref: str
    place: Place
    status: str
    external_id: str | None = None
    error_class: str | None = None


def read_all(messages: Iterable[Json]) -> list[Reported]:
    """The deliveries of messages of the API, of one recipient a channel."""
    return [
        Reported(
            ref=f"{message['id']}#{delivery['channel']}",
            place=Place(delivery["channel"], message["content"]),
            status=delivery["status"],
            external_id=delivery["external_id"],
            error_class=(delivery["error"] or {}).get("class"),
        )
        for message in messages
        for delivery in message["channels"]
    ]


def judge(deliveries: Sequence[Reported], posts: Sequence[Json]) -> list[Finding]:
    """Each promise about deliveries; `posts` are the journal's publish calls, oldest first."""
    live, again = _count_live(posts), _count_again(posts)
    known = {delivery.place for delivery in deliveries}
    doubled = {place: count - 1 for place, count in live.items() if count > 1}
    return [
        Finding("posts doubled", sum(doubled.values()), 0, _name(doubled)),
        Finding("publish calls after the post was live", again.total(), 0, _name(again)),
        Finding("posts nobody asked for", len(live.keys() - known), 0),
        *_judge_lost(deliveries, live),
        *_judge_reports(deliveries, posts),
    ]


def describe(deliveries: Sequence[Reported], posts: Sequence[Json]) -> str:
    """The counts by status, and what became of the unconfirmed."""
    live = _count_live(posts)
    counts = Counter(delivery.status for delivery in deliveries)
    unknown = [delivery for delivery in deliveries if delivery.status == "unconfirmed"]
    found = sum(live[delivery.place] for delivery in unknown)
    parts = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    refused = sum(not post["accepted"] for post in posts)
    return (
        f"{len(deliveries)} deliveries: {parts} ({found} of the unconfirmed are live); "
        f"{live.total()} posts accepted, {refused} calls refused."
    )


def _judge_lost(deliveries: Sequence[Reported], live: Counter[Place]) -> list[Finding]:
    missing = [
        delivery
        for delivery in deliveries
        if delivery.status == "sent" and not live[delivery.place]
    ]
    denied = [
        delivery for delivery in deliveries if delivery.status not in _LIVE and live[delivery.place]
    ]
    open_ = [delivery for delivery in deliveries if delivery.status not in _DONE]
    return [
        Finding("posts missing, of deliveries that are sent", len(missing), 0, _name(missing)),
        Finding("posts that are live and not reported", len(denied), 0, _name(denied)),
        Finding("deliveries that did not end", len(open_), 0, _name(open_)),
    ]


def _judge_reports(deliveries: Sequence[Reported], posts: Sequence[Json]) -> list[Finding]:
    ids = {post["external_id"] for post in posts if post["accepted"]}
    sent = [
        delivery
        for delivery in deliveries
        if delivery.status == "sent" and delivery.place.channel != LOOKED_UP
    ]
    foreign = [delivery for delivery in sent if delivery.external_id not in ids]
    failed = [
        delivery
        for delivery in deliveries
        if delivery.status == "failed" and delivery.error_class != "permanent"
    ]
    return [
        Finding("sent with an id that no platform gave", len(foreign), 0, _name(foreign)),
        Finding("failed without a permanent error", len(failed), 0, _name(failed)),
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


def _name(some: Iterable[Place | Reported]) -> str:
    """The first three."""
    names = (" ".join(item) if isinstance(item, Place) else item.ref for item in some)
    return "; ".join(itertools.islice(names, 3))
