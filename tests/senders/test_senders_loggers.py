"""Loggers as they are: what each prints by itself is sent as NDJSON, and nothing is lost of it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from senders_kit import NDJSON

NODE = Path(__file__).parent / "node"
CLOCKS_DIFFER = timedelta(seconds=2)

STRUCTLOG = """
import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(),
    ]
)
logger = structlog.get_logger()
logger.error("database is down", cart="c-17", attempts=3)
logger.warning("cart is old", cart="c-17")
"""
LOGURU = """
import sys

from loguru import logger

logger.remove()
logger.add(sys.stdout, serialize=True)
logger.bind(cart="c-17", attempts=3).error("database is down")
logger.bind(cart="c-17").warning("cart is old")
"""
PYTHON = {"structlog": STRUCTLOG, "loguru": LOGURU}


def printed(command, cwd=None):
    """What a logger writes to its standard output."""
    done = subprocess.run(  # noqa: S603 our own scripts
        command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def arrives(logs, sender, lines, began):
    answer = logs.post("/ingest", lines, NDJSON, Authorization=sender.bearer)
    assert (answer.status, answer.body["accepted"], answer.body["rejected"]) == (202, 2, 0)
    by_text = {item["text"]: item for item in logs.until_stored(sender.tenant_id, 2)}
    error, warning = by_text["database is down"], by_text["cart is old"]
    assert (error["severity"], warning["severity"]) == ("ERROR", "WARN")
    assert (error["attrs"]["cart"], error["attrs"]["attempts"]) == ("c-17", 3)
    for item in (error, warning):
        assert began <= datetime.fromisoformat(item["ts"]) <= datetime.now(UTC) + CLOCKS_DIFFER
        assert item["ts"] != item["received_at"]
        assert "_repaired" not in item["attrs"]


@pytest.mark.usefixtures("node_packages")
@pytest.mark.parametrize("logger", ["pino", "winston", "bunyan"])
def test_a_logger_of_node_keeps_its_time_level_and_text(logs, sender, logger):
    began = datetime.now(UTC) - CLOCKS_DIFFER
    arrives(logs, sender, printed(["node", "loggers.mjs", logger], cwd=NODE), began)


@pytest.mark.parametrize("logger", PYTHON)
def test_a_logger_of_python_keeps_its_time_level_and_text(logs, sender, logger):
    began = datetime.now(UTC) - CLOCKS_DIFFER
    arrives(logs, sender, printed([sys.executable, "-c", PYTHON[logger]]), began)
