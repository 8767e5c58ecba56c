"""The settings of the app's event source mappings, from the very tables that AWS is set up by."""

from collections.abc import Mapping

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

    def announce_pending_orders() -> None:
        """Announce every order that was stored and not announced.

        Raises Unavailable when some could not be; trying again is safe.
        """
        wiring.orders.announcer.announce_pending()

    return {"announce_orders": announce_pending_orders}


def _rules(source: Source, variables: Mapping[str, str]) -> StreamRules:
    return StreamRules(
        event_names=source.events,
        retries=source.retries,
        failures_url=variables.get(source.failures) if source.failures else None,
    )
