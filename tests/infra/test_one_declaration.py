"""A resource is declared once: all else follows, and no other file spells its name."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.clouds import ACCOUNT, REGION

from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import Queue, Table, dead_letter
from infra.declared.resources import resources
from infra.declared.stages import Stage
from infra.declared.variables import predict_outputs, stage_variables
from infra.deploy.policies import Place, resource_arns

ROOT = Path(__file__).parents[2]
PROD = resources(stage="prod", account="", region="")
SOURCES = [
    path
    for folder in ("chalicelib", "worker", "infra")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts
]
# Names of resources that are words for other things as well: a workload, and the product.
ALSO_WORDS = {"OmniData", "orders"}


def _strings_of(path):
    """The text of a file without its comments and docstrings."""
    text = re.sub(r'"""(.*?)"""', "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"#.*", "", text)


def _names():
    named = (*PROD.with_outputs, *PROD.secrets)
    names = {resource.name.removesuffix("--") for resource in named} - ALSO_WORDS
    return sorted(names)


@pytest.mark.parametrize("name", _names())
def test_a_physical_name_is_spelled_in_the_declaration_alone(name):
    spelled = re.compile(rf"(?<![\w-]){re.escape(name.split('/')[-1])}(?![\w-])")
    files = {p.relative_to(ROOT).as_posix() for p in SOURCES if spelled.search(_strings_of(p))}

    assert files == {"infra/declared/resources.py"}


def test_the_ending_of_a_dead_letter_queue_is_spelled_in_one_function():
    files = [p.relative_to(ROOT).as_posix() for p in SOURCES if "-dlq" in _strings_of(p)]

    assert files == ["infra/declared/kinds.py"]
    assert dead_letter("orders") == "orders-dlq"


def test_the_names_of_lambda_functions_are_derived_in_one_place():
    """`omnidata-<stage>` is `Stage.function_prefix`; only the app's name itself is spelled."""
    spelled = re.compile(r"omnidata-\{")
    assert [p.name for p in SOURCES if spelled.search(_strings_of(p))] == ["package.py"]  # the zip
    assert Stage(name="dev").function_prefix == "omnidata-dev"


@pytest.fixture
def extended():
    """The declaration with one queue and one table more, as a new workload would add them."""
    declared = resources(stage="dev", account=ACCOUNT, region=REGION)
    queue = Queue(
        label="feedback",
        output="FeedbackQueueUrl",
        variable="FEEDBACK_QUEUE_URL",
        name="OmniFeedback-dev",
        visibility_timeout_s=180,
    )
    table = Table(
        output="FeedbackTable",
        variable="FEEDBACK_TABLE",
        name="OmniFeedbackTable-dev",
        partition_key="id",
    )
    return replace(declared, queues=(*declared.queues, queue), tables=(*declared.tables, table))


def test_a_new_queue_and_a_new_table_are_in_everything_that_is_generated(extended):
    outputs = predict_outputs(extended, account=ACCOUNT, region=REGION, queues_at="https://sqs")
    variables = stage_variables(extended, outputs, user_pool_arn="arn:pool")
    arns = resource_arns(extended, Place(ACCOUNT, REGION))

    url = f"https://sqs/{ACCOUNT}/OmniFeedback-dev"
    assert variables["FEEDBACK_QUEUE_URL"] == url
    assert variables["FEEDBACK_TABLE"] == "OmniFeedbackTable-dev"
    assert json.loads(variables["WATCHED"])["queues"]["feedback"] == {
        "url": url,
        "dead_letters_url": f"{url}-dlq",
        "function": "worker",
        "max_receives": 5,
    }
    assert arns["FEEDBACK_QUEUE_URL"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:OmniFeedback-dev"
    assert (
        arns["FEEDBACK_TABLE"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/OmniFeedbackTable-dev"
    )


def test_operators_functions_may_look_into_every_declared_queue():
    """So that a new queue needs no new right beside its declaration."""
    api = next(function for function in FUNCTIONS if function.handler is None)
    looked_into = {
        calls.variable
        for calls in api.calls
        if "sqs:ReceiveMessage" in calls.actions and calls.within in ("", dead_letter(""))
    }
    declared = (*PROD.queues, *PROD.failure_queues)

    assert looked_into == {queue.variable for queue in declared}
