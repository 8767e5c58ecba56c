"""A failed record is lost in no moment: the flag stands before the handler relies on it."""

import json

import pytest

from infra.declared.function_kinds import Source
from infra.declared.functions import FUNCTIONS
from infra.deploy import mappings
from infra.deploy.mappings import FLAG, VARIABLE, NotSettled, enable_partial_batch_responses

QUEUE = Source(service="sqs", variable="ORDERS_QUEUE_URL")
STREAM = Source(service="dynamodb", variable="STREAM", failures="FAILURES_QUEUE_URL")
ARNS = {"FAILURES_QUEUE_URL": "arn:aws:sqs:us-east-1:1:failures"}


class FakeLambda:
    """One function with its mappings; a change takes some reads until it is there.

    `moments` are the states that the world saw: is the flag on, does the handler rely on it.
    """

    def __init__(self, mappings=1, reads_until_changed=2, flags=(), told=False, reads_until_made=0):
        self.mappings = {f"m-{n}": {"FunctionResponseTypes": list(flags)} for n in range(mappings)}
        self.variables = {"STAGE": "dev"} | ({VARIABLE: "1"} if told else {})
        self.calls = []
        self.moments = []
        self._reads = reads_until_changed
        self._unmade = reads_until_made
        self._coming = {}
        self._note()

    def get_paginator(self, _operation):
        return self

    def paginate(self, FunctionName):  # noqa: N803 AWS's spelling
        return [{"EventSourceMappings": [{"UUID": n, **m} for n, m in self.mappings.items()]}]

    def update_event_source_mapping(self, UUID, **wanted):  # noqa: N803 AWS's spelling
        assert self._unmade <= 0, "ResourceInUseException"
        self.calls.append(("mapping", UUID, wanted))
        self._coming[UUID] = [self._reads, wanted]
        return {}

    def get_event_source_mapping(self, UUID):  # noqa: N803 AWS's spelling
        self._unmade -= 1
        if self._unmade > 0:
            return {**self.mappings[UUID], "State": "Creating"}
        if UUID in self._coming:
            self._coming[UUID][0] -= 1
            if self._coming[UUID][0] > 0:
                return {**self.mappings[UUID], "State": "Updating"}
            self.mappings[UUID] |= self._coming.pop(UUID)[1]
            self._note()
        return {**self.mappings[UUID], "State": "Enabled"}

    def get_function_configuration(self, FunctionName):  # noqa: N803 AWS's spelling
        return {
            "Environment": {"Variables": dict(self.variables)},
            "Timeout": 30,
            "LastUpdateStatus": "Successful",
        }

    def update_function_configuration(self, FunctionName, Environment):  # noqa: N803 as above
        self.calls.append(("function", FunctionName, Environment["Variables"]))
        self.variables = Environment["Variables"]
        self._note()

    def wait(self, _seconds):
        self._note()

    def _note(self):
        flags = [FLAG in mapping["FunctionResponseTypes"] for mapping in self.mappings.values()]
        self.moments.append((all(flags), self.variables.get(VARIABLE) == "1"))


def loses(moments):
    return [moment for moment in moments if moment == (False, True)]


def test_the_handler_hears_of_the_flag_after_every_mapping_has_it():
    client = FakeLambda(mappings=2)
    assert enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait) == 2
    assert [kind for kind, *_ in client.calls] == ["mapping", "mapping", "function"]
    assert client.moments[-1] == (True, True)
    assert loses(client.moments) == []


def test_a_mapping_that_is_still_being_made_is_changed_afterwards():
    client = FakeLambda(reads_until_made=3)
    enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait)
    assert client.moments[-1] == (True, True)


def test_the_handler_hears_of_it_after_an_old_mapping_is_gone():
    client = FakeLambda(mappings=2)
    client.mappings["m-0"] |= {"State": "Deleting"}

    def gone_after_a_while(_seconds):
        assert "m-0" not in client.mappings or client.calls == []
        client.mappings.pop("m-0", None)

    assert enable_partial_batch_responses(client, "f", QUEUE, ARNS, gone_after_a_while) == 1
    assert [name for _, name, _ in client.calls] == ["m-1", "f"]


def test_turning_it_on_keeps_the_functions_other_variables():
    client = FakeLambda()
    enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait)
    assert client.variables == {"STAGE": "dev", VARIABLE: "1"}


def test_turned_on_twice_nothing_is_changed_the_second_time():
    client = FakeLambda(flags=[FLAG], told=True)
    enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait)
    assert client.calls == []


def test_after_a_plain_deploy_only_the_handler_has_to_be_told_again():
    client = FakeLambda(flags=[FLAG])
    enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait)
    assert [kind for kind, *_ in client.calls] == ["function"]


def test_a_mapping_that_never_settles_leaves_the_handler_untold():
    client = FakeLambda(reads_until_changed=10**6)
    with pytest.raises(NotSettled, match="m-0"):
        enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait)
    assert VARIABLE not in client.variables


def test_a_function_without_mappings_is_told_nothing():
    client = FakeLambda(mappings=0)
    assert enable_partial_batch_responses(client, "f", QUEUE, ARNS, client.wait) == 0
    assert client.calls == []


def test_of_a_tables_stream_only_the_wanted_events_come():
    client = FakeLambda()
    source = Source(service="dynamodb", variable="STREAM", events=("INSERT",))
    enable_partial_batch_responses(client, "f", source, ARNS, client.wait)
    _, _, wanted = client.calls[0]
    (pattern,) = wanted["FilterCriteria"]["Filters"]
    assert json.loads(pattern["Pattern"]) == {"eventName": ["INSERT"]}


def test_the_orders_stream_is_read_as_its_row_in_the_table_says():
    (row,) = [
        function
        for function in FUNCTIONS
        if function.source and function.source.service == "dynamodb"
    ]
    client, arns = FakeLambda(), {row.source.failures: "arn:failures"}
    enable_partial_batch_responses(client, "f", row.source, arns, client.wait)
    _, _, wanted = client.calls[0]
    assert row.handler == "announce_orders"
    assert wanted["MaximumRetryAttempts"] == 10
    assert wanted["BisectBatchOnFunctionError"] is True
    assert wanted["DestinationConfig"]["OnFailure"]["Destination"] == "arn:failures"
    assert '"INSERT"' in wanted["FilterCriteria"]["Filters"][0]["Pattern"]


def test_the_messages_stream_is_read_as_its_row_in_the_table_says():
    (row,) = [
        function
        for function in FUNCTIONS
        if function.source and function.source.service == "kinesis"
    ]
    client, arns = FakeLambda(), {row.source.failures: "arn:failures"}
    enable_partial_batch_responses(client, "f", row.source, arns, client.wait)
    _, _, wanted = client.calls[0]
    assert row.handler == "deliver_messages"
    assert wanted == {
        "FunctionResponseTypes": [FLAG],
        "MaximumRetryAttempts": 3,
        "BisectBatchOnFunctionError": True,
        "MaximumRecordAgeInSeconds": 24 * 3600,
        "ParallelizationFactor": 10,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:failures"}},
    }
    assert row.source.parallelization == row.reserved_concurrency


def test_a_stream_is_retried_halved_and_its_failures_are_parked():
    client = FakeLambda()
    enable_partial_batch_responses(client, "f", STREAM, ARNS, client.wait)
    _, _, wanted = client.calls[0]
    assert wanted == {
        "FunctionResponseTypes": [FLAG],
        "MaximumRetryAttempts": 3,
        "BisectBatchOnFunctionError": True,
        "MaximumRecordAgeInSeconds": 24 * 3600,
        "ParallelizationFactor": 1,
        "DestinationConfig": {"OnFailure": {"Destination": ARNS["FAILURES_QUEUE_URL"]}},
    }


def test_a_data_stream_is_handled_in_as_many_batches_a_shard_as_declared():
    client = FakeLambda()
    source = Source(service="kinesis", variable="S", parallelization=10, record_age_s=3600)
    enable_partial_batch_responses(client, "f", source, ARNS, client.wait)
    _, _, wanted = client.calls[0]
    assert wanted == {
        "FunctionResponseTypes": [FLAG],
        "MaximumRetryAttempts": 3,
        "BisectBatchOnFunctionError": True,
        "MaximumRecordAgeInSeconds": 3600,
        "ParallelizationFactor": 10,
    }


def test_waiting_ends_at_the_deadline():
    seconds = []
    with pytest.raises(NotSettled):
        mappings._wait_until(lambda: False, "it", seconds.append)
    assert sum(seconds) == mappings.DEADLINE_S
