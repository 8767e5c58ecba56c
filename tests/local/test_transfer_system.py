"""The page on moving data, its commands run: from one system through PostgreSQL to another."""

import os
import re
import shlex
import signal
import subprocess
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import postgres
from support.authors import Author
from support.local_system import LocalSystem, kept_environment, local, run_module
from support.moving import Filling
from support.waiting import stays_for, until

from chalicelib.aws import Aws
from infra.declared.functions import FUNCTIONS
from infra.local.environment import aws_settings
from infra.transfer.place import StagePlace

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "migration.md").read_text()
DATABASE = "postgresql://localhost/omnidata"
NEW = "STATE_DIR=.local-new "
QUIET_S = 2.0

pytestmark = pytest.mark.skipif(postgres.why_not() is not None, reason=str(postgres.why_not()))


def read_commands(section: str) -> list[str]:
    """The commands of a section of the page, in their order."""
    text = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert text, section
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", text[1], re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def systems(tmp_path_factory):
    """The old system and the new one."""
    both = [LocalSystem(tmp_path_factory.mktemp(name)) for name in ("old", "new")]
    try:
        for each in both:
            each.begin()
        for each in both:
            until(lambda each=each: "OmniData is ready" in each.said, 90, "both systems")
        yield both
    finally:
        for each in both:
            each.end()


@pytest.fixture(scope="module")
def url():
    with postgres.running() as server:
        yield server.make_database()


@pytest.fixture(scope="module")
def run(systems, url, tmp_path_factory):
    """Runs a command of the page: its paths, stages and database become the test's own."""
    old, new = systems
    backup = tmp_path_factory.mktemp("backup")

    def run_here(command: str) -> str:
        system = new if NEW in command or "STAGE=prod" in command else old
        given = command.replace(NEW, "").replace(DATABASE, url).replace("/backup", str(backup))
        program, *words = shlex.split(re.sub(r"STAGE=\w+ ", "", given))
        assert program == "make", command
        done = subprocess.run(  # noqa: S603 the page's own commands
            ["make", "--old-file=venv", *words],  # noqa: S607 wherever make is
            cwd=ROOT,
            env=kept_environment() | {"STATE_DIR": str(system.state_dir)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run_here


@pytest.fixture(scope="module")
def filled(systems, run):
    """The old system with all kinds of data, of which much is due and it sends nothing itself."""
    old, _ = systems
    os.kill(old.pid("events"), signal.SIGSTOP)
    aws = Aws(aws_settings(old.outputs["AwsEndpointUrl"]))
    place = StagePlace("local", old.outputs, aws.client)
    run("make user EMAIL=ada@example.com TENANT=acme GROUPS=publisher")
    owners = [find_sub(aws, old, email) for email in (old.outputs["DemoUser"], "ada@example.com")]
    Filling(place, owners, now=datetime.now(UTC).replace(microsecond=0)).fill()
    return old


def find_sub(aws, system, email):
    found = aws.client("cognito-idp").admin_get_user(
        UserPoolId=system.outputs["UserPoolId"], Username=email
    )
    return next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")


def list_mails(system):
    """The mails that the topic of orders sent."""
    return system.request("GET", "/_local/mailbox/mails.json")[1]["mails"]


def test_the_way_through_postgresql_moves_everything_and_sends_nothing_twice(filled, systems, run):
    _, new = systems
    start, user, export, bring, begin = read_commands(
        "From a laptop through PostgreSQL to another one"
    )
    assert start.endswith("make run")
    run(user)
    said = run(export)
    assert re.search(r"^  messages +14  [0-9a-f]{16}$", said, re.MULTILINE)
    said = run(bring)
    assert "not mapped" not in said
    assert "What is due is held" in said
    author = Author(new)
    author.tick()
    stays_for(lambda: not author.posts("") and not list_mails(new), QUIET_S, "the quiet")
    # Its owner finds everything.
    assert {m["id"] for m in author.send("GET", "/messages")[1]["messages"]} == {
        f"m-{number}" for number in range(0, 14, 2)
    }
    assert author.send("GET", "/media/image-1")[1]["width"] == 40
    image = urllib.request.urlopen(author.send("GET", "/media/image-1")[1]["url"], timeout=10)  # noqa: S310
    assert image.read().startswith(b"\x89PNG")
    [log] = author.send("GET", "/lookup?id=given-0")[1]["found"]
    assert (log["kind"], log["status"]) == ("log", "TRACE")
    assert "written" not in run(bring)
    run(begin)
    author.tick()
    author.wait_for("m-2", "sent")
    assert sorted(post["channel"] for post in author.posts("Message 2 ")) == [
        "email",
        "email",
        "facebook",
    ]
    waiting = [f"o-{number}" for number in range(1, 12, 2)]
    until(lambda: len(find_announced(new)) >= len(waiting), what="the orders' mails")
    assert sorted(find_announced(new)) == sorted(waiting)


def find_announced(system):
    """The orders in the mails; the same one twice would be here twice."""
    texts = [mail["text"] for mail in list_mails(system)]
    return [found for text in texts for found in re.findall(r"\bo-[0-9]+\b", text)]


def test_the_way_from_one_stage_to_another_is_run_as_the_page_says(filled, run):
    commands = read_commands("From one stage to another")
    functions = {function.name("omnidata-dev") for function in FUNCTIONS}
    stopped = [command.split()[4] for command in commands if command.startswith("aws lambda")]
    assert set(stopped) <= {"omnidata-dev", *functions}
    said = [run(command) for command in commands if command.startswith("make")]
    assert len(said) == 4
    assert all("DynamoDB" not in text for text in said)
    assert "there already" in said[1]
    assert "written" not in said[3]


def test_a_system_that_does_not_run_is_named_in_one_sentence(tmp_path):
    for command, where in (("export", "--to"), ("import", "--from")):
        done = run_module(
            "infra.transfer",
            local(tmp_path),
            command,
            "--stage",
            "local",
            where,
            str(tmp_path / "x"),
        )
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith(f"{command}: no local system runs with this state")
