"""The environment variables of a stage's functions and worker, from what is declared.

Every stage gets them here: on AWS from the stacks' outputs, on `local` from what the provisioner
made, or, before anything runs, from the names alone.
"""

import json
from collections.abc import Mapping

from infra.declared.access import TENANT_READER_OUTPUT
from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import (
    Bucket,
    FailureQueue,
    Queue,
    Resources,
    Stream,
    Table,
    dead_letter,
)
from infra.declared.stages import Stage

WATCHED = "WATCHED"  # the queues and streams that operators watch, as JSON
WORKER = "worker"  # who reads a queue that no function reads
NO_STREAM = "none"  # in place of the label of a stream that does not exist yet


class MissingOutput(Exception):
    """The outputs of a stage lack a name; the text says which and what to do."""


def stage_variables(
    declared: Resources, outputs: Mapping[str, str], *, user_pool_arn: str
) -> dict[str, str]:
    """The variables of `declared`; `outputs` are names, URLs and ARNs by their output names.

    `PARTIAL_BATCH_RESPONSES` is not among them on purpose: only the finishing step may set it,
    after it has seen the flag on the mapping, and every deployment unsets it first.
    Raises MissingOutput.
    """
    names = _names(declared, outputs)
    reader = outputs.get(TENANT_READER_OUTPUT)
    return {
        **names,
        WATCHED: json.dumps(_list_watched(declared, names), separators=(",", ":")),
        "USER_POOL_ARN": user_pool_arn,
        **({"TENANT_READER_ROLE_ARN": reader} if reader else {}),
    }


def predict_outputs(
    declared: Resources, *, account: str, region: str, queues_at: str = ""
) -> dict[str, str]:
    """The outputs before anything is provisioned, by AWS's rules for names.

    Queues are at the address `queues_at`; without it a queue's URL is its path alone, which the
    settings complete by the endpoint. A stream's label, which DynamoDB chooses, is NO_STREAM.
    """
    named: tuple[Table | Bucket | Stream, ...] = (
        *declared.tables,
        *declared.buckets,
        *declared.streams,
    )
    queues: tuple[Queue | FailureQueue, ...] = (*declared.queues, *declared.failure_queues)
    place = f"{region}:{account}"
    return {
        **{resource.output: resource.name for resource in named},
        **{queue.output: f"{queues_at}/{account}/{queue.name}" for queue in queues},
        **{topic.output: f"arn:aws:sns:{place}:{topic.name}" for topic in declared.topics},
        **{
            table.stream_output: f"arn:aws:dynamodb:{place}:table/{table.name}/stream/{NO_STREAM}"
            for table in declared.tables
            if table.stream_view
        },
    }


def output(outputs: Mapping[str, str], name: str) -> str:
    """One of the outputs; raises MissingOutput."""
    if not outputs.get(name):
        raise MissingOutput(f"the stacks have no output {name}; deploy them before the functions")
    return outputs[name]


def _names(declared: Resources, outputs: Mapping[str, str]) -> dict[str, str]:
    return {
        **{
            resource.variable: output(outputs, resource.output)
            for resource in declared.with_outputs
        },
        **{
            table.stream_variable: output(outputs, table.stream_output)
            for table in declared.tables
            if table.stream_view
        },
        **{secret.variable: secret.name for secret in declared.secrets},
        declared.mail_events.variable: declared.mail_events.name,
    }


def _list_watched(declared: Resources, names: Mapping[str, str]) -> dict[str, object]:
    """What operators watch, by label; `names` are URLs by variable."""
    prefix = Stage(name=declared.stage).function_prefix
    functions = {function.handler: function.name(prefix) for function in FUNCTIONS}
    streams = {
        failures.label: {
            "handler": failures.handler,
            "function": functions[failures.handler],
            "failures_url": names[failures.variable],
        }
        for failures in declared.failure_queues
    }
    return {"queues": _list_watched_queues(declared, names), "streams": streams}


def _list_watched_queues(declared: Resources, names: Mapping[str, str]) -> dict[str, object]:
    sources = {function.source: function.handler for function in FUNCTIONS if function.source}
    readers = {source.variable: handler for source, handler in sources.items()}
    return {
        queue.label: {
            "url": names[queue.variable],
            "dead_letters_url": dead_letter(names[queue.variable]),
            "function": readers.get(queue.variable, WORKER),
            "max_receives": queue.max_receive_count,
        }
        for queue in declared.queues
    }
