"""One DynamoDB table: items in, items out, failures by their domain names."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.aws.attributes import Item, from_attributes, to_attributes
from chalicelib.aws.failures import CONDITION_FAILED, error_code, translate_errors

Key = Mapping[str, str]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


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
    """Some items of a scan or query and the key to go on from, None at the end.

    `scanned` were read for it, of which a filter may have left out some.
    """

    items: list[Item]
    last_key: Item | None
    scanned: int = 0


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
                **build_expressions(ConditionExpression=condition),
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
                **build_expressions(ConditionExpression=condition),
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
                **build_expressions(UpdateExpression=change, ConditionExpression=condition),
            )
        return from_attributes(response["Attributes"])

    def add(self, key: Key, attribute: str, amount: int) -> None:
        """Add to a counter, which starts at zero."""
        self.add_all(key, {attribute: amount})

    def add_all(
        self, key: Key, amounts: Mapping[str, int], values: Mapping[str, Any] = _NOTHING
    ) -> bool:
        """Add to counters of an item, which start at zero, and set its `values`.

        Returns whether a retry may have added the amounts twice.
        """
        names = {f"#{n}": name for n, name in enumerate((*amounts, *values))}
        # Without spaces: an expression has 4 KB at most.
        added = ",".join(f"#{n} :{n}" for n in range(len(amounts)))
        changed = ",".join(f"#{n}=:{n}" for n in range(len(amounts), len(names)))
        change = Condition(
            f"ADD {added}" + (f" SET {changed}" if values else ""),
            names,
            {f":{n}": value for n, value in enumerate((*amounts.values(), *values.values()))},
        )
        with translate_errors("the database"):
            response = self.client.update_item(
                TableName=self.name,
                Key=to_attributes(key),
                **build_expressions(UpdateExpression=change),
            )
        return bool(response["ResponseMetadata"]["RetryAttempts"])

    def scan(
        self, limit: int, start: Item | None = None, matching: Condition | None = None
    ) -> Page:
        """Items from `start` on, in the table's own order.

        At most `limit` are read, and a megabyte, then those left out that `matching` does not let
        through.
        """
        more = {} if start is None else {"ExclusiveStartKey": to_attributes(start)}
        filtered = build_expressions(FilterExpression=matching)
        with translate_errors("the database"):
            response = self.client.scan(TableName=self.name, Limit=limit, **more, **filtered)
        return _page(response)

    def about_count(self) -> int:
        """How many items there are, as DynamoDB counts them about every six hours."""
        with translate_errors("the database"):
            response = self.client.describe_table(TableName=self.name)
        return int(response["Table"]["ItemCount"])

    def query(
        self, name: str, value: str, *, forward: bool = True, consistent: bool = False
    ) -> list[Item]:
        """Every item of a small partition; the arguments are those of `query_page`."""
        partition = Condition("#k = :k", {"#k": name}, {":k": value})
        items: list[Item] = []
        start: Item | None = None
        while True:
            page = self.query_page(partition, start=start, forward=forward, consistent=consistent)
            items += page.items
            start = page.last_key
            if start is None:
                return items

    def query_page(  # noqa: PLR0913 the parts of a query
        self,
        key: Condition,
        *,
        limit: int | None = None,
        start: Item | None = None,
        index: str | None = None,
        matching: Condition | None = None,
        only: Condition | None = None,
        forward: bool = True,
        consistent: bool = False,
    ) -> Page:
        """Items of one partition by `key`, in the order of the sort key or, backward, against it.

        At most `limit` are read, then those left out that `matching` does not let through: a page
        may be empty and not the last. Unless `consistent`, which an index cannot be, it may lag
        behind the last acknowledged write. `only` lists the attributes to return. The expressions
        share their names (`#n`) and values (`:v`).
        """
        parameters = {
            "Limit": limit,
            "ExclusiveStartKey": None if start is None else to_attributes(start),
            "IndexName": index,
            **build_expressions(
                KeyConditionExpression=key, FilterExpression=matching, ProjectionExpression=only
            ),
        }
        with translate_errors("the database"):
            response = self.client.query(
                TableName=self.name,
                ScanIndexForward=forward,
                ConsistentRead=consistent,
                **{name: value for name, value in parameters.items() if value is not None},
            )
        return _page(response)


def build_expressions(**expressions: Condition | None) -> dict[str, Any]:
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


def _page(response: Mapping[str, Any]) -> Page:
    last = response.get("LastEvaluatedKey")
    return Page(
        [from_attributes(attributes) for attributes in response["Items"]],
        None if last is None else from_attributes(last),
        int(response["ScannedCount"]),
    )


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
