"""One DynamoDB table: items in, items out, failures by their domain names."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.aws.attributes import Item, from_attributes, to_attributes
from chalicelib.aws.failures import (
    CONDITION_FAILED,
    TRANSACTION_CANCELLED,
    cancellation_codes,
    error_code,
    is_contended,
    translated,
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
    """A condition expression with its names (`#n`) and values (`:v`)."""

    expression: str
    names: Mapping[str, str] = {}
    values: Mapping[str, Any] = {}


class Page(NamedTuple):
    """Some items of a scan or query and the key to go on from, None at the end."""

    items: list[Item]
    last_key: Item | None


class Table:
    """A table by name; `client` is a low-level DynamoDB client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key) -> Item | None:
        """The item as of the last acknowledged write (a strongly consistent read)."""
        with translated("the database"):
            answer = self._client.get_item(
                TableName=self.name, Key=to_attributes(key), ConsistentRead=True
            )
        found = answer.get("Item")
        return None if found is None else from_attributes(found)

    def put(self, item: Item, condition: Condition | None = None) -> None:
        """Write the whole item.

        Raises ConditionFailed with what is stored instead.
        """
        with _condition(), translated("the database"):
            self._client.put_item(
                TableName=self.name,
                Item=to_attributes(item),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_parameters(condition),
            )

    def delete(self, key: Key, condition: Condition) -> None:
        """Delete the item.

        Raises ConditionFailed with what is stored instead.
        """
        with _condition(), translated("the database"):
            self._client.delete_item(
                TableName=self.name,
                Key=to_attributes(key),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_parameters(condition),
            )

    def add(self, key: Key, attribute: str, amount: int) -> None:
        """Add to a counter, which starts at zero."""
        with translated("the database"):
            self._client.update_item(
                TableName=self.name,
                Key=to_attributes(key),
                UpdateExpression="ADD #a :n",
                ExpressionAttributeNames={"#a": attribute},
                ExpressionAttributeValues=to_attributes({":n": amount}),
            )

    def scan(self, limit: int, start: Item | None = None) -> Page:
        """At most `limit` items from `start` on, in the table's own order."""
        more = {} if start is None else {"ExclusiveStartKey": to_attributes(start)}
        with translated("the database"):
            answer = self._client.scan(TableName=self.name, Limit=limit, **more)
        return _page(answer)

    def query(self, name: str, value: str) -> list[Item]:
        """Every item of a small partition, in the order of its sort key."""
        items: list[Item] = []
        more: dict[str, Any] = {}
        while True:
            with translated("the database"):
                answer = self._client.query(
                    TableName=self.name,
                    KeyConditionExpression="#k = :k",
                    ExpressionAttributeNames={"#k": name},
                    ExpressionAttributeValues=to_attributes({":k": value}),
                    **more,
                )
            page = _page(answer)
            items += page.items
            if page.last_key is None:
                return items
            more = {"ExclusiveStartKey": to_attributes(page.last_key)}


class Put(NamedTuple):
    """One conditional put of a transaction."""

    table: str
    item: Item
    condition: Condition


def transact(
    client: Any, puts: list[Put], *, pause: Callable[[float], None] = time.sleep
) -> list[str]:
    """Write all or nothing. Answers [] when written, else per put why it was refused.

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
        with translated("the database"):
            client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": put.table,
                            "Item": to_attributes(put.item),
                            **_parameters(put.condition),
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


def _page(answer: Mapping[str, Any]) -> Page:
    last = answer.get("LastEvaluatedKey")
    return Page(
        [from_attributes(each) for each in answer["Items"]],
        None if last is None else from_attributes(last),
    )


def _parameters(condition: Condition | None) -> dict[str, Any]:
    if condition is None:
        return {}
    parameters: dict[str, Any] = {"ConditionExpression": condition.expression}
    if condition.names:
        parameters["ExpressionAttributeNames"] = dict(condition.names)
    if condition.values:
        parameters["ExpressionAttributeValues"] = to_attributes(condition.values)
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
