"""How a command ends, and when a request is sent again."""

import pytest
import urllib3
from cli_kit import ORDER, PROBLEM, URL, Answer, Pool, Session, page, run

from infra.cli.api import Api, CliRequest
from infra.cli.failures import Refused, Unreachable
from infra.cli.main import main

BUSY = Answer(503, PROBLEM | {"message": "the queue is busy", "code": "unavailable"})
ACCEPTED = Answer(202, {"orderID": ORDER, "status": "queued"})
NO_ANSWER = urllib3.exceptions.ProtocolError("Connection aborted.")


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that a command would have waited."""
    waited = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def client(pool, waited, said=None):
    say = (said if said is not None else []).append
    return Api(URL, Session(), say, waited.append, pool)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 1), (403, 1), (404, 1), (409, 1), (413, 1), (500, 1), (401, 4), (429, 3), (503, 3)],
)
def test_a_status_has_its_exit_code_and_one_sentence(capsys, status, code):
    assert run(Pool(Answer(status, PROBLEM)), "messages", "retry", "m-1") == code
    assert capsys.readouterr() == ("", "omni: User not found (not_found, request r-1)\n")


def test_a_gateways_own_page_is_a_sentence_too(capsys):
    page = Answer(404, raw=b"<html>", headers={"x-amzn-RequestId": "r-2"})
    assert run(Pool(page), "whoami") == 1
    assert capsys.readouterr().err == "omni: the API gave no reason (404, request r-2)\n"


def test_a_redirect_is_not_followed_with_the_token():
    moved = Answer(302, headers={"Location": "https://elsewhere.example.com/"})
    pool = Pool(moved)
    with pytest.raises(Refused):
        client(pool, []).get("/api/v1/me")
    assert len(pool.requests) == 1


def test_what_creates_is_repeated_under_the_same_key():
    waited, said = [], []
    pool = Pool(BUSY, NO_ANSWER, ACCEPTED)
    headers = {"Idempotency-Key": "one"}
    client(pool, waited, said).send(CliRequest("POST", "/orders", (), b"{}", headers))
    assert [headers["Idempotency-Key"] for *_, headers in pool.requests] == ["one"] * 3
    assert waited == [0.5, 1.0]
    assert said[0] == "the queue is busy (unavailable, request r-1); trying again in 0.5 s"


def test_a_command_makes_its_key_once_and_another_run_makes_another(pauses):
    keys = []
    for _ in range(2):
        pool = Pool(BUSY, ACCEPTED)
        assert run(pool, "orders", "place", "{}") == 0
        keys += [headers["Idempotency-Key"] for *_, headers in pool.requests]
    assert [keys[0] == keys[1], keys[2] == keys[3], keys[0] == keys[2]] == [True, True, False]


def test_an_unknown_end_names_the_key_to_repeat_it_with(pauses, capsys):
    assert run(Pool(NO_ANSWER), "orders", "place", "{}", "--idempotency-key", "monday") == 3
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith("it may have been done: repeat it with --idempotency-key monday")


def test_what_is_neither_a_read_nor_under_a_key_is_sent_once():
    pool = Pool(BUSY)
    with pytest.raises(Unreachable):
        client(pool, []).send(CliRequest("POST", "/api/v1/messages/m-1/retry"))
    with pytest.raises(Unreachable):
        client(pool, []).send(CliRequest("DELETE", "/api/v1/records/ada"))
    assert len(pool.requests) == 2


def test_retry_after_says_how_long_to_wait_but_not_for_ever():
    waited = []
    pool = Pool(
        Answer(503, PROBLEM, {"Retry-After": "2"}),
        Answer(503, PROBLEM, {"Retry-After": "3600"}),
        Answer(200, {}),
    )
    client(pool, waited).get("/api/v1/me")
    assert waited == [2.0, 10.0]


def test_a_refused_token_is_replaced_once():
    pool = Pool(Answer(401, PROBLEM), Answer(200, {}))
    client(pool, []).get("/api/v1/me")
    assert [headers["Authorization"] for *_, headers in pool.requests] == ["token", "renewed"]


@pytest.mark.parametrize("before", [True, False])
def test_common_options_stand_before_or_after_the_command(before):
    words = ["orders", "list"]
    common = ["--url", f"{URL}/base/"]
    pool = Pool(Answer(200, page("orders")))
    assert main([*common, *words] if before else [*words, *common], pool) == 0
    assert pool.requests[0][1].startswith(f"{URL}/base/orders?")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["orders"],
        ["orders", "show", ""],
        ["records", "delete", ".."],
        ["logs", "--limit", "0"],
        ["logs", "--severity", "loud"],
        ["logs", "--attr", "host"],
        ["messages", "send", "hi"],
        ["--stage", "other", "whoami"],
    ],
)
def test_wrong_arguments_end_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments, Pool())
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["logs", "--follow", "--until", "1h"],
        ["dlq", "redrive", "orders"],
        ["dlq", "redrive", "orders", "letter-1", "--all"],
        ["records", "add", "@missing.json"],
        ["records", "import", "missing.csv"],
    ],
)
def test_arguments_that_do_not_go_together_and_missing_files_end_with_2(arguments, capsys):
    pool = Pool()
    assert run(pool, *arguments) == 2
    assert pool.requests == []
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "url", ["http://example.com", "ftp://127.0.0.1", "example.com", "https://"]
)
def test_a_token_goes_to_https_or_to_this_machine_alone(url, capsys):
    assert main(["--url", url, "whoami"], Pool()) == 2
    assert "must begin with https://" in capsys.readouterr().err


def test_what_is_missing_is_a_refusal(capsys):
    nothing = {"id": "x", "complete": True, "found": [], "looked": []}
    assert run(Pool(Answer(200, nothing)), "lookup", "x") == 1
    missing = {"done": [], "missing": ["l"], "failed": []}
    assert run(Pool(Answer(200, missing)), "dlq", "redrive", "orders", "l") == 1


def test_an_error_of_its_own_is_a_sentence(capsys):
    assert run(Pool(Answer(200, {"unexpected": 1})), "whoami") == 1
    assert capsys.readouterr().err == (
        "omni: an error of omni itself, please report it: KeyError('email')\n"
    )
