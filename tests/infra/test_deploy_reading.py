"""Functions stop to read what containers read, and go on when these are gone."""

import pytest
from test_deploy_mappings import FakeLambda

from infra.declared.function_kinds import Function, Source
from infra.deploy import finishing
from infra.deploy.finishing import Deployment
from infra.deploy.mappings import FLAG, NotSettled
from infra.deploy.reading import switch_mappings, switch_rule


class SwitchedLambda(FakeLambda):
    """Mappings that are enabled or not."""

    def __init__(self, state="Enabled", **options):
        super().__init__(flags=[FLAG], told=True, **options)
        for mapping in self.mappings.values():
            mapping["State"] = state

    def update_event_source_mapping(self, UUID, **wanted):  # noqa: N803 AWS's spelling
        if "Enabled" in wanted:
            state = "Enabled" if wanted["Enabled"] else "Disabled"
            self.calls.append(("switch", UUID, state))
            self._coming[UUID] = [self._reads, {"State": state}]
            return {}
        return super().update_event_source_mapping(UUID, **wanted)

    def get_function_configuration(self, FunctionName):  # noqa: N803 AWS's spelling
        found = super().get_function_configuration(FunctionName)
        return {**found, "LoggingConfig": {"LogFormat": "Text"}}

    def get_event_source_mapping(self, UUID):  # noqa: N803 AWS's spelling
        found = super().get_event_source_mapping(UUID)
        is_changing = found["State"] in ("Creating", "Updating")
        return found if is_changing else {**found, "State": self.mappings[UUID]["State"]}


def test_all_mappings_of_a_function_are_switched_off_and_on_again():
    client = SwitchedLambda(mappings=2)
    assert switch_mappings(client, "f", client.wait, reads=False) == 2
    assert {mapping["State"] for mapping in client.mappings.values()} == {"Disabled"}
    assert switch_mappings(client, "f", client.wait, reads=False) == 0
    assert switch_mappings(client, "f", client.wait, reads=True) == 2
    assert {mapping["State"] for mapping in client.mappings.values()} == {"Enabled"}
    assert len(client.calls) == 4


def test_enabled_mappings_of_a_serverless_stage_are_left_alone():
    client = SwitchedLambda(mappings=3)
    assert switch_mappings(client, "f", client.wait, reads=True) == 0
    assert client.calls == []


def test_a_mapping_that_stays_as_it_was_is_told():
    client = SwitchedLambda(reads_until_changed=10**6)
    with pytest.raises(NotSettled, match="m-0"):
        switch_mappings(client, "f", client.wait, reads=False)


@pytest.fixture
def events(aws):
    client = aws.client("events")
    client.put_rule(
        Name="omnidata-dev-tick-event", ScheduleExpression="rate(1 minute)", Description="A tick"
    )
    return client


def test_the_clock_stops_and_goes_on_with_the_same_schedule(events):
    name = "omnidata-dev-tick"
    before = events.describe_rule(Name=f"{name}-event")
    assert switch_rule(events, name, ticks=True) is False
    assert switch_rule(events, name, ticks=False) is True
    assert events.describe_rule(Name=f"{name}-event")["State"] == "DISABLED"
    assert switch_rule(events, name, ticks=True) is True
    after = events.describe_rule(Name=f"{name}-event")
    kept = ("Name", "ScheduleExpression", "Description", "State")
    assert [after[key] for key in kept] == [before[key] for key in kept]


def test_a_rule_that_is_not_chalices_need_not_be_enabled_and_cannot_be_disabled(events):
    assert switch_rule(events, "omnidata-dev-other", ticks=True) is False
    with pytest.raises(events.exceptions.ResourceNotFoundException):
        switch_rule(events, "omnidata-dev-other", ticks=False)


@pytest.mark.parametrize("has_containers", [True, False])
def test_the_finishing_step_says_who_reads(aws, has_containers):
    store = Function(
        handler="store",
        memory_mb=256,
        timeout_s=60,
        source=Source(service="sqs", variable="ORDERS_QUEUE_URL"),
    )
    client = SwitchedLambda(state="Enabled" if has_containers else "Disabled")
    client.put_runtime_management_config = lambda **_: {}
    clients = {"lambda": client, "logs": aws.client("logs")}
    said = []
    deployed = Deployment(
        functions={"store": "omnidata-dev-store"}, api=None, has_containers=has_containers
    )
    for _ in range(2):
        finishing.finish(
            clients.__getitem__, deployed, [store], {}, say=said.append, sleep=client.wait
        )
    wanted = "store no longer reads its source" if has_containers else "store reads its source"
    assert said.count(wanted) == 1
    expected = "Disabled" if has_containers else "Enabled"
    assert {mapping["State"] for mapping in client.mappings.values()} == {expected}
