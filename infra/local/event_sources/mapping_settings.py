"""Settings of the app's event source mappings, from the declaration that AWS is deployed from."""

from collections.abc import Mapping

from chalicelib import wiring
from infra.declared.functions import FUNCTIONS, Source
from infra.local.event_sources.source import CatchUp, StreamSettings


def build_stream_settings(variables: Mapping[str, str]) -> dict[str, StreamSettings]:
    """The settings by stream handler; `variables` hold the URLs of the failure queues."""
    return {
        function.chalice_name: _build_settings(function.source, variables)
        for function in FUNCTIONS
        if function.source is not None and function.source.is_stream
    }


def list_catch_ups() -> dict[str, CatchUp]:
    """The catch-up by handler, since the emulator loses stream records when it restarts."""
    return {"announce_orders": announce_pending_orders}


def announce_pending_orders() -> None:
    """Announce every order that was stored and not announced.

    Raises Unavailable if some could not be announced; a retry is safe.
    """
    wiring.orders().announce_pending()


def _build_settings(source: Source, variables: Mapping[str, str]) -> StreamSettings:
    return StreamSettings(
        event_names=source.events,
        retries=source.retries,
        failures_url=variables.get(source.failures) if source.failures else None,
    )
