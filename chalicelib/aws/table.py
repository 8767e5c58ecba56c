"""One DynamoDB table: items in, items out, failures by their domain names."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.aws.attributes import Item, from_attributes, to_attributes
from chalicelib.aws.failures import (
    CONDITION_FAILED,
    TRANSACTION_CANCELLED,
    cancellation_codes,
    error_code,
    is_contended,
    translate_errors,
)
from chalicelib.errors import Unavailable

PAUSES_S = (0.05, 0.1, 0.2, 0.4)  # at most, between the attempts of a contended transaction

Key = Mapping[str, str]


class ConditionFailed(Exception):
    """A conditional write met another state; `existing` is that item, or None if there is none."""

    def __init__(self, existing: Item | None) -> None:
        super().__init__("the condition failed")
        self.existing = existing


class Condition(NamedTuple):
    """A condition, or another expression, with its names (`#n`) and values (`:v`)."""

    expression: str
    names: Mapping[str, str] = {}
    values: Mapping[str, Any] = {}


class Page(NamedTuple):
    """Some items of a scan or query and the key to go on from, None at the end."""

    items: list[Item]
    last_key: Item | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table by name; `client` is a low-level DynamoDB client."""

    client: Any
    name: str

    def get(self, key: Key) -> Item | None:
        """The item as of the last acknowledged write (a strongly consistent read)."""
        with translate_errors("the database"):
            response = self.client.get_item(
                TableName=self.name, Key=to_attributes(key), ConsistentRead=True
            )
        found = response.get("Item")
        return None if found is None else from_attributes(found)

    def put(self, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item.

        Raises ConditionFailed with what is stored instead.
        """
        with _condition(), translate_errors("the database"):
            self.client.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_expressions(ConditionExpression=condition),
            )

    def delete(self, key: Key, condition: Condition) -> None:
        """Delete the item.

        Raises ConditionFailed with what is stored instead.
        """
        with _condition(), translate_errors("the database"):
            self.client.delete_item(
                TableName=self.name,
                Key=to_attributes(key),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_expressions(ConditionExpression=condition),
            )

    def update(self, key: Key, change: Condition, condition: Condition | None = None) -> Item:
        """Change an item by an update expression, or make it; returns the item as it is then.

        `change` and `condition` share their names and values.
        Raises ConditionFailed with what is stored instead.
        """
        with _condition(), translate_errors("the database"):
            response = self.client.update_item(
                TableName=self.name,
                Key=to_attributes(key),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_expressions(UpdateExpression=change, ConditionExpression=condition),
            )
        return from_attributes(response["Attributes"])

    def add(self, key: Key, attribute: str, amount: int) -> None:
        """Add to a counter, which starts at zero."""
        self.update(key, Condition("ADD #a :n", {"#a": attribute}, {":n": amount}))

    def scan(self, limit: int, start: Item | None = None) -> Page:
        """At most `limit` items from `start` on, in the table's own order."""
        more = {} if start is None else {"ExclusiveStartKey": to_attributes(start)}
        with translate_errors("the database"):
            response = self.client.scan(TableName=self.name, Limit=limit, **more)
        return _page(response)

    def query(self, name: str, value: str) -> list[Item]:
        """Every item of a small partition, in the order of its sort key."""
        partition = Condition("#k = :k", {"#k": name}, {":k": value})
        page = self.query_page(partition)
        items = page.items
        while page.last_key is not None:
            page = self.query_page(partition, start=page.last_key)
            items += page.items
        return items

    def query_page(  # noqa: PLR0913 the parts of a query
        self,
        key: Condition,
        *,
        limit: int | None = None,
        start: Item | None = None,
        index: str | None = None,
        matching: Condition | None = None,
        forward: bool = True,
    ) -> Page:
        """Items of one partition by `key`, in the order of the sort key or, backward, against it.

        At most `limit` are read, then those left out that `matching` does not let through: a page
        may be empty and not the last. It may lag behind the last acknowledged write. `key` and
        `matching` share their names (`#n`) and values (`:v`).
        """
        parameters = {
            "Limit": limit,
            "ExclusiveStartKey": None if start is None else to_attributes(start),
            "IndexName": index,
            **_expressions(KeyConditionExpression=key, FilterExpression=matching),
        }
        with translate_errors("the database"):
            response = self.client.query(
                TableName=self.name,
                ScanIndexForward=forward,
                **{name: value for name, value in parameters.items() if value is not None},
            )
        return _page(response)


class Put(NamedTuple):
    """One put of a transaction, conditional or not."""

    table: str
    item: Item
    condition: Condition | None = None


def transact(
    client: Any, puts: list[Put], *, pause: Callable[[float], None] = time.sleep
) -> list[str]:
    """Write all or nothing. Returns [] when written, else per put why it was refused.

    The codes are DynamoDB's cancellation reasons, "None" for a put that was not at fault. A
    transaction that met another one is tried again here: botocore's retries leave it alone.
    """
    for pause_s in PAUSES_S:
        try:
            return _transact_once(client, puts)
        except Unavailable as error:
            if not (isinstance(error.__cause__, ClientError) and is_contended(error.__cause__)):
                raise
            pause(random.uniform(0, pause_s))  # noqa: S311 jitter, no secret
    return _transact_once(client, puts)


def _transact_once(client: Any, puts: list[Put]) -> list[str]:
    try:
        with translate_errors("the database"):
            client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": put.table,
                            "Item": to_attributes(put.item),
                            **_expressions(ConditionExpression=put.condition),
                        }
                    }
                    for put in puts
                ]
            )
    except ClientError as error:
        if error_code(error) != TRANSACTION_CANCELLED:
            raise
        return cancellation_codes(error)
    return []


def _page(response: Mapping[str, Any]) -> Page:
    last = response.get("LastEvaluatedKey")
    return Page(
        [from_attributes(attributes) for attributes in response["Items"]],
        None if last is None else from_attributes(last),
    )


def _expressions(**expressions: Condition | None) -> dict[str, Any]:
    """Parameters of a call: each expression by its name, and the names and values they share."""
    given = {name: expression for name, expression in expressions.items() if expression is not None}
    names = {
        name: value for expression in given.values() for name, value in expression.names.items()
    }
    values = {
        name: value for expression in given.values() for name, value in expression.values.items()
    }
    parameters: dict[str, Any] = {name: expression.expression for name, expression in given.items()}
    if names:
        parameters["ExpressionAttributeNames"] = names
    if values:
        parameters["ExpressionAttributeValues"] = to_attributes(values)
    return parameters


@contextmanager
def _condition() -> Iterator[None]:
    """Turn the failed condition of a single write into ConditionFailed."""
    try:
        yield
    except ClientError as error:
        if error_code(error) != CONDITION_FAILED:
            raise
        existing: Any = error.response.get("Item")
        found = None if existing is None else from_attributes(existing)
        raise ConditionFailed(found) from error
