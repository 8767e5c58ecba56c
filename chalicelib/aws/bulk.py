"""Many items of one DynamoDB table in few calls, in which only what failed is tried again.

The emulator's own PartiQL inserts leave no stream record; `infra.local.emulator` mends that, so
that a table's stream reports them there as it does on AWS.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import observability
from chalicelib.aws.attributes import Item, from_attributes, to_attribute, to_attributes
from chalicelib.aws.failures import error_code, reason, translate_errors
from chalicelib.aws.table import Key
from chalicelib.errors import TooLarge, Unavailable

WRITE_BATCH = 25  # the most statements or puts DynamoDB takes in one call
READ_BATCH = 100
PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8)  # at most, between the attempts of what was throttled

# BatchStatementError: per statement, and without the ending of the exceptions' names.
DUPLICATE = "DuplicateItem"
AGAIN = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
REFUSED = "ValidationException"

_Ident = tuple[Any, ...]
_Batch = dict[_Ident, Item]
_Call = Callable[[_Batch], _Batch]  # one call; returns what is to be tried again

_log = observability.logger(__name__)


class Outcome(StrEnum):
    """What became of an insert. After a lost response, EXISTS may be this caller's own insert."""

    NEW = "new"
    EXISTS = "exists"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Bulk:
    """A table by name and the names of its key attributes; `client` is a low-level client.

    `stamp` completes the items of each call right before it, so again before each attempt.
    `pauses_s` are the longest waits before a call is made again for what was throttled.
    """

    client: Any
    table_name: str
    key: tuple[str, ...]
    _: KW_ONLY
    pause: Callable[[float], None] = time.sleep
    stamp: Callable[[Sequence[Item]], Sequence[Item]] = list
    pauses_s: Sequence[float] = PAUSES_S

    def insert_all(self, items: Sequence[Item]) -> list[Outcome]:
        """Write each item whose key is not taken, by batches of conditional puts.

        Returns one outcome an item, by position; of two items with one key the first counts and
        the other one EXISTS. FAILED is what the database refused, or took in no attempt.
        """
        found: dict[_Ident, Outcome] = {}
        firsts: _Batch = {}
        for item in items:
            firsts.setdefault(self._ident(item), item)
        self._write(firsts, lambda batch: self._insert(batch, found))
        outcomes: list[Outcome] = []
        for item in items:
            ident = self._ident(item)
            outcomes.append(found.get(ident, Outcome.FAILED))
            if outcomes[-1] is Outcome.NEW:
                found[ident] = Outcome.EXISTS
        return outcomes

    def put_all(self, items: Sequence[Item]) -> list[int]:
        """Write whole items over whatever is there; returns the positions of what was not.

        Of two items with one key the last one is written, and counts for both.
        """
        idents = [self._ident(item) for item in items]
        left = self._write(dict(zip(idents, items, strict=True)), self._put)
        return [position for position, ident in enumerate(idents) if ident in left]

    def get_all(self, keys: Sequence[Key]) -> list[Item | None]:
        """The items as of the last acknowledged writes, by position; None where there is none.

        Raises Unavailable when some of them could not be read.
        """
        found: _Batch = {}
        wanted: _Batch = {self._ident(key): dict(key) for key in keys}
        for batch in _parts(wanted, READ_BATCH):
            if self._repeat(batch, lambda some: self._get(some, found)):
                raise Unavailable("the database is not available; try again")
        return [found.get(self._ident(key)) for key in keys]

    def _write(self, items: _Batch, call: _Call) -> set[_Ident]:
        """Write in batches; returns what was not. With the database down the rest is left alone."""
        left = set(items)
        for batch in _parts(items, WRITE_BATCH):
            try:
                left -= batch.keys() - self._settle(batch, call)
            except Unavailable as error:
                fields = {"items": len(left), "cause": reason(error)}
                _log.warning("writes of items were not confirmed", extra=fields)
                break
        return left

    def _settle(self, batch: _Batch, call: _Call) -> set[_Ident]:
        """One batch; a call that is refused for one bad item is halved until that one is alone."""
        try:
            return set(self._repeat(batch, call))
        except (TooLarge, ClientError) as error:
            if isinstance(error, ClientError) and error_code(error) != REFUSED:
                raise
            if len(batch) == 1:
                _log.warning("an item was refused", extra={"cause": reason(error)})
                return set(batch)
        halves = _parts(batch, (len(batch) + 1) // 2)
        return {ident for half in halves for ident in self._settle(half, call)}

    def _repeat(self, batch: _Batch, call: _Call) -> _Batch:
        """Call until nothing is to be tried again, with full jitter; returns what still is."""
        for pause_s in (0.0, *self.pauses_s):
            if pause_s:
                self.pause(random.uniform(0, pause_s))  # noqa: S311 jitter, no secret
            batch = call(batch)
            if not batch:
                break
        return batch

    def _insert(self, batch: _Batch, found: dict[_Ident, Outcome]) -> _Batch:
        items = self.stamp([*batch.values()])
        statements = [_insert_statement(self.table_name, item) for item in items]
        with translate_errors("the database"):
            result = self.client.batch_execute_statement(Statements=statements)
        again: _Batch = {}
        for ident, response in zip(batch, result["Responses"], strict=True):
            code = response.get("Error", {}).get("Code")
            if code in AGAIN:
                again[ident] = batch[ident]
            else:
                found[ident] = _outcome(code)
        return again

    def _put(self, batch: _Batch) -> _Batch:
        items = self.stamp([*batch.values()])
        puts = [{"PutRequest": {"Item": to_attributes(item)}} for item in items]
        with translate_errors("the database"):
            response = self.client.batch_write_item(RequestItems={self.table_name: puts})
        unprocessed = response.get("UnprocessedItems", {}).get(self.table_name, [])
        left = {
            self._ident(from_attributes(request["PutRequest"]["Item"])) for request in unprocessed
        }
        return {ident: item for ident, item in batch.items() if ident in left}

    def _get(self, batch: _Batch, found: _Batch) -> _Batch:
        keys = [to_attributes(key) for key in batch.values()]
        with translate_errors("the database"):
            response = self.client.batch_get_item(
                RequestItems={self.table_name: {"Keys": keys, "ConsistentRead": True}}
            )
        for attributes in response["Responses"].get(self.table_name, []):
            item = from_attributes(attributes)
            found[self._ident(item)] = item
        unprocessed = response.get("UnprocessedKeys", {}).get(self.table_name, {}).get("Keys", [])
        left = {self._ident(from_attributes(key)) for key in unprocessed}
        return {ident: key for ident, key in batch.items() if ident in left}

    def _ident(self, item: Key | Item) -> _Ident:
        return tuple(item[name] for name in self.key)


def _insert_statement(table: str, item: Item) -> dict[str, Any]:
    """An insert is a put on the condition that no item has the key (PartiQL reference)."""
    names = ", ".join("'{}': ?".format(name.replace("'", "''")) for name in item)
    return {
        "Statement": f'INSERT INTO "{table}" VALUE {{{names}}}',
        "Parameters": [to_attribute(value) for value in item.values()],
    }


def _outcome(code: str | None) -> Outcome:
    if code is None:
        return Outcome.NEW
    if code == DUPLICATE:
        return Outcome.EXISTS
    _log.warning("an item was refused", extra={"cause": code})
    return Outcome.FAILED


def _parts(items: _Batch, size: int) -> Iterator[_Batch]:
    idents = list(items)
    for start in range(0, len(idents), size):
        yield {ident: items[ident] for ident in idents[start : start + size]}
