"""Who reads queues and streams, and whom the clock invokes: the functions, or containers."""

from collections.abc import Mapping
from typing import Any

from infra.deploy import mappings
from infra.deploy.mappings import Sleep

ENABLED, DISABLED = "ENABLED", "DISABLED"
_KEPT = ("Name", "ScheduleExpression", "Description", "EventPattern")


def switch_mappings(client: Any, function_name: str, sleep: Sleep, *, reads: bool) -> int:
    """Let the function read its sources, or not; returns how many mappings changed.

    `client` is Lambda's. A mapping goes on where it stopped, as long as a stream has its records.
    Raises mappings.NotSettled.
    """
    wanted = "Enabled" if reads else "Disabled"
    changed = [
        mapping["UUID"]
        for mapping in mappings.list_mappings(client, function_name)
        if mappings.wait_for_mapping(client, mapping["UUID"], sleep)["State"] != wanted
    ]
    for uuid in changed:
        client.update_event_source_mapping(UUID=uuid, Enabled=reads)
    for uuid in changed:
        mappings.wait_for_mapping(client, uuid, sleep, state=wanted)
    return len(changed)


def switch_rule(client: Any, function_name: str, *, ticks: bool) -> bool:
    """Let the clock invoke the function, or not; returns whether that changed.

    `client` is EventBridge's. The rule's name is Chalice's; one of another name was never disabled
    here, so it need not be enabled.
    """
    try:
        rule: Mapping[str, Any] = client.describe_rule(Name=f"{function_name}-event")
    except client.exceptions.ResourceNotFoundException:
        if ticks:
            return False
        raise
    state = ENABLED if ticks else DISABLED
    if rule["State"] == state:
        return False
    kept = {name: rule[name] for name in _KEPT if rule.get(name)}
    client.put_rule(**kept, State=state)
    return True
