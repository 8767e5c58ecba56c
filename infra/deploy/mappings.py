"""Partial batch responses, retries and filters on the event source mappings of the functions.

Chalice sets none of them, and a plain `chalice deploy` leaves them as they are. A handler that
reports single failures to a mapping without the flag loses them, so the order is fixed: the flag
first and then word to the handler. Before that the handler raises, which loses nothing.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from infra.declared.functions import Source

FLAG = "ReportBatchItemFailures"
VARIABLE = "PARTIAL_BATCH_RESPONSES"
DEADLINE_S = 300
_PAUSE_S = 1.0
_SETTLED = ("Enabled", "Disabled")
_GOING = "Deleting"  # of a source that Chalice no longer knows

Sleep = Callable[[float], None]


class NotSettled(Exception):
    """AWS did not finish a change in time; the same step can be run again."""


def turn_on(
    client: Any,
    function_name: str,
    source: Source,
    arns: Mapping[str, str],
    sleep: Sleep = time.sleep,
) -> int:
    """Flag every mapping of the function, then tell its handler; answers how many there are.

    `client` is Lambda's. Raises NotSettled; the handler is then not told.
    """
    wanted = _wanted(source, arns)
    _await_departures(client, function_name, sleep)
    mappings = _mappings(client, function_name)
    for mapping in mappings:
        if any(mapping.get(name) != value for name, value in wanted.items()):
            # AWS refuses a change while another one, or the creation, is under way.
            _await_mapping(client, mapping["UUID"], sleep)
            client.update_event_source_mapping(UUID=mapping["UUID"], **wanted)
    for mapping in mappings:
        _await_mapping(client, mapping["UUID"], sleep, flagged=True)
    if mappings:
        _tell(client, function_name, sleep)
    return len(mappings)


def _wanted(source: Source, arns: Mapping[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {"FunctionResponseTypes": [FLAG]}
    if source.is_stream:
        wanted |= {
            "MaximumRetryAttempts": source.retries,
            "BisectBatchOnFunctionError": True,
            "MaximumRecordAgeInSeconds": source.record_age_s,
        }
    if source.events:
        pattern = json.dumps({"eventName": list(source.events)})
        wanted["FilterCriteria"] = {"Filters": [{"Pattern": pattern}]}
    if source.failures is not None:
        # The API takes no `Type`; only SAM's templates want one.
        wanted["DestinationConfig"] = {"OnFailure": {"Destination": arns[source.failures]}}
    return wanted


def _mappings(client: Any, function_name: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function_name)
    return [mapping for page in pages for mapping in page["EventSourceMappings"]]


def _await_departures(client: Any, function_name: str, sleep: Sleep) -> None:
    """A mapping that goes still brings its last batches, and can no longer be given the flag."""

    def gone() -> bool:
        return all(each.get("State") != _GOING for each in _mappings(client, function_name))

    _until(gone, f"an old event source mapping of {function_name}", sleep)


def _await_mapping(client: Any, uuid: str, sleep: Sleep, *, flagged: bool = False) -> None:
    def settled() -> bool:
        mapping = client.get_event_source_mapping(UUID=uuid)
        has_flag = mapping.get("FunctionResponseTypes", []) == [FLAG]
        return mapping["State"] in _SETTLED and (has_flag or not flagged)

    _until(settled, f"the event source mapping {uuid}", sleep)


def _tell(client: Any, function_name: str, sleep: Sleep) -> None:
    """Set the handler's variable."""
    found = client.get_function_configuration(FunctionName=function_name)
    variables = found.get("Environment", {}).get("Variables", {})
    if variables.get(VARIABLE) == "1":
        return
    client.update_function_configuration(
        FunctionName=function_name, Environment={"Variables": variables | {VARIABLE: "1"}}
    )

    def updated() -> bool:
        now = client.get_function_configuration(FunctionName=function_name)
        return bool(now.get("LastUpdateStatus", "Successful") == "Successful")

    _until(updated, f"the function {function_name}", sleep)


def _until(is_done: Callable[[], bool], what: str, sleep: Sleep) -> None:
    for _ in range(int(DEADLINE_S / _PAUSE_S)):
        if is_done():
            return
        sleep(_PAUSE_S)
    raise NotSettled(f"{what} is still being changed after {DEADLINE_S} s")
