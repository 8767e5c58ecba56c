"""The examples of `docs/senders.md`, run as they stand there but for the address and the key."""

import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from senders_kit import NDJSON, ndjson

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/senders.md").read_text()
NODE = Path(__file__).parent / "node"


def block(heading, language=""):
    """The first block of code in that language below a heading."""
    below = PAGE.partition(f"# {heading}\n")[2]
    found = re.search(rf"^```{language}\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def finish(command, **options):
    done = subprocess.run(  # noqa: S603 our own page
        command, capture_output=True, text=True, timeout=60, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return done


def run(command, **options):
    return finish(command, **options).stdout


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


# Python 3.12 and later start no thread while `logging` shuts down.
NO_THREADS_AT_EXIT = """
import atexit, logging, threading
def refuse(thread):
    raise RuntimeError("can't create new thread at interpreter shutdown")
atexit.register(lambda: setattr(threading.Thread, "start", refuse))
"""


def test_the_python_example(logs, sender):
    code = NO_THREADS_AT_EXIT + block("Python", "python")
    done = finish([sys.executable, "-c", code], env=sdk_environment(logs, sender))

    assert "Traceback" not in done.stderr

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


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_that_split_a_large_file(logs, sender, tmp_path):
    (tmp_path / "large.ndjson").write_bytes(ndjson([{"text": str(n)} for n in range(2500)]))

    lines = at_this_system(block("More than 1,000 records"), logs, sender)
    run(["bash", "-ec", lines], cwd=tmp_path)

    assert len(logs.until_stored(sender.tenant_id, 2500)) == 2500


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_that_read_what_was_sent(logs, sender, tmp_path):
    def read(heading):
        lines = at_this_system(block(heading), logs, sender)
        lines = lines.replace("$(make -s token)", f"'{logs.token}'")
        return run(["bash", "-ec", lines.replace("shop", sender.tenant_id)], cwd=tmp_path)

    records = [{"text": "a cart", "severity": "error", "ts": "2020-01-01T00:00:00Z"}]
    records += [{"text": "the CART is old", "severity": "warn"}, {"text": "a login"}]
    assert logs.post("/ingest", ndjson(records), NDJSON, Authorization=sender.bearer).status == 202
    logs.until_stored(sender.tenant_id, 3)

    shown = read("Read what you sent")
    assert shown.count("a login") == 2  # in the first page and the export
    assert "the CART is old" in shown
    assert f'"tenant_id":"{sender.tenant_id}"' in shown  # of the audit
    read("Export")
    exported = (tmp_path / "logs.ndjson").read_text().splitlines()
    assert [json.loads(line)["severity"] for line in exported] == ["WARN"]
    histogram, facets = (
        json.loads(line) for line in read("Count").replace("}{", "}\n{").split("\n")
    )
    assert (histogram["total"], histogram["complete"]) == (0, True)
    assert facets["read"]["matched"] == 2
    followed = read("Follow")
    assert [entry["text"] for entry in json.loads(followed)["logs"]] == []
