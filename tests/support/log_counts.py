"""The counts of log records, as the wiring keeps them."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from chalicelib.aws import Aws
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.keeping import CountKeeper
from chalicelib.tenant_logs.counts.model import MAYBE_TWICE
from chalicelib.tenant_logs.counts.store import CountStore

STATE = "OmniState-test"


def count_store(cloud: Aws, now: Callable[[], datetime]) -> CountStore:
    """The counts of a cloud."""
    return CountStore(Table(cloud.client("dynamodb"), STATE), now=now)


def count_keeper(cloud: Aws, now: Callable[[], datetime]) -> CountKeeper:
    """Counts at once instead of beside the caller."""
    return CountKeeper(count_store(cloud, now), run_at_once)


def run_at_once(call: Callable[..., None], *arguments: Any) -> Future[None]:
    """What `ThreadPoolExecutor.submit` returns, of a call that is over."""
    future: Future[None] = Future()
    try:
        future.set_result(call(*arguments))
    except Exception as error:  # noqa: BLE001 as the executor does
        future.set_exception(error)
    return future


def stored_counts(cloud: Aws, tenant_id: str = "acme") -> dict[str, Item]:
    """The counters of minutes, and the marks, of a tenant's items, by their sort keys."""
    table = Table(cloud.client("dynamodb"), STATE)
    return {
        item["sk"]: {k: v for k, v in item.items() if len(k) == 3 or k == MAYBE_TWICE}
        for item in table.query("pk", f"LOG-COUNTS#{tenant_id}")
    }
