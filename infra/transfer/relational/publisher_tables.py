"""The tables of the publisher: messages with their channels, and what belongs to them."""

from collections.abc import Callable

from infra.transfer import kinds
from infra.transfer.relational import types
from infra.transfer.relational.columns import Column, Relation, columns, same, times
from infra.transfer.typed import Item, text_of


def _of_messages(prefix: str) -> Callable[[Item], Item]:
    """The id is in the key, and the sort key the same for all."""
    return lambda item: {
        "SK": {"S": "METADATA"},
        "id": {"S": text_of(item, "PK").removeprefix(prefix)},
    }


_TEXT = (
    *same("content", "subject"),
    *columns(
        channels=(types.TEXTS, "channels"),
        media=(types.TEXTS, "media"),
        overrides=(types.JSON, "overrides"),
    ),
)
_COMPOSITION = (*_TEXT, Column("recipients", types.JSON, ("recipients",)))
_OWNED = (Column("owner", types.TEXT, ("user",)), *times("created_at"))
_CHANGED = (*_OWNED, *times("updated_at"), Column("rev", types.WHOLE, ("rev",)))

PUBLISHER = (
    Relation(
        name="messages",
        kind=kinds.MESSAGES,
        key=("id",),
        nullable=True,
        implied=_of_messages("MSG#"),
        columns=(
            Column("id", types.prefixed("MSG#"), ("PK",)),
            *_CHANGED,
            *same("status", "request_id", "time_zone", "series_id", "occurrence", "template_id"),
            *_COMPOSITION,
            *times("due_at", "released_at", "scheduled_at", "look_at"),
            *columns(
                deliveries=(types.TEXTS, "deliveries"),
                notes=(types.TEXTS, "notes"),
                looks=(types.WHOLE, "looks"),
                approval=(types.JSON, "approval"),
                adapt=(types.JSON, "adapt"),
                adapted=(types.JSON, "adapted"),
            ),
        ),
        indexes=("owner, created_at", "status, due_at"),
    ),
    Relation(
        name="message_channels",
        kind=kinds.DELIVERIES,
        key=("message_id", "name"),
        nullable=True,
        implied=lambda item: {"name": {"S": text_of(item, "SK").removeprefix("CHANNEL#")}},
        columns=(
            Column("message_id", types.prefixed("MSG#"), ("PK",)),
            Column("name", types.prefixed("CHANNEL#"), ("SK",)),
            *same("channel", "status", "target", "text", "external_id", "permalink"),
            *same("lease_owner"),
            *times("next_attempt_at", "lease_until", "armed_at", "sent_at"),
            *columns(
                attempts=(types.WHOLE, "attempts"),
                prepared=(types.JSON, "prepared"),
                error=(types.JSON, "error"),
                was_unconfirmed=(types.FLAG, "was_unconfirmed"),
                last_attempts=(types.JSON, "last_attempts"),
            ),
        ),
        indexes=("status, next_attempt_at",),
    ),
    Relation(
        name="certifications",
        kind=kinds.CERTIFICATIONS,
        key=("id",),
        nullable=True,
        implied=_of_messages("CERT#"),
        columns=(
            Column("id", types.prefixed("CERT#"), ("PK",)),
            *_CHANGED,
            *same("name", "issuer", "credential_id", "verify_url", "badge_media"),
            *same("owner_email", "request_id", "last_reminder_message_id"),
            *columns(
                public=(types.FLAG, "public"),
                issued_on=(types.DAY, "issued_on"),
                expires_on=(types.DAY, "expires_on"),
                announced=(types.JSON, "announced"),
            ),
        ),
        indexes=("owner, created_at",),
    ),
    Relation(
        name="series",
        kind=kinds.SERIES,
        key=("id",),
        nullable=True,
        implied=_of_messages("SERIES#"),
        columns=(
            Column("id", types.prefixed("SERIES#"), ("PK",)),
            *_CHANGED,
            *_COMPOSITION,
            *same("rrule", "starts_at", "time_zone", "last_at", "request_id", "last_message_id"),
            *times("after", "next_at"),
            *columns(
                edits=(types.JSON, "edits"),
                missed=(types.JSON, "missed"),
                approved=(types.JSON, "approved"),
            ),
        ),
        indexes=("owner, created_at",),
    ),
    Relation(
        name="templates",
        kind=kinds.TEMPLATES,
        key=("id",),
        nullable=True,
        implied=_of_messages("TEMPLATE#"),
        columns=(
            Column("id", types.prefixed("TEMPLATE#"), ("PK",)),
            *_CHANGED,
            *same("name"),
            *_TEXT,
            Column("fields", types.TEXTS, ("fields",)),
        ),
    ),
    Relation(
        name="suppressions",
        kind=kinds.SUPPRESSIONS,
        key=("digest",),
        nullable=True,
        implied=lambda _: {"SK": {"S": "METADATA"}},
        columns=(
            Column("digest", types.prefixed("SUPPRESSED#"), ("PK",)),
            *same("address", "reason", "message_id", "note"),
            *times("at"),
        ),
        indexes=("address",),
    ),
    Relation(
        name="media",
        kind=kinds.MEDIA,
        key=("id",),
        nullable=True,
        implied=_of_messages("MEDIA#"),
        columns=(
            Column("id", types.prefixed("MEDIA#"), ("PK",)),
            *_OWNED,
            *same("key", "content_type", "status"),
            *columns(
                size_bytes=(types.WHOLE, "size_bytes"),
                width=(types.WHOLE, "width"),
                height=(types.WHOLE, "height"),
                shared=(types.FLAG, "shared"),
            ),
            Column("object", types.Type("bytea", types.TEXT.to_text, types.TEXT.from_text)),
        ),
    ),
)
