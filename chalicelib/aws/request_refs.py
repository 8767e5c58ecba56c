"""What a request made, by its id: `pk` is `REQUEST#<request id>`, `sk` `<kind>#<id>`.

One small item a thing in `OmniState`, so that neither workload needs another index for a question
that is rarely asked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.ids import is_id, join_key

KEPT_S = 30 * 24 * 3600
MOST = 10  # of one request; ours make one thing each


class RequestRef(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a request made, and who sent that; `at` is a UTC text."""

    kind: Literal["order", "message"]
    id: str
    owner: str
    at: str


@dataclass(frozen=True, slots=True)
class RequestRefs:
    """The references; `table` is `OmniState`, `now` gives epoch seconds."""

    table: Table
    now: Callable[[], float] = time.time

    def items(self, request_id: str | None, ref: RequestRef) -> list[Item]:
        """The item to write; none for a request without an id that can be a key."""
        if not is_id(request_id):
            return []
        return [
            {
                "pk": _partition(request_id),
                "sk": join_key(ref.kind, ref.id),
                "expires_at": int(self.now()) + KEPT_S,
                **msgspec.structs.asdict(ref),
            }
        ]

    def find(self, request_id: str) -> list[RequestRef]:
        """What the request made.

        Raises Unavailable.
        """
        made = Condition("pk = :pk", values={":pk": _partition(request_id)})
        items = self.table.query_page(made, limit=MOST).items
        alive = [item for item in items if item["expires_at"] > self.now()]
        return msgspec.convert(alive, list[RequestRef])


def _partition(request_id: str) -> str:
    return join_key("REQUEST", request_id)
