"""Partial batch responses and stream retries on the event source mappings of the functions.

Chalice sets none of them. A handler that reports single failures to a mapping without the flag
loses them, so the order is fixed: the flag first and then word to the handler, and the other
way round when it is taken back. Between the two the handler raises, which loses nothing.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from infra.functions import Source

FLAG = "ReportBatchItemFailures"
VARIABLE = "PARTIAL_BATCH_RESPONSES"
DEADLINE_S = 300
_PAUSE_S = 1.0
_SETTLED = ("Enabled", "Disabled")
_STREAM_LIMITS_S = 24 * 3600  # a stream's own retention: what is older is gone anyway

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
    mappings = _mappings(client, function_name)
    for mapping in mappings:
        if any(mapping.get(name) != value for name, value in wanted.items()):
            client.update_event_source_mapping(UUID=mapping["UUID"], **wanted)
    for mapping in mappings:
        _await_mapping(client, mapping["UUID"], wanted, sleep)
    if mappings:
        _tell(client, function_name, "1", sleep)
    return len(mappings)


def turn_off(client: Any, function_name: str, sleep: Sleep = time.sleep) -> int:
    """Tell the handler, let what runs end, and only then take the flag off every mapping.

    Raises NotSettled; the flags then stand as they did.
    """
    timeout_s = _tell(client, function_name, None, sleep)
    sleep(timeout_s)  # an invocation that began before may still report single failures
    mappings = _mappings(client, function_name)
    for mapping in mappings:
        client.update_event_source_mapping(UUID=mapping["UUID"], FunctionResponseTypes=[])
        _await_mapping(client, mapping["UUID"], {"FunctionResponseTypes": []}, sleep)
    return len(mappings)


def _wanted(source: Source, arns: Mapping[str, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {"FunctionResponseTypes": [FLAG]}
    if source.is_stream:
        wanted |= {
            "MaximumRetryAttempts": source.retries,
            "BisectBatchOnFunctionError": True,
            "MaximumRecordAgeInSeconds": _STREAM_LIMITS_S,
        }
    if source.failures is not None:
        # The API takes no `Type`; only SAM's templates want one.
        wanted["DestinationConfig"] = {"OnFailure": {"Destination": arns[source.failures]}}
    return wanted


def _mappings(client: Any, function_name: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_event_source_mappings").paginate(FunctionName=function_name)
    return [mapping for page in pages for mapping in page["EventSourceMappings"]]


def _await_mapping(client: Any, uuid: str, wanted: Mapping[str, Any], sleep: Sleep) -> None:
    def settled() -> bool:
        mapping = client.get_event_source_mapping(UUID=uuid)
        flags = mapping.get("FunctionResponseTypes", [])
        return mapping["State"] in _SETTLED and flags == wanted["FunctionResponseTypes"]

    _until(settled, f"the event source mapping {uuid}", sleep)


def _tell(client: Any, function_name: str, value: str | None, sleep: Sleep) -> int:
    """Set or drop the handler's variable; answers the function's timeout in seconds."""
    found = client.get_function_configuration(FunctionName=function_name)
    before = found.get("Environment", {}).get("Variables", {})
    after = {name: each for name, each in before.items() if name != VARIABLE}
    if value is not None:
        after[VARIABLE] = value
    if after != before:
        client.update_function_configuration(
            FunctionName=function_name, Environment={"Variables": after}
        )

        def updated() -> bool:
            now = client.get_function_configuration(FunctionName=function_name)
            return bool(now.get("LastUpdateStatus", "Successful") == "Successful")

        _until(updated, f"the function {function_name}", sleep)
    return int(found["Timeout"])


def _until(is_done: Callable[[], bool], what: str, sleep: Sleep) -> None:
    for _ in range(int(DEADLINE_S / _PAUSE_S)):
        if is_done():
            return
        sleep(_PAUSE_S)
    raise NotSettled(f"{what} is still being changed after {DEADLINE_S} s")
