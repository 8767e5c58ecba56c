"""Follows the logs: each record once, however late its own time, and across restarts.

The API's cursor knows what was shown. A request that failed is asked again with the same cursor, so
that nothing is left out, and what a failed request held was not printed, so that nothing is twice.
"""

from collections.abc import Callable, Mapping

from infra.cli.api import FIRST_WAIT_S, LONGEST_WAIT_S, CliRequest
from infra.cli.arguments import Context
from infra.cli.failures import ExitCode, Unreachable
from infra.cli.listing import Page, split_page

PATH = "/api/v1/logs"
PAGE_SIZE = 500
SHORTEST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 4.0  # between two looks, while nothing comes


def follow(
    context: Context,
    query: Mapping[str, str | None],
    limit: int | None,
    put: Callable[[bytes], None],
) -> ExitCode:
    """Print each record that arrives, until Ctrl-C, or until `limit` were printed."""
    try:
        return _follow(context, query, limit, put)
    except KeyboardInterrupt:
        return ExitCode.DONE


def _follow(
    context: Context,
    query: Mapping[str, str | None],
    limit: int | None,
    put: Callable[[bytes], None],
) -> ExitCode:
    given = [(name, value) for name, value in query.items() if value is not None]
    cursor: str | None = None
    printed, pause_s = 0, SHORTEST_PAUSE_S
    while True:
        page = _read_page(context, [*given, *([("cursor", cursor)] if cursor else [])])
        cursor = page.next_cursor or cursor
        for item in page.items:
            put(item)
            printed += 1
            if printed == limit:
                return ExitCode.DONE
        context.screen.flush()
        context.screen.require_reader()
        if len(page.items) == PAGE_SIZE:
            continue  # there is more already
        pause_s = SHORTEST_PAUSE_S if page.items else min(pause_s * 1.2, LONGEST_PAUSE_S)
        context.api.sleep(pause_s)


def _read_page(context: Context, query: list[tuple[str, str]]) -> Page:
    """The page, as soon as there is one; each failure is a line on standard error."""
    follower = (("order", "arrival"), ("tail", "true"), ("limit", str(PAGE_SIZE)))
    request = CliRequest("GET", PATH, (*query, *follower))
    wait_s, has_failed = FIRST_WAIT_S, False
    while True:
        try:
            page = split_page(context.api.send(request, attempts=1).body, "logs")
        except Unreachable as failure:
            waits_s = min(failure.retry_after_s or wait_s, LONGEST_WAIT_S)
            context.screen.say(f"{failure}; trying again in {waits_s:g} s")
        else:
            if has_failed:
                context.screen.say("following again")
            return page
        has_failed = True
        context.api.sleep(waits_s)
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)
