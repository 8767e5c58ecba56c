"""How everything is, in one response whose parts are asked at once and may fail by themselves."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from chalicelib import times
from chalicelib.aws.failed_requests import FailedRequests
from chalicelib.orders.model import Order
from chalicelib.orders.recent import RecentOrders
from chalicelib.overview import ranges
from chalicelib.overview.attention import Attention, sort_items
from chalicelib.overview.flow import WorkloadFlow, show_activities
from chalicelib.overview.model import (
    AttentionCheck,
    Overview,
    OverviewQuery,
    OverviewScope,
    RecentFailures,
    RecentItem,
    RecentItems,
    RecentWork,
)
from chalicelib.overview.ranges import Grid
from chalicelib.parts import PartResult, PartRunner
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.web.access import OPERATORS, PUBLISHERS
from chalicelib.web.call import Call

RECENT = 5
ORDERS, MESSAGES = "recent.orders", "recent.messages"
FAILED_REQUESTS = "recent.failed_requests"

Questions = dict[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class OverviewService:
    """Asks every workload; no part reads more for there being more."""

    runner: PartRunner
    attention: Attention
    flow: WorkloadFlow
    orders: RecentOrders
    messages: MessageStore
    failures: FailedRequests
    _: KW_ONLY
    now: Callable[[], datetime]

    def look(self, query: OverviewQuery, call: Call) -> Overview:
        """The overview that this person may see; what failed says so in its own part."""
        caller, now = call.principal, self.now()
        grid = ranges.make_grid(query.range, now)
        checks = self.attention.list_questions(caller)
        series, recent = self.flow.list_questions(caller, grid), self._ask_recent(call, grid)
        results = self.runner.ask({**checks, **series, **recent})
        found = [item for name in checks for item in results[name].value or ()]
        return Overview(
            range=query.range,
            scope=OverviewScope.ALL if caller.is_operator else OverviewScope.OWN,
            as_of=times.text(now),
            complete=all(result.state.complete for result in results.values()),
            attention=sort_items(found),
            checks=[AttentionCheck(name=name, **_state(results[name])) for name in checks],
            workloads=show_activities(results, grid),
            recent=_show_recent(results),
        )

    def _ask_recent(self, call: Call, grid: Grid) -> Questions:
        questions: Questions = {
            ORDERS: lambda: [
                _show_order(order) for order in self.orders.list_newest(grid.since, RECENT, call)
            ]
        }
        if PUBLISHERS.allows(call.principal):
            questions[MESSAGES] = partial(self._list_messages, call.principal.id, grid)
        if OPERATORS.allows(call.principal):
            questions[FAILED_REQUESTS] = partial(self.failures.list_newest, grid.since, RECENT)
        return questions

    def _list_messages(self, author: str, grid: Grid) -> list[RecentItem]:
        newest = self.messages.list_newest(author, RECENT, None).messages
        shown = [_show_message(loaded) for loaded in newest]
        return [
            item
            for item in shown
            if item.at is not None and times.parse(item.at, "at") >= grid.since
        ]


def _show_recent(results: dict[str, PartResult]) -> RecentWork:
    messages, failures = results.get(MESSAGES), results.get(FAILED_REQUESTS)
    return RecentWork(
        orders=_show_things(results[ORDERS]),
        messages=None if messages is None else _show_things(messages),
        failed_requests=None if failures is None else _show_failures(failures),
    )


def _show_things(result: PartResult) -> RecentItems:
    return RecentItems(items=result.value or [], **_state(result))


def _show_failures(result: PartResult) -> RecentFailures:
    return RecentFailures(items=result.value or [], **_state(result))


def _show_order(order: Order) -> RecentItem:
    return RecentItem(
        id=order.orderID,
        at=order.timeline[0].at if order.timeline else None,
        status=order.status,
        href=f"/orders/{order.orderID}",
    )


def _show_message(loaded: Loaded) -> RecentItem:
    message = loaded.message
    return RecentItem(
        id=message.id,
        at=message.created_at,
        status=message.status,
        href=f"/api/v1/messages/{message.id}",
    )


def _state(result: PartResult) -> dict[str, Any]:
    return msgspec.structs.asdict(result.state)
