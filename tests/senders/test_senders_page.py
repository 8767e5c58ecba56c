"""The examples of `docs/senders.md`, run as they stand there but for the address and the key."""

import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from senders_kit import ndjson

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/senders.md").read_text()
NODE = Path(__file__).parent / "node"


def block(heading, language=""):
    """The first block of code in that language below a heading."""
    below = PAGE.partition(f"# {heading}\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def run(command, **options):
    done = subprocess.run(  # noqa: S603 our own page
        command, capture_output=True, text=True, timeout=60, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def at_this_system(text, logs, sender):
    """The example with this system's address and the sender's key."""
    text = text.replace("https://YOUR_API_ENDPOINT", logs.system.base_url.rstrip("/"))
    text = text.replace("http://127.0.0.1:8000", logs.system.base_url.rstrip("/"))
    return text.replace("YOUR_KEY", sender.key)


def sdk_environment(logs, sender):
    """The variables of the page, beside the path."""
    lines = at_this_system(block("OpenTelemetry SDKs"), logs, sender).split()
    return {"PATH": os.environ["PATH"], **dict(line.split("=", 1) for line in lines)}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_of_curl(logs, sender, tmp_path):
    (tmp_path / "app.ndjson").write_bytes(ndjson([{"text": "one"}, {"text": "two"}]))

    run(["bash", "-ec", at_this_system(block("curl"), logs, sender)], cwd=tmp_path)

    items = logs.until_stored(sender.tenant_id, 3)
    assert sorted(item["text"] for item in items) == ["User login event", "one", "two"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_that_make_a_tenant_and_its_key(logs, sender):
    lines = at_this_system(block("A key"), logs, sender)
    assert "token=$(make -s token)" in lines
    tenant_id = f"t-{uuid.uuid4().hex[:12]}"
    lines = lines.replace("$(make -s token)", f"'{logs.token}'").replace("shop", tenant_id)

    made = run(["bash", "-ec", lines])

    assert f'"tenant_id":"{tenant_id}"' in made
    assert '"key":"omk_' in made


def test_the_python_example(logs, sender):
    run([sys.executable, "-c", block("Python", "python")], env=sdk_environment(logs, sender))

    (item,) = logs.until_stored(sender.tenant_id, 1)
    assert (item["text"], item["severity"], item["source"]) == ("cart is old", "WARN", "shop")
    assert item["attrs"]["cart"] == "c-17"


@pytest.mark.usefixtures("node_packages")
def test_the_node_example(logs, sender):
    run(
        ["node", "--input-type=module", "--eval", block("Node", "js")],
        cwd=NODE,
        env=sdk_environment(logs, sender),
    )

    (item,) = logs.until_stored(sender.tenant_id, 1)
    assert (item["text"], item["severity"]) == ("cart is old", "WARN")
