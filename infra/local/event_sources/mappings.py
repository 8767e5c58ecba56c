"""The settings of the app's event source mappings, from the very tables that AWS is set up by."""

from collections.abc import Mapping

from chalicelib.aws import API
from chalicelib.aws.failures import translated
from chalicelib.orders.announcing import MoreWait
from chalicelib.orders.store import BY_ANNOUNCEMENT, PENDING
from chalicelib.wiring import Wiring
from infra.declared.functions import FUNCTIONS, Source
from infra.local.event_sources.source import CatchUp, StreamRules


def stream_rules(variables: Mapping[str, str]) -> dict[str, StreamRules]:
    """What holds for each handler of a stream; `variables` give the failure queues' URLs."""
    return {
        each.chalice_name: _rules(each.source, variables)
        for each in FUNCTIONS
        if each.source is not None and each.source.is_stream
    }


def catch_ups(wiring: Wiring) -> dict[str, CatchUp]:
    """What makes good, by handler, that the emulator keeps no stream records over a restart."""

    def announce_pending_orders() -> int:
        """Announce orders that were stored and not announced; return how many are left.

        Raises Unavailable when some could not be announced; trying again is safe.
        """
        try:
            wiring.orders.announcer.announce_pending()
        except MoreWait:
            return _count_waiting_orders(wiring)
        return 0

    return {"announce_orders": announce_pending_orders}


def _count_waiting_orders(wiring: Wiring) -> int:
    """How many orders wait for their announcement, counted by the database."""
    pages = wiring.aws.client("dynamodb", API).get_paginator("query")
    asked = pages.paginate(
        TableName=wiring.settings.orders_table,
        IndexName=BY_ANNOUNCEMENT,
        KeyConditionExpression="announcement = :pending",
        ExpressionAttributeValues={":pending": {"S": PENDING}},
        Select="COUNT",
    )
    with translated("the database"):
        return sum(page["Count"] for page in asked)


def _rules(source: Source, variables: Mapping[str, str]) -> StreamRules:
    return StreamRules(
        event_names=source.events,
        retries=source.retries,
        failures_url=variables.get(source.failures) if source.failures else None,
    )
