"""The command line against the whole running system, as somebody in a terminal uses it."""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import termios
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.local_system import ROOT, aws_of, kept_environment
from support.waiting import stays_for, until

from infra.cli.failures import CannotSignIn
from infra.cli.main import main
from infra.cli.signing_in.cognito import Cognito

OMNI = ROOT / "infra" / "cli" / "omni"
_CLIENT_SETTINGS = (
    "ClientName",
    "CallbackURLs",
    "LogoutURLs",
    "ExplicitAuthFlows",
    "SupportedIdentityProviders",
    "AllowedOAuthFlowsUserPoolClient",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "WriteAttributes",
    "PreventUserExistenceErrors",
)
LINE = {"sku": "mop", "quantity": 2, "unit_price": 9.75}


class Terminal:
    """Somebody's shell, anywhere but in the checkout."""

    def __init__(self, system, home: Path):
        self.system = system
        self.home = home
        self.environment = kept_environment() | {
            "STATE_DIR": str(system.state_dir),
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def run(self, *arguments, status=0, **options):
        done = subprocess.run(  # noqa: S603 our own launcher
            [OMNI, *arguments],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
        return done

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)

    def begin(self, *arguments):
        """A command that goes on, and the files of what it prints."""
        with (self.home / "out").open("w") as out, (self.home / "err").open("w") as err:
            return subprocess.Popen(  # noqa: S603 our own launcher
                [OMNI, *arguments], env=self.environment, cwd=self.home, stdout=out, stderr=err
            )

    def printed(self, name="out"):
        return (self.home / name).read_text().splitlines()


@pytest.fixture
def terminal(system, tmp_path):
    return Terminal(system, tmp_path)


@pytest.fixture
def follower(terminal):
    """`omni logs --follow` of a tenant, once it follows."""
    begun = []

    def follow(tenant, *arguments):
        send(terminal.system, tenant, "first", attrs={"host": "a"})
        process = terminal.begin("logs", "--follow", "--json", "--tenant", tenant, *arguments)
        begun.append(process)
        until(lambda: texts(terminal) == ["first"], what="the first record")
        return process

    yield follow
    for process in begun:
        process.kill()
        process.wait()


def send(system, tenant, text, **fields):
    record = {"tenant_id": tenant, "text": text, **fields}
    assert system.request("POST", "/ingest", record)[0] == 202


def texts(terminal):
    return [json.loads(line)["text"] for line in terminal.printed()]


def test_a_user_is_signed_in_by_itself_and_the_token_kept(terminal):
    shown = terminal.run("whoami").stdout
    assert "demo@example.com" in shown
    assert terminal.json("whoami")["tenant"] == "acme"
    (kept,) = (terminal.home / "cache" / "omnidata").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_an_order_is_placed_and_shown(terminal):
    body = json.dumps({"customer": "Ada", "lines": [LINE]})
    placed = terminal.run("orders", "place", "-", "--idempotency-key", "cli", input=body)
    order_id = placed.stdout.split()[0]
    again = terminal.run("orders", "place", body, "--idempotency-key", "cli")
    assert again.stdout.split()[0] == order_id
    until(lambda: terminal.json("orders", "show", order_id)["status"] == "notified")
    shown = terminal.run("orders", "show", order_id).stdout
    assert [word in shown for word in ("notified", "19.5", '"unit_price": 9.75')] == [True] * 3
    assert order_id in terminal.run("orders", "list", "--q", order_id[:8]).stdout
    assert terminal.json("lookup", order_id)["found"][0]["kind"] == "order"


def test_a_record_is_added_found_replaced_exported_and_deleted(terminal):
    terminal.run("records", "add", '{"user_id": "cli-ada", "n": 1.5, "esc": "\\u001b[2J"}')
    found = terminal.run("records", "find", "cli-ada")
    assert json.loads(found.stdout) == {"user_id": "cli-ada", "n": 1.5, "esc": "\x1b[2J"}
    assert "\x1b" not in found.stdout
    terminal.run("records", "replace", "cli-ada", '{"n": 2}', "--if-version", "1")
    late = terminal.run("records", "replace", "cli-ada", "{}", "--if-version", "1", status=1)
    assert late.stderr.startswith("omni: the record is at version 2 (precondition_failed, request ")
    exported = terminal.run("records", "export", "--prefix", "cli-").stdout
    assert json.loads(exported) == {"user_id": "cli-ada", "n": 2}
    terminal.run("records", "delete", "cli-ada")
    assert terminal.run("records", "import", "-", input=exported).stdout == "1 added, 0 failed\n"
    terminal.run("records", "delete", "cli-ada")
    gone = terminal.run("records", "show", "cli-ada", status=1)
    assert "(not_found, request " in gone.stderr


def test_a_message_is_sent_and_shown(terminal):
    message = terminal.json("messages", "send", "Hello", "--channel", "linkedin")
    until(lambda: terminal.json("messages", "show", message["id"])["status"] == "sent")
    assert message["id"] in terminal.run("messages", "list").stdout


def test_operators_see_the_overview_and_the_dead_letters(terminal):
    assert "orders" in terminal.run("overview", "--range", "1h").stdout
    assert terminal.run("dlq", "list").stdout.startswith("QUEUE")
    assert terminal.json("dlq", "show", "orders")["queue"] == "orders"


def test_a_follower_shows_each_record_once_also_one_that_is_late(terminal, follower):
    process = follower("cli-late")
    for number in range(20):
        send(terminal.system, "cli-late", f"line {number}")
    late = (datetime.now(UTC) - timedelta(seconds=20)).isoformat()
    send(terminal.system, "cli-late", "late", ts=late)
    wanted = ["first", "late", *(f"line {number}" for number in range(20))]
    until(lambda: sorted(texts(terminal)) == sorted(wanted), what="each record once")
    stays_for(lambda: len(texts(terminal)) == len(wanted), 5, "each record once")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0
    assert terminal.printed("err") == []


def test_a_filter_follows_too(terminal, follower):
    follower("cli-filter", "--attr", "host=a", "--severity", "info", "--since", "1h", "--text", "i")
    send(terminal.system, "cli-filter", "hidden", attrs={"host": "b"})
    send(terminal.system, "cli-filter", "visible", attrs={"host": "a"})
    until(lambda: texts(terminal)[-1] == "visible")
    assert "hidden" not in texts(terminal)


def test_what_a_reader_no_longer_wants_ends_silently(terminal):
    send(terminal.system, "cli-pipe", "first")
    command = f"'{OMNI}' logs --follow --tenant cli-pipe 2>err | head -n 1"
    piped = subprocess.Popen(  # noqa: S602 a pipe of a shell is what is tested
        f"set -o pipefail; {command}",
        shell=True,
        executable="/bin/bash",
        env=terminal.environment,
        cwd=terminal.home,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert piped.stdout.readline().endswith(b"first\n")
        until(lambda: piped.poll() is not None, what="the end, without another record")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(piped.pid, signal.SIGKILL)
        piped.wait()
        piped.stdout.close()
    assert (piped.returncode, terminal.printed("err")) == (0, [])


def test_a_full_disk_is_a_sentence(terminal):
    with Path("/dev/full").open("w") as full:
        failed = subprocess.run(  # noqa: S603 our own launcher
            [OMNI, "whoami"],
            env=terminal.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (failed.returncode, failed.stderr) == (1, "omni: [Errno 28] No space left on device\n")


def test_a_table_fits_into_a_narrow_terminal(terminal):
    terminal.run("records", "add", json.dumps({"user_id": "cli-" + "w" * 100}))
    shown = run_in_terminal(terminal, 50, "records", "list", "--prefix", "cli-w")
    assert [len(line) <= 50 for line in shown.splitlines()] == [True, True]
    assert "…" in shown


def run_in_terminal(terminal, columns, *arguments):
    """What a command prints into a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(  # noqa: S603 our own launcher
        [OMNI, *arguments], env=terminal.environment, cwd=terminal.home, stdout=theirs
    )
    os.close(theirs)
    assert process.wait(60) == 0
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    return shown


def kill_gateway(system):
    """Kill it if it is there."""
    if pid := system.pid("gateway"):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_follower_survives_a_restart_of_the_gateway(spare_system, tmp_path):
    terminal = Terminal(spare_system, tmp_path)
    send(spare_system, "cli-restart", "before")
    process = terminal.begin("logs", "-f", "--json", "--tenant", "cli-restart")
    try:
        until(lambda: texts(terminal) == ["before"])
        # Again and again: one that is back before the follower asks is no failure to it.
        until(
            lambda: kill_gateway(spare_system) or terminal.printed("err"),
            what="a line about the failure",
        )
        until(spare_system.is_healthy, what="the gateway again")
        send(spare_system, "cli-restart", "after")
        until(lambda: texts(terminal) == ["before", "after"])
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert "trying again in" in terminal.printed("err")[0]
        assert terminal.printed("err")[-1] == "omni: following again"
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def web_client(system):
    """The console's client with the flows that it has on AWS: SRP and refresh, no password."""
    client = aws_of(system.config).client("cognito-idp")
    pool_id, client_id = system.outputs["UserPoolId"], system.outputs["UserPoolClientId"]
    names = {"UserPoolId": pool_id, "ClientId": client_id}
    before = client.describe_user_pool_client(**names)["UserPoolClient"]
    kept = {name: before[name] for name in _CLIENT_SETTINGS if name in before}
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client.update_user_pool_client(**names, **kept | {"ExplicitAuthFlows": flows})
    yield Cognito(system.config.endpoint_url, pool_id, client_id, system.base_url)
    client.update_user_pool_client(**names, **kept)


def test_a_password_is_proved_by_srp_and_the_session_refreshed(system, web_client):
    user, password = system.outputs["DemoUser"], system.outputs["DemoPassword"]
    signed_in = [web_client.sign_in(user, password, str) for _ in range(5)]
    refreshed = web_client.refresh(signed_in[0].refresh_token)
    assert all(len(tokens.id_token.split(".")) == 3 for tokens in [*signed_in, refreshed])
    assert web_client.refresh("no-refresh-token") is None


def test_a_wrong_password_and_an_unknown_user_are_refused_alike(system, web_client):
    for user in (system.outputs["DemoUser"], "nobody@example.com"):
        with pytest.raises(CannotSignIn, match="Incorrect username or password"):
            web_client.sign_in(user, "wrong", str)


def test_a_user_of_a_deployed_stage_is_signed_in_by_password(
    system, web_client, monkeypatch, tmp_path, capsys
):
    outputs = {"UserPoolId": web_client.pool_id, "UserPoolClientId": web_client.client_id}
    monkeypatch.setattr("infra.deploy.project.Project.outputs", lambda *_: outputs)
    monkeypatch.setattr("infra.cli.signing_in.opening.build_cognito", lambda _: web_client)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("OMNI_TOKEN", raising=False)
    common = ["--stage", "dev", "--user", system.outputs["DemoUser"], "--url", system.base_url]
    monkeypatch.setenv("OMNI_PASSWORD", "wrong")
    assert main([*common, "whoami"]) == 4
    assert "Incorrect username or password" in capsys.readouterr().err
    monkeypatch.setenv("OMNI_PASSWORD", system.outputs["DemoPassword"])
    assert main([*common, "whoami", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["email"] == system.outputs["DemoUser"]
    monkeypatch.delenv("OMNI_PASSWORD")
    assert main([*common, "whoami"]) == 0  # by the token that was kept
