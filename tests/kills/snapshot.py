"""What was found at the end of a run: stores, queues, dead-letter queues, mails and counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from chalicelib.analytics.model import ArchivedSearch
from tests.kills.letters import Letters, Record
from tests.kills.search_log import SearchLog


def _no_letters() -> Letters[Any]:
    return Letters(0, [], [])


@dataclass(frozen=True, slots=True)
class Places(Generic[Record]):
    """What a queue and its dead-letter queue hold."""

    queued: Letters[Record] = field(default_factory=_no_letters)
    dead: Letters[Record] = field(default_factory=_no_letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """`orders` are items; `logs` counts (partition, log_id, tenant in the text).

    `mails` counts by order id, `counters` holds what the pipeline says is lost or unknown,
    `unsettled` is how many messages the queues held before they were read.
    """

    unsettled: int = 0
    orders: list[Mapping[str, Any]] = field(default_factory=list)
    order_letters: Places[str] = field(default_factory=Places)
    mails: Counter[str] = field(default_factory=Counter)
    logs: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    log_letters: Places[str] = field(default_factory=Places)
    archived: list[ArchivedSearch] = field(default_factory=list)
    search_letters: Places[ArchivedSearch] = field(default_factory=Places)
    search_log: SearchLog = field(default_factory=SearchLog)
    counters: Mapping[str, int] = field(default_factory=dict)
