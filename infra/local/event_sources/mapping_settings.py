"""Settings of the app's event source mappings, from the declaration that AWS is deployed from."""

from collections.abc import Mapping

from chalicelib.aws import API
from chalicelib.aws.failures import translate_errors
from chalicelib.orders.announcing import MoreWait
from chalicelib.orders.store import BY_ANNOUNCEMENT, PENDING
from chalicelib.wiring import Wiring
from infra.declared.function_kinds import Source
from infra.declared.functions import FUNCTIONS
from infra.local.event_sources.source import CatchUp, StreamSettings


def build_stream_settings(variables: Mapping[str, str]) -> dict[str, StreamSettings]:
    """The settings by stream handler; `variables` hold the URLs of the failure queues."""
    return {
        function.chalice_name: _build_settings(function.source, variables)
        for function in FUNCTIONS
        if function.source is not None and function.source.is_stream
    }


def list_catch_ups(wiring: Wiring) -> dict[str, CatchUp]:
    """The catch-up by handler, since the emulator loses stream records when it restarts."""

    def announce_pending_orders() -> int:
        """Announce orders that were stored and not announced; return how many are left.

        Raises Unavailable if some could not be announced; a retry is safe.
        """
        try:
            wiring.orders.announcer.announce_pending()
        except MoreWait:
            return _count_pending_orders(wiring)
        return 0

    return {"announce_orders": announce_pending_orders}


def _count_pending_orders(wiring: Wiring) -> int:
    """The number of stored orders that are not announced, counted by DynamoDB."""
    pages = wiring.aws.client("dynamodb", API).get_paginator("query")
    counted = pages.paginate(
        TableName=wiring.settings.orders_table,
        IndexName=BY_ANNOUNCEMENT,
        KeyConditionExpression="announcement = :pending",
        ExpressionAttributeValues={":pending": {"S": PENDING}},
        Select="COUNT",
    )
    with translate_errors("the database"):
        return sum(page["Count"] for page in counted)


def _build_settings(source: Source, variables: Mapping[str, str]) -> StreamSettings:
    return StreamSettings(
        event_names=source.events,
        retries=source.retries,
        record_age_s=source.record_age_s,
        failures_url=variables.get(source.failures) if source.failures else None,
        parallelization=source.parallelization,
    )
