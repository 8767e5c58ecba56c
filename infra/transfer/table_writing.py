"""Items into a table unless their keys are taken, many at a time; and what is there by its keys."""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.bulk import AGAIN, DUPLICATE, PAUSES_S, READ_BATCH, WRITE_BATCH
from chalicelib.errors import Unavailable
from infra.transfer.refusal import MoveRefused
from infra.transfer.typed import Item, from_wire, to_wire

_STATEMENT = 8192  # characters at most, by DynamoDB's quotas

_Key = str  # an item's key as text
_Batch = dict[_Key, Item]


@dataclass(frozen=True)
class TableWriter:
    """A table by its name and its key attributes; `client` is DynamoDB's."""

    client: Any
    name: str
    key: tuple[str, ...]
    pause: Callable[[float], None] = time.sleep

    def read(self, items: Sequence[Item]) -> _Batch:
        """What is stored under the keys of these items, by `key_of`."""
        found: _Batch = {}
        keys = {self.key_of(item): self._key(item) for item in items}
        for batch in _parts(keys, READ_BATCH):
            self._repeat(batch, lambda some: self._get(some, found))
        return found

    def insert(self, items: Sequence[Item]) -> set[_Key]:
        """Write the items whose keys are free; returns the keys that were taken.

        Raises MoveRefused for an item that DynamoDB does not take, Unavailable.
        """
        taken: set[_Key] = set()
        short = {
            self.key_of(item): item for item in items if len(self._statement(item)) <= _STATEMENT
        }
        for batch in _parts(short, WRITE_BATCH):
            self._repeat(batch, lambda some: self._insert(some, taken))
        for item in items:
            if self.key_of(item) not in short and not self.put(item, self._absent()):
                taken.add(self.key_of(item))
        return taken

    def put(self, item: Item, condition: dict[str, Any] | None = None) -> bool:
        """Write the whole item; False if the condition does not hold."""
        return self._change(self.client.put_item, condition, Item=to_wire(item))

    def delete(self, item: Item, condition: dict[str, Any]) -> bool:
        """Delete the item; False if the condition does not hold."""
        return self._change(self.client.delete_item, condition, Key=self._key(item))

    def update(self, item: Item, change: dict[str, Any]) -> bool:
        """Change the item by expressions; False if their condition does not hold."""
        return self._change(self.client.update_item, change, Key=self._key(item))

    def key_of(self, item: Item) -> _Key:
        """The item's key as one text."""
        return json.dumps([item[name]["S"] for name in self.key])

    def _absent(self) -> dict[str, Any]:
        return {
            "ConditionExpression": "attribute_not_exists(#k)",
            "ExpressionAttributeNames": {"#k": self.key[0]},
        }

    def _change(
        self, call: Callable[..., Any], condition: dict[str, Any] | None, **what: Any
    ) -> bool:
        try:
            call(TableName=self.name, **what, **(condition or {}))
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _get(self, batch: _Batch, found: _Batch) -> _Batch:
        asked = {"Keys": list(batch.values()), "ConsistentRead": True}
        response = self.client.batch_get_item(RequestItems={self.name: asked})
        for item in response["Responses"].get(self.name, []):
            found[self.key_of(item)] = from_wire(item)
        left = response.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
        return {self.key_of(key): key for key in left}

    def _insert(self, batch: _Batch, taken: set[_Key]) -> _Batch:
        """Insert a batch; returns what is to be tried again."""
        statements = [
            {"Statement": self._statement(item), "Parameters": list(to_wire(item).values())}
            for item in batch.values()
        ]
        responses = self.client.batch_execute_statement(Statements=statements)["Responses"]
        again: _Batch = {}
        for (key, item), response in zip(batch.items(), responses, strict=True):
            error = response.get("Error", {})
            code = error.get("Code")
            if code in AGAIN:
                again[key] = item
            elif code == DUPLICATE:
                taken.add(key)
            elif code is not None:
                raise MoveRefused(f"DynamoDB does not take {key}: {error.get('Message', code)}")
        return again

    def _statement(self, item: Item) -> str:
        names = ", ".join("'{}': ?".format(name.replace("'", "''")) for name in item)
        return f'INSERT INTO "{self.name}" VALUE {{{names}}}'

    def _key(self, item: Item) -> Item:
        return {name: item[name] for name in self.key}

    def _repeat(self, batch: _Batch, call: Callable[[_Batch], _Batch]) -> None:
        """Call until nothing is left; raises Unavailable when something still is."""
        for pause_s in (0.0, *PAUSES_S):
            self.pause(random.uniform(0, pause_s))  # noqa: S311 jitter, no secret
            batch = call(batch)
            if not batch:
                return
        raise Unavailable("the database is not available; run the same command again to go on")


def _parts(items: _Batch, size: int) -> list[_Batch]:
    keys = list(items)
    return [{key: items[key] for key in keys[n : n + size]} for n in range(0, len(keys), size)]
