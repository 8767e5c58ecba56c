"""Every route is documented, the document is valid, and the committed one is up to date."""

import json
import os
import re
import subprocess
import sys

import jsonschema_rs
import msgspec
import pytest
from chalice.app import ChaliceAuthorizer, CognitoUserPoolAuthorizer
from schemathesis.specs.openapi.definitions import OPENAPI_31

import chalicelib
from app import app
from chalicelib.web.access import OPEN
from chalicelib.web.api import Api
from infra.checks import openapi

ROOT = openapi.FILE.parent
DOCUMENT = app.openapi(chalicelib.__version__)
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


UNSUBSCRIBE, CALENDAR = "/unsubscribe/{token}", "/calendar/{token}"  # for who has the link
CERTIFICATE = "/certificates/{certification_id}"  # for anybody, where it is public
BADGE = f"{CERTIFICATE}/badge"


def test_every_route_is_documented_and_nothing_else_is():
    routes = {(path, method) for path, methods in app.routes.items() for method in methods}
    routes -= {(UNSUBSCRIBE, "HEAD"), (CERTIFICATE, "HEAD")}  # as its GET, without the body
    assert {(path, method.upper()) for path, method, _ in OPERATIONS} == routes


def test_the_document_is_valid_openapi_3_1():
    errors = jsonschema_rs.validator_for(OPENAPI_31).iter_errors(DOCUMENT)
    assert [f"{error.instance_path}: {error}" for error in errors] == []
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_schema_of_the_document_is_valid_json_schema():
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def test_every_reference_leads_somewhere():
    text = json.dumps(DOCUMENT)
    names = re.findall(r'"\$ref": "#/components/(\w+)/([\w-]+)"', text)
    kept = ("headers", "schemas")
    assert set(names) == {(kind, name) for kind in kept for name in DOCUMENT["components"][kind]}
    assert text.count('"$ref"') == len(names)


def test_the_committed_document_says_what_the_routes_say():
    assert openapi.FILE.read_text() == openapi.render()


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_documents_what_follows_from_its_declaration(path, method, operation):
    statuses = set(operation["responses"])
    assert {"500", "503"} <= statuses
    assert operation["summary"]
    assert re.fullmatch(r"[a-z_]+", operation["operationId"])
    if "requestBody" in operation:
        assert {"400", "413", "415"} <= statuses
    if any("idToken" in needed for needed in operation["security"]):
        assert "401" in statuses
    if any("apiKey" in needed for needed in operation["security"]):
        assert {"403", "429"} <= statuses
    if {parameter["in"] for parameter in operation["parameters"]} & {"path", "query", "header"}:
        assert "400" in statuses


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_failure_has_the_same_body_but_where_the_protocol_has_its_own(
    path, method, operation
):
    problem = {"$ref": "#/components/schemas/Problem"}
    expected = {"application/json": {"schema": problem}}
    if path == "/v1/logs":  # what API Gateway refuses there has the same body all the same
        either = [{"$ref": "#/components/schemas/OtlpStatus"}, problem]
        expected = {
            "application/json": {"schema": {"anyOf": either}},
            "application/x-protobuf": {"schema": {"format": "binary", "type": "string"}},
        }
    if path in (
        UNSUBSCRIBE,
        CERTIFICATE,
        BADGE,
    ):  # people see these; what API Gateway refuses is JSON all the same
        expected["text/html"] = {"schema": {"type": "string"}}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert response["content"] == expected


def test_bodies_that_are_no_json_of_ours_name_their_types():
    def types(path, method, part):
        return list(DOCUMENT["paths"][path][method][part]["content"])

    ndjson = ["application/x-ndjson", "application/ndjson", "application/jsonl"]
    assert types("/ingest", "post", "requestBody") == ["application/json", *ndjson, "text/plain"]
    assert types("/v1/logs", "post", "requestBody") == [
        "application/json",
        "application/x-protobuf",
    ]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_path_parameters_are_declared(path, method, operation):
    declared = {
        parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"
    }
    assert declared == set(re.findall(r"{(\w+)}", path))


def test_the_headers_that_routes_read_are_documented():
    documented = {
        operation["operationId"]: [
            parameter["name"]
            for parameter in operation["parameters"]
            if parameter["in"] == "header"
            and (method, parameter["name"]) != ("get", "If-None-Match")
        ]
        for _, method, operation in OPERATIONS
    }
    assert {name: headers for name, headers in documented.items() if headers} == {
        "add_record": ["Idempotency-Key"],
        "import_messages": ["Idempotency-Key"],
        "import_records": ["Idempotency-Key"],
        "replace_record": ["If-Match", "If-None-Match"],
        "patch_record": ["If-Match"],
        "delete_record": ["If-Match"],
        "place_order": ["Idempotency-Key"],
        "ingest": ["X-Tenant-ID", "X-Tenant-Strict"],
        "export_otlp": ["X-Tenant-ID"],
        "change_webhook": ["If-Match"],
        "delete_webhook": ["If-Match"],
        "rotate_webhook_secret": ["If-Match"],
        "find_logs": ["X-Tenant-ID"],
        "show_log_histogram": ["X-Tenant-ID"],
        "list_log_facets": ["X-Tenant-ID"],
        "export_logs": ["X-Tenant-ID"],
        "create_message": ["Idempotency-Key"],
        "change_message": ["If-Match"],
        "reschedule_message": ["If-Match"],
        "create_series": ["Idempotency-Key"],
        "change_series": ["If-Match"],
        "delete_series": ["If-Match"],
        "create_template": ["Idempotency-Key"],
        "replace_template": ["If-Match"],
        "delete_template": ["If-Match"],
        "create_certification": ["Idempotency-Key"],
        "replace_certification": ["If-Match"],
        "delete_certification": ["If-Match"],
    }


def test_every_read_but_that_of_a_link_takes_the_tag_of_what_the_client_has():
    for path, method, operation in OPERATIONS:
        names = {
            parameter["name"]
            for parameter in operation["parameters"]
            if parameter["in"] == "header"
        }
        links = ("/api/v1/media/{media_id}", UNSUBSCRIBE, BADGE)
        is_kept = method == "get" and path not in links
        assert ("304" in operation["responses"]) == is_kept, path
        if method == "get":
            assert ("If-None-Match" in names) == is_kept, path


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_a_schema_says_in_its_name_of_what_it_is():
    """A generated client has the schemas of all workloads in one list."""
    general = {
        *("Delivery", "Item", "Job", "Key", "Line", "Message", "Origin", "Outcome", "Override"),
        *("Page", "Point", "Read", "Reason", "Recipients", "Resolution", "Resource", "Response"),
        *("Result", "Rotation", "Scope", "Selection", "Severity", "State", "Status", "Step"),
        *("Subscription", "Subscriptions", "Upload", "Validation", "Value", "Verb"),
    }
    assert general & DOCUMENT["components"]["schemas"].keys() == set()


def test_security_is_documented_as_it_is_registered():
    kinds = {CognitoUserPoolAuthorizer: "idToken", ChaliceAuthorizer: "tenantKey"}
    for path, method, operation in OPERATIONS:
        route = app.routes[path][method.upper()]
        registered = {kinds[type(route.authorizer)]} if route.authorizer else set()
        if route.api_key_required:
            registered.add("apiKey")
        assert {name for item in operation["security"] for name in item} == registered, path


def test_only_health_links_and_public_certificates_are_open():
    opened = {path for path, _, operation in OPERATIONS if not operation["security"]}
    assert opened == {"/health", UNSUBSCRIBE, CALENDAR, CERTIFICATE, BADGE}


def printed_on_stage_local(script):
    """What a process prints that has a laptop's settings, read at import."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(  # noqa: S603 our own interpreter
        [sys.executable, "-c", script], env=environment, cwd=ROOT, check=True, capture_output=True
    ).stdout


@pytest.mark.thorough
def test_with_open_intake_orders_and_logs_need_no_credentials():
    script = "import json; from app import app; print(json.dumps(app.openapi('1')['paths']))"
    security = {
        (method, path): operation["security"]
        for path, item in json.loads(printed_on_stage_local(script)).items()
        for method, operation in item.items()
    }
    assert {route for route, needed in security.items() if not needed} == {
        ("get", "/health"),
        ("get", CALENDAR),
        ("get", CERTIFICATE),
        ("get", BADGE),
        ("get", UNSUBSCRIBE),
        ("post", UNSUBSCRIBE),
    }
    assert security["post", "/orders"] == [{}, {"idToken": []}]
    optional_key = [{}, {"tenantKey": []}]  # checked where it is sent
    assert {route for route, needed in security.items() if needed == optional_key} == {
        ("post", "/ingest"),
        ("post", "/v1/logs"),
    }


@pytest.mark.thorough
def test_the_written_document_is_the_same_wherever_it_is_written():
    script = "from infra.checks import openapi; print(openapi.render(), end='')"
    assert printed_on_stage_local(script).decode() == openapi.render()


def test_a_route_that_is_added_appears_by_itself():
    api = Api("another", cors_origin="*")

    @api.get("/things/{thing_id}", access=OPEN)
    def get_thing(thing_id: str) -> None:
        """Get a thing."""

    assert api.openapi("1")["paths"]["/things/{thing_id}"]["get"]["operationId"] == "get_thing"


def test_two_types_of_one_name_are_no_document():
    class Thing(msgspec.Struct):
        """One."""

    class OtherThing(msgspec.Struct):
        """Another."""

    OtherThing.__name__ = "Thing"
    api = Api("another", cors_origin="*")

    @api.get("/a", access=OPEN)
    def get_a() -> Thing:
        """Get one."""

    @api.get("/b", access=OPEN)
    def get_b() -> OtherThing:
        """Get another."""

    with pytest.raises(ValueError, match="Thing"):
        api.openapi("1")


@pytest.mark.parametrize(
    ("path", "tag"),
    [
        ("/stream", "records"),
        ("/api/v1/records/{user_id}", "records"),
        ("/orders/{orderID}", "orders"),
        ("/api/v1/orders/subscriptions", "orders"),
        ("/v1/logs", "logs"),
        ("/api/v1/tenants/{tenant_id}/keys", "tenants"),
        ("/api/v1/channels", "publisher"),
        ("/api/v1/dead-letters/{queue}", "operations"),
        ("/api/v1/me", "overview"),
    ],
)
def test_an_operation_has_the_tag_of_its_workload(path, tag):
    assert {tuple(operation["tags"]) for operation in DOCUMENT["paths"][path].values()} == {(tag,)}


def test_every_operation_has_one_tag():
    assert {len(operation["tags"]) for _, _, operation in OPERATIONS} == {1}


def test_examples_are_what_their_schemas_hold():
    found = list(find_examples(DOCUMENT))
    assert found
    for schema, example in found:
        whole = {**schema, "components": DOCUMENT["components"]}
        assert jsonschema_rs.Draft202012Validator(whole).is_valid(example), (schema, example)


def find_examples(part):
    """Each schema that has examples, with each of them."""
    members = part.values() if isinstance(part, dict) else part
    if isinstance(part, dict) and isinstance(part.get("examples"), list):
        yield from ((part, example) for example in part["examples"])
    for member in members:
        if isinstance(member, dict | list):
            yield from find_examples(member)
