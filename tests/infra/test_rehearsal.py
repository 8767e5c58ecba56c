"""The packaged artefact at the emulator: deployed, exercised, deployed again, and gone."""

import pytest
from chalice.utils import to_cfn_resource_name

from infra.declared.function_kinds import LANGUAGE_MODEL
from infra.deploy.config import ROOT
from infra.deploy.mappings import VARIABLE
from infra.deploy.wheels import HOST
from infra.rehearsal.__main__ import expect_inventory, prepare_product, prepare_sample, rehearse
from infra.rehearsal.assertions import CheckFailed, wait_until
from infra.rehearsal.checks import POISON, count_deliveries
from infra.rehearsal.deployment import Rehearsal
from infra.rehearsal.emulator import run_emulator
from infra.rehearsal.queues import find_search_queue

GREEN = [
    "omnidata-dev: deployed",
    "omnidata-dev: returns a search at once",
    "omnidata-dev: archives it later",
    "omnidata-dev: refuses a post without sign in",
    "omnidata-dev: allows preflight requests",
    "omnidata-dev: limits its role",
    "omnidata-dev: announces an order",
    "omnidata-dev: stores a tenants logs",
    "omnidata-dev: publishes a message",
    "omnidata-dev: does not change",
    "omnidata-dev: destroyed, and nothing is left",
    "rehearsal-prod: deployed",
    "rehearsal-prod: retries only the failed",
    "rehearsal-prod: retries only the failed",
    "rehearsal-prod: does not change",
    "rehearsal-prod: destroyed, and nothing is left",
]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with run_emulator(tmp_path_factory.mktemp("rehearsal")) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def product(running) -> Rehearsal:
    """Packaged, not deployed."""
    return prepare_product(running)


def test_the_rehearsal_is_green(tmp_path):
    said = []
    with run_emulator(tmp_path) as running:
        rehearse(running, said.append)
    assert [line.partition(" (")[0] for line in said] == GREEN


def test_a_handler_that_is_told_before_its_mapping_loses_what_fails(running):
    """The reason for the order of the finishing step; the emulator does as AWS does."""
    sample = prepare_sample(running)
    sample.deploy()
    client, (name,) = sample.client("lambda"), sample.stack.list_functions().values()
    told = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    client.update_function_configuration(
        FunctionName=name, Environment={"Variables": told | {VARIABLE: "1"}}
    )
    queue = find_search_queue(sample)
    queue.send([POISON])
    wait_until(lambda: count_deliveries(sample, POISON) == 1, "a delivery")
    wait_until(lambda: queue.count_messages() == 0, "an empty queue")
    assert queue.count_dead_letters() == 0
    sample.destroy()


def test_what_is_left_behind_is_seen(running):
    before = {"functions": [], "mappings": []}
    with pytest.raises(CheckFailed, match="instead of"):
        expect_inventory(before, running)


def test_a_rehearsal_leaves_nothing_in_the_project(product):
    assert product.project.root != ROOT
    generated = [*ROOT.glob(".chalice/policy-*.json"), *ROOT.glob(".chalice/stages/*")]
    assert not any("000000000000" in path.read_text() for path in generated)


def operations(product):
    paths = product.template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    return {
        (method, path): [name for scheme in found.get("security", []) for name in scheme]
        for path, methods in paths.items()
        for method, found in methods.items()
    }


def test_every_versioned_route_needs_cognito_in_the_packaged_template(product):
    versioned = {
        key: security
        for key, security in operations(product).items()
        if key[1].startswith("/api/v1/") and key[0] != "options"
    }
    assert len(versioned) >= 20
    assert set(map(tuple, versioned.values())) == {("OmniCognito",)}


def test_a_search_needs_sign_in_and_api_key_a_post_sign_in_and_health_nothing(product):
    found = operations(product)
    assert sorted(found["get", "/get-user"]) == ["OmniCognito", "api_key"]
    assert found["post", "/stream"] == ["OmniCognito"]
    assert found["get", "/health"] == []


def test_logs_need_a_tenants_key_and_orders_a_sign_in(product):
    """OPEN_INTAKE, which lets both in without, is a laptop's."""
    found = operations(product)
    assert found["post", "/ingest"] == found["post", "/v1/logs"] == ["tenant_key"]
    assert found["post", "/orders"] == found["get", "/orders"] == ["OmniCognito"]
    body = product.template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    authorizer = body["securityDefinitions"]["tenant_key"]["x-amazon-apigateway-authorizer"]
    assert (authorizer["type"], authorizer["authorizerResultTtlInSeconds"]) == ("token", 60)
    assert "TenantKeyInvokePermission" in product.template["Resources"]


def test_gzip_is_unpacked_and_protobuf_left_alone_by_the_api(product):
    api = product.template["Resources"]["RestAPI"]["Properties"]
    assert api["MinimumCompressionSize"] == 1024
    binary = api["DefinitionBody"]["x-amazon-apigateway-binary-media-types"]
    assert binary == ["application/x-protobuf", "application/protobuf"]


@pytest.mark.parametrize(
    ("handler", "queue", "batch_size", "concurrency"),
    [
        ("StoreOrders", "POC-Queue-dev", 10, 10),
        ("ProcessLogs", "OmniLogQueue-dev", 10, 10),
        ("RunJobs", "OmniJobs-dev", 1, 2),
        ("DeliverWebhooks", "OmniWebhooks-dev", 10, 5),
        ("ProcessMailEvents", "OmniMailEvents-dev", 10, 2),
    ],
)
def test_a_queues_function_has_its_batch_and_at_most_so_many_at_once(
    product, handler, queue, batch_size, concurrency
):
    events = product.template["Resources"][handler]["Properties"]["Events"]
    (event,) = events.values()
    mapping = event["Properties"]
    assert mapping["Queue"]["Fn::Sub"].endswith(f":{queue}")
    assert mapping["BatchSize"] == batch_size
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": concurrency}


def test_the_stream_of_orders_is_read_from_its_beginning(product):
    (event,) = product.template["Resources"]["AnnounceOrders"]["Properties"]["Events"].values()
    mapping = event["Properties"]
    outputs = product.provisioned.outputs
    assert mapping["Stream"] == outputs["OrdersTableStreamArn"]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (25, 30)


def test_a_browser_may_ask_first_on_every_path_without_token_or_key(product):
    found = operations(product)
    paths = {path for _, path in found}
    assert all(found["options", path] == [] for path in paths)


def test_the_packaged_function_is_what_seed_002_wants(product):
    function = product.template["Resources"]["APIHandler"]["Properties"]
    assert function["Architectures"] == ["arm64"]
    assert function["MemorySize"] == 512
    assert function["Timeout"] == 30
    assert function["Tracing"] == "Active"
    assert function["Runtime"] == f"python{HOST.version}"
    assert VARIABLE not in function["Environment"]["Variables"]


def test_every_packaged_function_is_traced_those_of_the_stream_and_the_clock_too(product):
    functions = {
        name: resource["Properties"]
        for name, resource in product.template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert {"DeliverMessages", "PublishDue"} <= set(functions)
    assert {
        name for name, function in functions.items() if function["Tracing"] != "Active"
    } == set()


def test_each_packaged_function_has_a_role_with_its_own_policy(product):
    resources = product.template["Resources"]
    functions = [
        n for n, resource in resources.items() if resource["Type"] == "AWS::Serverless::Function"
    ]
    roles = [n for n, resource in resources.items() if resource["Type"] == "AWS::IAM::Role"]
    assert len(roles) == len(functions) == len(product.project.functions)
    for function in product.project.functions:
        role = f"{to_cfn_resource_name(function.chalice_name)}Role"
        (inline,) = resources[role]["Properties"]["Policies"]
        sids = [item["Sid"] for item in inline["PolicyDocument"]["Statement"]]
        assert len(set(sids)) == len(sids)
        of_source = [sid for sid in sids if sid.startswith("Source")]
        # The stage adapts no texts, so that no function may ask a language model.
        calls = [call for call in function.calls if call.variable != LANGUAGE_MODEL]
        assert len(sids) - len(of_source) == len(calls) + 2  # and logs and traces
