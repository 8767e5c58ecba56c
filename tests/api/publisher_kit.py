"""Authors on a stage with recipients and platforms of the test's own."""

from typing import Any

import msgspec
from support.clouds import RESOURCES
from support.events import Context, kinesis_record
from support.platforms import Platform, PlatformResponse

from chalicelib.aws import Aws
from chalicelib.aws.table import Table
from chalicelib.settings import api_settings

MESSAGES, MEDIA, CERTIFICATES = "/api/v1/messages", "/api/v1/media", "/api/v1/certifications"
LATER = "2030-01-31T09:00:00Z"
DRAFT = {"content": "Hello", "channels": ["facebook", "sms"], "draft": True}
SCHEDULED = {"content": "Hello", "channels": ["facebook", "sms"], "scheduled_at": LATER}
TEMPLATES = "/api/v1/templates"
TEMPLATE = {"name": "Opening", "content": "We open in {{place}}.", "channels": ["facebook"]}
SERIES, OCCURRENCES = "/api/v1/series", "/api/v1/occurrences"
# Every day of January 2029 at nine in Berlin, where that is eight in UTC.
RECURS = {
    "rrule": "FREQ=DAILY;COUNT=31",
    "starts_at": "2029-01-01T09:00:00",
    "time_zone": "Europe/Berlin",
}
AT = "20290101T090000"  # the first one
_TABLE = next(table.name for table in RESOURCES.tables if table.variable == "MESSAGES_TABLE")


def stage_of(platform_url: str, **more: Any) -> dict[str, Any]:
    """The settings of a stage whose platforms are at this address, with others of the publisher."""
    publisher = msgspec.structs.replace(
        api_settings().publisher,
        meta_base_url=platform_url,
        linkedin_base_url=platform_url,
        mail_from="omnidata@example.com",
        emails=("team@example.com",),
        phones=("+15555550100",),
        **more,
    )
    return {"publisher": publisher}


def author_of(callers: Any, sub: str = "ada") -> Any:
    """Someone of the group `publisher`."""
    return callers.user(sub, **{"cognito:groups": "publisher"})


def made(author: Any, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a creation made."""
    status, answer = author.send("POST", path, body)
    assert status == 201, answer
    return answer


def as_listed(message: dict[str, Any]) -> dict[str, Any]:
    """A message as lists have it: without the attempts at its deliveries."""
    channels = [{**delivery, "last_attempts": None} for delivery in message["channels"]]
    return {**message, "channels": channels}


def stored(aws: Aws) -> list[dict[str, Any]]:
    """Everything in the messages table."""
    return Table(aws.client("dynamodb"), _TABLE).scan(1000).items


def deliver(message: dict[str, Any]) -> None:
    """Let the stream's handler deliver a message's channels."""
    import app

    names = [delivery["channel"] for delivery in message["channels"]]
    records = [kinesis_record(message["id"], name, n) for n, name in enumerate(names)]
    assert app.deliver_messages({"Records": records}, Context()) == {"batchItemFailures": []}


def meta_error(code: int, status: int = 400) -> PlatformResponse:
    """An error of Meta's."""
    return PlatformResponse(status=status, body={"error": {"code": code, "message": "said so"}})


def set_up(platform: Platform) -> None:
    """Let a page take what it is sent."""
    platform.will("/feed", PlatformResponse(body={"id": "1001_1"}))
