"""Partial batch responses, retries, concurrency and filters on event source mappings.

Chalice sets none of them, and `chalice deploy` does not change them. A handler that reports batch
item failures to a mapping without the flag loses messages. So the order is fixed: first the flag on
the mapping, then the variable of the handler. Until then the handler raises, which loses nothing.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from infra.declared.function_kinds import Source

FLAG = "ReportBatchItemFailures"
VARIABLE = "PARTIAL_BATCH_RESPONSES"
DEADLINE_S = 300
_PAUSE_S = 1.0
_SETTLED = ("Enabled", "Disabled")
_DELETING = "Deleting"  # for a source that the app no longer declares

Sleep = Callable[[float], None]


class NotSettled(Exception):
    """AWS did not finish a change in time; the step can be run again."""


def enable_partial_batch_responses(
    client: Any,
    function_name: str,
    source: Source,
    arns: Mapping[str, str],
    sleep: Sleep = time.sleep,
) -> int:
    """Set the flag on every mapping of the function, then its variable; return their number.

    `client` is Lambda's. Raises NotSettled; the variable is then not set.
    """
    settings = _build_settings(source, arns)
    _wait_for_deletions(client, function_name, sleep)
    mappings = list_mappings(client, function_name)
    for mapping in mappings:
        if any(mapping.get(name) != value for name, value in settings.items()):
            # AWS rejects an update while the mapping is created or updated.
            wait_for_mapping(client, mapping["UUID"], sleep)
            client.update_event_source_mapping(UUID=mapping["UUID"], **settings)
    for mapping in mappings:
        wait_for_mapping(client, mapping["UUID"], sleep, flagged=True)
    if mappings:
        _set_handler_variable(client, function_name, sleep)
    return len(mappings)


def _build_settings(source: Source, arns: Mapping[str, str]) -> dict[str, Any]:
    settings: dict[str, Any] = {"FunctionResponseTypes": [FLAG]}
    if source.is_stream:
        settings |= {
            "MaximumRetryAttempts": source.retries,
            "BisectBatchOnFunctionError": True,
            "MaximumRecordAgeInSeconds": source.record_age_s,
            "ParallelizationFactor": source.parallelization,
        }
    if source.events:
        pattern = json.dumps({"eventName": list(source.events)})
        settings["FilterCriteria"] = {"Filters": [{"Pattern": pattern}]}
    if source.failures is not None:
        # Lambda's API has no `Type` here, unlike SAM's templates.
        settings["DestinationConfig"] = {"OnFailure": {"Destination": arns[source.failures]}}
    return settings


def list_mappings(client: Any, function_name: str) -> list[dict[str, Any]]:
    """All event source mappings of the function."""
    pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function_name)
    return [mapping for page in pages for mapping in page["EventSourceMappings"]]


def _wait_for_deletions(client: Any, function_name: str, sleep: Sleep) -> None:
    """A mapping in deletion still delivers its last batches and can no longer be updated."""

    def are_deleted() -> bool:
        mappings = list_mappings(client, function_name)
        return all(mapping.get("State") != _DELETING for mapping in mappings)

    _wait_until(are_deleted, f"an old event source mapping of {function_name}", sleep)


def wait_for_mapping(
    client: Any, uuid: str, sleep: Sleep, *, flagged: bool = False, state: str | None = None
) -> dict[str, Any]:
    """The mapping once it is in no change, and has its flag and that state where it must.

    Raises NotSettled.
    """
    found: dict[str, Any] = {}

    def is_settled() -> bool:
        found.update(client.get_event_source_mapping(UUID=uuid))
        has_flag = found.get("FunctionResponseTypes", []) == [FLAG]
        is_there = found["State"] in (_SETTLED if state is None else (state,))
        return is_there and (has_flag or not flagged)

    _wait_until(is_settled, f"the event source mapping {uuid}", sleep)
    return found


def _set_handler_variable(client: Any, function_name: str, sleep: Sleep) -> None:
    """Set PARTIAL_BATCH_RESPONSES, by which the handler reports batch item failures."""
    configuration = client.get_function_configuration(FunctionName=function_name)
    variables = configuration.get("Environment", {}).get("Variables", {})
    if variables.get(VARIABLE) == "1":
        return
    client.update_function_configuration(
        FunctionName=function_name, Environment={"Variables": variables | {VARIABLE: "1"}}
    )

    def is_updated() -> bool:
        current = client.get_function_configuration(FunctionName=function_name)
        return bool(current.get("LastUpdateStatus", "Successful") == "Successful")

    _wait_until(is_updated, f"the function {function_name}", sleep)


def _wait_until(is_done: Callable[[], bool], what: str, sleep: Sleep) -> None:
    for _ in range(int(DEADLINE_S / _PAUSE_S)):
        if is_done():
            return
        sleep(_PAUSE_S)
    raise NotSettled(f"{what} is still being changed after {DEADLINE_S} s")
