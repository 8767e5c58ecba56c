"""Who calls, and what they may do."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

PersonId = Annotated[str, Meta(examples=["7f0a5c1e-30a1-7093-4d2c-6c1d2f0e9b11"])]


class PermittedVerb(StrEnum):
    """Something that a person may be allowed to do."""

    RECORDS_READ = "records.read"
    RECORDS_WRITE = "records.write"
    RECORDS_LIST = "records.list"
    RECORDS_IMPORT = "records.import"
    SEARCHES_COUNT = "searches.count"
    ORDERS_PLACE = "orders.place"
    ORDERS_READ = "orders.read"
    ORDERS_LIST = "orders.list"
    LOGS_READ = "logs.read"
    LOGS_READ_ANY = "logs.read_any"
    AUDIT_READ = "audit.read"
    TENANTS_MANAGE = "tenants.manage"
    MESSAGES_READ = "messages.read"
    MESSAGES_WRITE = "messages.write"
    MESSAGES_APPROVE = "messages.approve"
    TEMPLATES_WRITE = "templates.write"
    CERTIFICATIONS_MANAGE = "certifications.manage"
    SUPPRESSIONS_WRITE = "suppressions.write"
    SUPPRESSIONS_REMOVE = "suppressions.remove"
    WEBHOOKS_MANAGE = "webhooks.manage"
    PIPELINE_READ = "pipeline.read"
    DEAD_LETTERS_READ = "dead_letters.read"
    DEAD_LETTERS_REDRIVE = "dead_letters.redrive"
    DEAD_LETTERS_DELETE = "dead_letters.delete"


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls, by their ID token, and what they may do on this stage.

    `may` decides nothing: it says what the routes will let this person do. A record or an order may
    still be somebody else's.
    """

    id: PersonId
    email: Annotated[str, Meta(examples=["ada@example.com"])]
    tenant: Annotated[str, Meta(examples=["acme"])] | None
    groups: Annotated[list[str], Meta(examples=[["operator", "publisher"]])]
    stage: Annotated[str, Meta(examples=["dev"])]
    may: Annotated[
        list[PermittedVerb], Meta(examples=[["records.read", "orders.place", "logs.read"]])
    ]
