"""The document's examples are requests that succeed, and say what may be left out of them."""

import jsonschema_rs
import pytest
from example_kit import DOCUMENT, Stage, leave_out, list_members, list_requests
from publisher_kit import stage_of

# A record without a text is taken all the same where one can be made of what else it has.
REPAIRED = ("ingest", ("text",))
NO_PLATFORM = "http://127.0.0.1:9"  # nothing is delivered here

REQUESTS = list(list_requests())
MEMBERS = [
    (sent, member) for sent in REQUESTS for member in list_members(sent.schema, sent.example)
]
RESULTS = [
    (operation["operationId"], status, content)
    for item in DOCUMENT["paths"].values()
    for operation in item.values()
    for status, response in operation["responses"].items()
    for content in response.get("content", {}).values()
    if "example" in content
]


def say(given):
    return f"{given.name}-{given.media_type}" if hasattr(given, "media_type") else None


@pytest.fixture
def stage(callers, aws, run_on):
    run_on(aws, **stage_of(NO_PLATFORM, need_approval=True))
    return Stage(callers, aws)


def is_valid(schema, body):
    whole = {**schema, "components": DOCUMENT["components"]}
    return jsonschema_rs.Draft202012Validator(whole).is_valid(body)


def test_every_operation_with_a_body_has_examples():
    assert [sent[:5] for sent in REQUESTS if sent.example is None] == []
    with_body = {
        operation["operationId"]
        for item in DOCUMENT["paths"].values()
        for operation in item.values()
        if "requestBody" in operation
    }
    assert {sent.name for sent in REQUESTS} == with_body


@pytest.mark.parametrize("sent", REQUESTS, ids=say)
def test_an_example_is_taken(stage, sent):
    assert is_valid(sent.schema, sent.example)
    status, body = stage.send(sent, sent.example)
    assert str(status) == sent.status, body


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("sent", "member"), MEMBERS, ids=lambda given: say(given) or ".".join(map(str, given.place))
)
def test_what_is_required_may_not_be_left_out_and_all_else_may(stage, sent, member):
    less = leave_out(sent.example, member.place)
    assert is_valid(sent.schema, less) == (not member.is_required)
    status, body = stage.send(sent, less)
    is_refused = member.is_required and (sent.name, member.place) != REPAIRED
    assert str(status) == ("400" if is_refused else sent.status), body


def test_a_log_record_with_nothing_to_make_a_text_of_is_refused(stage):
    ingest = next(sent for sent in REQUESTS if sent.name == "ingest")
    status, body = stage.send(ingest, {"severity": "INFO"})
    assert (status, body["code"]) == (400, "invalid_input")


@pytest.mark.parametrize(("name", "status", "content"), RESULTS)
def test_the_example_of_a_response_is_one(name, status, content):
    assert is_valid(content["schema"], content["example"]), (name, status)


def test_the_main_results_have_examples():
    main = {"add_record", "find_record", "get_record", "place_order", "get_order", "ingest"}
    assert main <= {name for name, _, _ in RESULTS}
