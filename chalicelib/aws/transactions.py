"""DynamoDB transactions: several writes, of one or more tables, all or nothing."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.aws.attributes import Item, to_attributes
from chalicelib.aws.failures import (
    TRANSACTION_CANCELLED,
    cancellation_codes,
    error_code,
    is_contended,
    translate_errors,
)
from chalicelib.aws.table import Condition, Key, build_expressions
from chalicelib.errors import Unavailable

MAX_ACTIONS = 100  # of one transaction
PAUSES_S = (0.05, 0.1, 0.2, 0.4)  # at most, between the attempts of a contended transaction


class Put(NamedTuple):
    """Write the whole item, conditionally or not."""

    table: str
    item: Item
    condition: Condition | None = None


class Update(NamedTuple):
    """Change an item by an update expression, or make it.

    `change` and `condition` share their names and values.
    """

    table: str
    key: Key
    change: Condition
    condition: Condition | None = None


class Delete(NamedTuple):
    """Delete the item, conditionally or not; one that does not exist is deleted."""

    table: str
    key: Key
    condition: Condition | None = None


class Check(NamedTuple):
    """Write nothing, and refuse the transaction unless the item meets the condition."""

    table: str
    key: Key
    condition: Condition


Action = Put | Update | Delete | Check


def transact(
    client: Any, actions: Sequence[Action], *, pause: Callable[[float], None] = time.sleep
) -> list[str]:
    """Write all or nothing. Returns [] when written, else per action why it was refused.

    The codes are DynamoDB's cancellation reasons, "None" for an action that was not at fault. A
    transaction that met another one is tried again here: botocore's retries leave it alone.
    DynamoDB refuses more than MAX_ACTIONS, and two actions on one item.
    """
    for pause_s in PAUSES_S:
        try:
            return _transact_once(client, actions)
        except Unavailable as error:
            if not (isinstance(error.__cause__, ClientError) and is_contended(error.__cause__)):
                raise
            pause(random.uniform(0, pause_s))  # noqa: S311 jitter, no secret
    return _transact_once(client, actions)


def _transact_once(client: Any, actions: Sequence[Action]) -> list[str]:
    try:
        with translate_errors("the database"):
            client.transact_write_items(TransactItems=[_to_request(action) for action in actions])
    except ClientError as error:
        if error_code(error) != TRANSACTION_CANCELLED:
            raise
        return cancellation_codes(error)
    return []


def _to_request(action: Action) -> dict[str, Any]:
    """One element of `TransactItems`."""
    parts: dict[str, Any] = {"TableName": action.table}
    if isinstance(action, Put):
        parts["Item"] = to_attributes(action.item)
    else:
        parts["Key"] = to_attributes(action.key)
    change = action.change if isinstance(action, Update) else None
    parts |= build_expressions(UpdateExpression=change, ConditionExpression=action.condition)
    return {_NAMES[type(action)]: parts}


_NAMES: dict[type[Action], str] = {
    Put: "Put",
    Update: "Update",
    Delete: "Delete",
    Check: "ConditionCheck",
}
