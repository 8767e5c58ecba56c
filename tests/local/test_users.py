"""`make user` and `make token USER=`: users of the running system, and what is refused."""

import base64
import json
from typing import NamedTuple

import pytest
from support.local_system import free_ports, local, run_module
from support.waiting import until

from infra.local.config import LocalConfig
from infra.local.provision import command, token, user


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(monkeypatch, capsys, system):
    """Runs a command for the shared system in this process: a process takes four times as long."""
    monkeypatch.setattr(command, "isolate", lambda: None)
    monkeypatch.setattr(command, "local_config", lambda: system.config)

    def run_here(module, *arguments):
        status = module.main(list(arguments))
        return Done(status, *capsys.readouterr())

    return run_here


def claims_of(done):
    """The claims of the token that was printed."""
    assert done.returncode == 0, done.stderr
    payload = done.stdout.splitlines()[-1].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=="))


def create_tenant(system, tenant_id):
    body = {"tenant_id": tenant_id}
    status, _ = system.request("POST", "/api/v1/tenants", body, Authorization=system.token())
    assert status == 201


def sentence_of(done, start="omnidata: "):
    """What it said, in one line and without a traceback."""
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    return done.stderr.strip().removeprefix(start)


def test_a_user_is_made_with_tenant_and_groups_and_has_a_token(system):
    create_tenant(system, "shop")
    email = "ada@example.com"
    wanted = ("--email", email, "--tenant", "shop", "--groups", "operator,publisher")
    done = run_module(user.__name__, system.config, *wanted)
    assert done.returncode == 0, done.stderr
    assert f"{email} was created." in done.stdout
    assert f"Sign in   {email}  Omni-" in done.stdout
    assert system.outputs["ConsoleUrl"] in done.stdout
    assert f"USER={email}" in done.stdout
    printed = run_module(token.__name__, system.config, "--user", email)
    claims = claims_of(printed)
    assert (claims["email"], claims["custom:tenant_id"]) == (email, "shop")
    assert sorted(claims["cognito:groups"]) == ["operator", "publisher"]
    signed_in = {"Authorization": printed.stdout.splitlines()[-1]}
    assert system.request("GET", "/api/v1/pipeline", **signed_in)[0] == 200


def test_the_same_again_says_so_with_the_same_sign_in_and_something_else_changes_it(run):
    email = "grace@example.com"
    wanted = ("--email", email, "--tenant", "acme", "--groups", "operator")
    first, again = run(user, *wanted).stdout, run(user, *wanted).stdout
    assert again == first.replace("was created", "exists already, as asked")
    assert run(user, "--email", email).stdout == again
    changed = run(user, "--email", email, "--groups", "publisher").stdout
    assert f"{email} was changed." in changed
    claims = claims_of(run(token, "--user", email))
    assert (claims["cognito:groups"], claims["custom:tenant_id"]) == (["publisher"], "acme")


def test_a_tenant_that_only_sent_logs_is_one(system, run):
    record = {"tenant_id": "sender_only", "log_id": "1", "text": "hello"}
    assert system.request("POST", "/ingest", record)[0] == 202
    arguments = ("--email", "tail@example.com", "--tenant", "sender_only")
    until(lambda: run(user, *arguments).returncode == 0, 20, "the tenant's first log")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "EMAIL must be an address such as ada@example.com, not ''"),
        (["--email", "ada"], "EMAIL must be an address such as ada@example.com, not 'ada'"),
        (
            ["--email", "a@b.cd", "--tenant", "nobody"],
            "there is no tenant 'nobody': create it by POST /api/v1/tenants",
        ),
        (
            ["--email", "a@b.cd", "--groups", "boss"],
            "there is no group 'boss'; there are operator, publisher",
        ),
        (
            ["--email", "demo@example.com"],
            "demo@example.com is the demo user, which make run makes; choose another address",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_and_makes_nobody(run, arguments, said):
    assert sentence_of(run(user, *arguments)) == said
    assert run(token, "--user", "a@b.cd").returncode == 1


def test_a_token_of_nobody_names_the_command_that_makes_somebody(run):
    said = sentence_of(run(token, "--user", "nobody@example.com"))
    assert said.startswith("there is no user nobody@example.com: ")
    assert said.endswith("make user EMAIL=nobody@example.com makes it")


def test_when_nothing_runs_a_user_is_one_sentence(tmp_path):
    done = run_module(user.__name__, local(tmp_path), "--email", "ada@example.com")
    assert "no local system runs with this state" in sentence_of(done)


def test_when_the_emulator_does_not_answer_a_user_is_one_sentence(tmp_path):
    config = LocalConfig(*free_ports(2), tmp_path, None)
    outputs = {"AwsEndpointUrl": config.endpoint_url, "UserPoolId": "p", "DemoUser": "d"}
    config.outputs_file.write_text(json.dumps(outputs))
    done = run_module(user.__name__, config, "--email", "ada@example.com")
    assert sentence_of(done).startswith("no user, the emulator said: ")
