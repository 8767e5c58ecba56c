"""The relational schema: each kind's table, and where the value of each column is in an item.

What has no column is in `rest`, exactly as DynamoDB has it. There are no foreign keys but that of
order lines: a scan may meet a delivery without its message.
"""

from infra.transfer import kinds
from infra.transfer.relational import types
from infra.transfer.relational.columns import CONTENT, Column, Relation, columns, same
from infra.transfer.relational.publisher_tables import PUBLISHER

SCHEMA = "omnidata"
VERSION = 1

RELATIONS = (
    Relation(
        name="users",
        kind=kinds.USERS,
        key=("sub",),
        columns=(
            *same("sub", "email", "email_verified", "tenant"),
            Column("groups", types.TEXTS, ("groups",)),
        ),
    ),
    Relation(
        name="tenants",
        kind=kinds.TENANTS,
        key=("tenant_id",),
        columns=columns(
            tenant_id=(types.TEXT, "sk"),
            created_at=(types.SHORT_TIME, "created_at"),
            origin=(types.TEXT, "origin"),
            settings=(types.JSON, "settings"),
            version=(types.WHOLE, "version"),
        ),
        implied=lambda _: {"pk": {"S": "TENANT"}},
    ),
    Relation(
        name="records",
        kind=kinds.RECORDS,
        key=("user_id",),
        columns=(
            *columns(
                user_id=(types.TEXT, "user_id"),
                created_by=(types.TEXT, "_omni.created_by"),
                created_at=(types.SHORT_TIME, "_omni.created_at"),
                updated_at=(types.SHORT_TIME, "_omni.updated_at"),
                version=(types.WHOLE, "_omni.version"),
            ),
            CONTENT,
        ),
    ),
    Relation(
        name="orders",
        kind=kinds.ORDERS,
        key=("order_id",),
        columns=(
            *columns(
                order_id=(types.TEXT, "orderID"),
                placed_by=(types.TEXT, "placed_by"),
                status=(types.TEXT, "status"),
                day=(types.DAY, "day"),
                queued_at=(types.EXACT_TIME, "queued_at"),
                stored_at=(types.EXACT_TIME, "stored_at"),
                notified_at=(types.EXACT_TIME, "notified_at"),
                total=(types.NUMERIC, "total"),
                request_id=(types.TEXT, "request_id"),
                message_id=(types.TEXT, "message_id"),
            ),
            Column("line_count", types.WHOLE),
            Column("content", types.JSON, ("order",)),
        ),
        indexes=("queued_at", "placed_by"),
    ),
    Relation(
        name="order_lines",
        kind="",
        key=("order_id", "line"),
        columns=(
            Column("order_id", types.TEXT),
            Column("line", types.WHOLE),
            *columns(
                sku=(types.TEXT, "sku"),
                quantity=(types.NUMERIC, "quantity"),
                unit_price=(types.NUMERIC, "unit_price"),
                note=(types.TEXT, "note"),
            ),
        ),
    ),
    Relation(
        name="log_records",
        kind=kinds.LOGS,
        key=("tenant_id", "sk"),
        columns=(
            *same("tenant_id", "sk", "log_id", "severity", "text", "source", "arrival"),
            *columns(
                ts=(types.SHORT_TIME, "ts"),
                received_at=(types.SHORT_TIME, "received_at"),
                attrs=(types.JSON, "attrs"),
                expires_at=(types.WHOLE, "expires_at"),
            ),
        ),
        indexes=("tenant_id, ts",),
    ),
    Relation(
        name="history",
        kind=kinds.HISTORY,
        key=("pk", "sk"),
        columns=(*same("pk", "sk"), Column("expires_at", types.WHOLE, ("expires_at",)), CONTENT),
    ),
    *PUBLISHER,
)
ORDER_LINES = next(relation for relation in RELATIONS if relation.name == "order_lines")
