"""The keys of the messages table: the partition of a message, its items and its index entries.

| Item | PK | SK | GSI1 | GSI2 |
|---|---|---|---|---|
| message | `MSG#<id>` | `METADATA` | `USER#<user>`, `MSG#<id>` | `STATUS#<status>[#<n>]`, time |
| delivery | `MSG#<id>` | `CHANNEL#<channel>[#<nn>]` | | |
| calendar entry | `MSG#<id>` | `CALENDAR` | `CALENDAR#<user>`, `<time>#<id>` | |
| certificate | `CERT#<id>` | `METADATA` | `USER#<user>`, `CERT#<id>` | `STATUS#…`, time |
| upload | `MEDIA#<id>` | `METADATA` | | |
| series | `SERIES#<id>` | `METADATA` | `USER#<user>`, `SERIES#<id>` | `STATUS#…`, time |
| calendar link | `CALENDARLINK#<user>` | `METADATA` | | |
| template | `TEMPLATE#<id>` | `METADATA` | `TEMPLATES`, `TEMPLATE#<id>` | |
| suppressed address | `SUPPRESSED#<digest>` | `METADATA` | `SUPPRESSED`, `<time>#<PK>` | |

GSI2 holds what is due: messages that are scheduled, queued ones until they are done, series
(`STATUS#recurring`) of which a message has to be made, and certificates (`STATUS#expiring`) of
whose expiry their owners are to be reminded; and, in one partition, the messages that wait for
approval (`STATUS#waiting`), by their time. Its sort key has whole seconds, since
`…:00.5Z` would sort before `…:00Z`. With more than one shard a status has as many partitions (`#1`
and so on), for a single one takes some 500 changes a second.
"""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.ids import join_key

METADATA, CALENDAR, CHANNEL = "METADATA", "CALENDAR", "CHANNEL"
USER_INDEX, DUE_INDEX = "GSI1", "GSI2"
SCHEDULED, QUEUED, RECURRING, EXPIRING = "scheduled", "queued", "recurring", "expiring"
WAITING = "waiting"  # for approval
SUPPRESSIONS, TEMPLATES = "SUPPRESSED", "TEMPLATES"


def message(message_id: str) -> dict[str, str]:
    """The key of a message."""
    return {"PK": join_key("MSG", message_id), "SK": METADATA}


def calendar(message_id: str) -> dict[str, str]:
    """The key of its calendar entry."""
    return {"PK": join_key("MSG", message_id), "SK": CALENDAR}


def delivery(message_id: str, name: str) -> dict[str, str]:
    """The key of a delivery; `name` is `facebook`, or `email#01` for a further recipient."""
    return {"PK": join_key("MSG", message_id), "SK": join_key(CHANNEL, *name.split("#"))}


def certification(certification_id: str) -> dict[str, str]:
    """The key of a certificate."""
    return {"PK": join_key("CERT", certification_id), "SK": METADATA}


def calendar_link(user: str) -> dict[str, str]:
    """The key of an author's calendar link."""
    return {"PK": join_key("CALENDARLINK", user), "SK": METADATA}


def media(media_id: str) -> dict[str, str]:
    """The key of an upload."""
    return {"PK": join_key("MEDIA", media_id), "SK": METADATA}


def series(series_id: str) -> dict[str, str]:
    """The key of a series."""
    return {"PK": join_key("SERIES", series_id), "SK": METADATA}


def template(template_id: str) -> dict[str, str]:
    """The key of a template."""
    return {"PK": join_key("TEMPLATE", template_id), "SK": METADATA}


def suppression(address: str) -> dict[str, str]:
    """The key of a suppressed address, which may have characters that no key part has."""
    digest = hashlib.sha256(normalize_address(address).encode()).hexdigest()
    return {"PK": join_key(SUPPRESSIONS, digest), "SK": METADATA}


def normalize_address(address: str) -> str:
    """An e-mail address as two spellings of it are compared: in lower case."""
    return address.strip().lower()


def user(user_id: str) -> str:
    """The partition of GSI1 with a user's messages."""
    return join_key("USER", user_id)


def user_calendar(user_id: str) -> str:
    """The partition of GSI1 with a user's calendar."""
    return join_key("CALENDAR", user_id)


def due(status: str, message_id: str, shards: int) -> str:
    """The partition of GSI2 for a message in `status`, for a series or for a certificate."""
    return due_partition(status, zlib.crc32(message_id.encode()) % shards)


def due_partition(status: str, shard: int) -> str:
    """A partition of GSI2; the first one has the plain name."""
    return join_key("STATUS", status, *([str(shard)] if shard else []))


def due_time(at: datetime) -> str:
    """A sort key of GSI2: whole seconds, 20 characters; `at` is in UTC."""
    # strftime would write the year 1 in one digit.
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def message_id(item: Mapping[str, Any]) -> str:
    """The id of the message, the series or the certificate that an item is of."""
    return str(item["PK"]).partition("#")[2]
