"""`/lookup`: what an id is of, for whom, and which kinds were searched."""

import pytest
from letters_kit import listed, queue
from support.events import Context, sqs_record
from support.failpoints import always, failpoints, throttled
from tenant_kit import keep_logs

from app import run_jobs
from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.errors import BatchFailed

EVERYONES = ["record", "order", "request"]
ACME, BETA = {"custom:tenant_id": "acme"}, {"custom:tenant_id": "beta"}
PUBLISHER = {"cognito:groups": "publisher"}
LATER = {"content": "x", "channels": ["linkedin"], "scheduled_at": "2030-01-31T09:00:00Z"}


def look_up(caller, wanted):
    status, result = caller.send("GET", f"/api/v1/lookup?id={wanted}")
    assert (status, result["id"], result["complete"]) == (200, wanted, True)
    return result


def found(caller, wanted):
    return [
        (thing["kind"], thing["id"], thing["status"], thing["by_request"])
        for thing in look_up(caller, wanted)["found"]
    ]


def kinds(caller):
    return [kind["kind"] for kind in look_up(caller, "nothing")["looked"]]


# --- Which kinds ----------------------------------------------------------------------------------


def test_the_kinds_are_those_that_the_caller_may_see(callers):
    assert kinds(callers.user()) == EVERYONES
    assert kinds(callers.user("u-1", **ACME)) == ["record", "order", "log", "request"]
    assert kinds(callers.user("u-1", **PUBLISHER)) == ["record", "order", "message", "request"]
    assert kinds(callers.operator()) == [
        "record",
        "order",
        "job",
        "dead_letter",
        "failed_request",
        "request",
    ]


def test_an_id_of_nothing_is_found_nowhere(callers):
    result = look_up(callers.operator(), "nothing")
    assert result["found"] == []
    assert all(kind["complete"] for kind in result["looked"])


@pytest.mark.parametrize("wanted", ["", "a%20b", "a%23b", "..", "x" * 129])
def test_what_cannot_be_an_id_is_refused(callers, wanted):
    assert callers.user().send("GET", f"/api/v1/lookup?id={wanted}")[0] == 400


def test_an_id_is_needed(callers):
    assert callers.user().send("GET", "/api/v1/lookup")[0] == 400


# --- Each kind ------------------------------------------------------------------------------------


def test_a_record_is_found_and_that_is_no_search(aws, callers):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "ada", "x": 1})
    (thing,) = look_up(user, "ada")["found"]
    assert (thing["kind"], thing["href"]) == ("record", "/api/v1/records/ada")
    assert user.send("GET", thing["href"])[1]["updated_at"] == thing["at"]
    assert queue(aws, "searches").counts().waiting == 0


def test_an_order_is_found_by_who_placed_it_and_operators(callers):
    ada = callers.user("ada")
    _, order = ada.send("POST", "/orders", {"x": 1})
    wanted = order["orderID"]
    (thing,) = look_up(ada, wanted)["found"]
    assert (thing["kind"], thing["status"], thing["href"]) == (
        "order",
        "queued",
        f"/orders/{wanted}",
    )
    assert found(callers.operator(), wanted) == [("order", wanted, "queued", False)]
    assert found(callers.user("eve"), wanted) == []


def test_a_message_is_found_by_its_author_alone(callers):
    ada = callers.user("ada", **PUBLISHER)
    _, message = ada.send("POST", "/api/v1/messages", LATER)
    wanted = message["id"]
    assert found(ada, wanted) == [("message", wanted, "scheduled", False)]
    for other in (callers.user("eve", **PUBLISHER), callers.user("ada"), callers.operator()):
        assert found(other, wanted) == []


def test_a_log_record_is_found_in_the_own_tenant_alone(aws, callers):
    keep_logs(aws, "acme", "hello")
    ada = callers.user("ada", **ACME)
    (entry,) = ada.send("GET", "/api/v1/logs")[1]["logs"]
    wanted, at = entry["log_id"], entry["ts"]
    state = Table(aws.client("dynamodb"), "OmniState-test")
    for tenant in ("acme", "beta"):
        sort_key = f"{times.sortable_text(times.parse(at, 'at'))}#{wanted}"
        state.put({"pk": f"LOG#{tenant}#{wanted}", "sk": "MARKER", "record": sort_key})
    (thing,) = look_up(ada, wanted)["found"]
    assert (thing["kind"], thing["status"], thing["at"]) == ("log", "INFO", at)
    assert ada.send("GET", thing["href"])[1]["logs"] == [entry]
    for other in (callers.user("eve", **BETA), callers.user("eve"), callers.operator()):
        assert found(other, wanted) == []


def test_a_job_is_found_by_operators_alone(aws, callers):
    queue(aws, "orders", dead=True).send("a")
    operator = callers.operator()
    _, job = operator.send("POST", "/api/v1/dead-letters/orders/jobs", {})
    assert found(operator, job["job_id"]) == [("job", job["job_id"], "running", False)]
    assert found(callers.user("u-1", **PUBLISHER), job["job_id"]) == []


def die(aws, operator, body="no step"):
    """A message of the jobs queue that failed five times; answers its id."""
    queue(aws, "jobs", dead=True).send(body)
    message_id = listed(operator, "jobs")[body]
    record = {**sqs_record(body), "messageId": message_id}
    record["attributes"] = {"ApproximateReceiveCount": "5", "SentTimestamp": "0"}
    with pytest.raises(BatchFailed):
        run_jobs({"Records": [record]}, Context())
    return message_id


def test_a_dead_letter_is_found_by_operators_while_it_is_there(aws, callers):
    operator = callers.operator()
    wanted = die(aws, operator)
    (thing,) = look_up(operator, wanted)["found"]
    assert (thing["kind"], thing["status"]) == ("dead_letter", "DecodeError")
    assert thing["href"] == f"/api/v1/dead-letters/jobs/{wanted}"
    assert operator.send("GET", thing["href"])[1]["body"] == "no step"
    assert found(callers.user("u-1", **ACME), wanted) == []
    operator.send("POST", "/api/v1/dead-letters/jobs/delete", {"ids": [wanted]})
    assert found(operator, wanted) == []


# --- Requests -------------------------------------------------------------------------------------


def test_a_request_leads_to_the_order_that_it_placed(callers):
    ada = callers.user("ada")
    _, accepted = ada.send("POST", "/orders", {"x": 1})
    wanted = accepted["orderID"]
    _, order = ada.send("GET", f"/orders/{wanted}")
    request_id = order["request_id"]
    assert found(ada, request_id) == [("order", wanted, "queued", True)]
    assert found(callers.operator(), request_id) == [("order", wanted, "queued", True)]
    assert found(callers.user("eve"), request_id) == []


def test_a_request_leads_to_the_message_that_it_made(callers):
    ada = callers.user("ada", **PUBLISHER)
    _, message = ada.send("POST", "/api/v1/messages", LATER, Idempotency_Key="k")
    ada.send("POST", "/api/v1/messages", LATER, Idempotency_Key="k")
    made = [("message", message["id"], "scheduled", True)]
    assert found(ada, message["request_id"]) == made
    for other in (callers.user("eve", **PUBLISHER), callers.user("ada"), callers.operator()):
        assert found(other, message["request_id"]) == []


# --- Parts that fail ------------------------------------------------------------------------------


def test_a_kind_that_fails_says_so_and_the_others_are_found(aws, callers, pauses):
    user = callers.user()
    user.send("POST", "/stream", {"user_id": "ada"})
    with failpoints(aws.client("dynamodb"), "Query", always(throttled)):
        status, result = user.send("GET", "/api/v1/lookup?id=ada")
    assert (status, result["complete"]) == (200, False)
    assert [match["kind"] for match in result["found"]] == ["record"]
    assert [kind["kind"] for kind in result["looked"] if not kind["complete"]] == ["request"]


def test_the_calls_are_few_whatever_is_asked_for(aws, callers):
    calls = []
    for service in ("dynamodb", "sqs"):
        aws.client(service).meta.events.register_last(
            f"before-send.{service}", lambda request, **_: calls.append(request.url)
        )
    look_up(callers.user("op", **{"cognito:groups": "operator,publisher", **ACME}), "nothing")
    assert len(calls) <= 9
