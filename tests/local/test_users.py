"""`make user` and `make token USER=`: users of the running system, and what is refused."""

import base64
import json

import pytest
from support.local_system import free_ports, local, run_module
from support.waiting import until

from infra.local.config import LocalConfig

USER = "infra.local.provision.user"
TOKEN = "infra.local.provision.token"


def make(system, *arguments):
    return run_module(USER, system.config, *arguments)


def claims_of(system, email):
    done = run_module(TOKEN, system.config, "--user", email)
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
    done = make(system, "--email", email, "--tenant", "shop", "--groups", "operator,publisher")
    assert done.returncode == 0, done.stderr
    assert f"{email} was created." in done.stdout
    assert f"Sign in   {email}  Omni-" in done.stdout
    assert system.outputs["ConsoleUrl"] in done.stdout
    assert f"USER={email}" in done.stdout
    claims = claims_of(system, email)
    assert (claims["email"], claims["custom:tenant_id"]) == (email, "shop")
    assert sorted(claims["cognito:groups"]) == ["operator", "publisher"]
    token = run_module(TOKEN, system.config, "--user", email).stdout.splitlines()[-1]
    assert system.request("GET", "/api/v1/pipeline", Authorization=token)[0] == 200


def test_the_same_again_says_so_with_the_same_sign_in_and_something_else_changes_it(system):
    email = "grace@example.com"
    first = make(system, "--email", email, "--tenant", "acme", "--groups", "operator").stdout
    again = make(system, "--email", email, "--tenant", "acme", "--groups", "operator").stdout
    assert again == first.replace("was created", "exists already, as asked")
    assert make(system, "--email", email).stdout == again
    changed = make(system, "--email", email, "--groups", "publisher").stdout
    assert f"{email} was changed." in changed
    assert claims_of(system, email)["cognito:groups"] == ["publisher"]
    assert claims_of(system, email)["custom:tenant_id"] == "acme"


def test_a_tenant_that_only_sent_logs_is_one(system):
    record = {"tenant_id": "sender_only", "log_id": "1", "text": "hello"}
    assert system.request("POST", "/ingest", record)[0] == 202
    arguments = ("--email", "tail@example.com", "--tenant", "sender_only")
    until(lambda: make(system, *arguments).returncode == 0, 20, "the tenant's first log")


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
def test_what_cannot_be_is_one_sentence_and_makes_nobody(system, arguments, said):
    assert sentence_of(make(system, *arguments)) == said
    assert run_module(TOKEN, system.config, "--user", "a@b.cd").returncode == 1


def test_a_token_of_nobody_names_the_command_that_makes_somebody(system):
    said = sentence_of(run_module(TOKEN, system.config, "--user", "nobody@example.com"))
    assert said.startswith("there is no user nobody@example.com: ")
    assert said.endswith("make user EMAIL=nobody@example.com makes it")


def test_when_nothing_runs_a_user_is_one_sentence(tmp_path):
    done = run_module(USER, local(tmp_path), "--email", "ada@example.com")
    assert "no local system runs with this state" in sentence_of(done)


def test_when_the_emulator_does_not_answer_a_user_is_one_sentence(tmp_path):
    config = LocalConfig(*free_ports(2), tmp_path, None)
    outputs = {"AwsEndpointUrl": config.endpoint_url, "UserPoolId": "p", "DemoUser": "d"}
    config.outputs_file.write_text(json.dumps(outputs))
    done = run_module(USER, config, "--email", "ada@example.com")
    assert sentence_of(done).startswith("no user, the emulator said: ")
