"""syslog-ng as a sender: its own bytes, and itself with the configuration of `docs/senders.md`."""

from pathlib import Path

import pytest
import syslog_ng
from senders_kit import NDJSON
from support.log_lines import made

# What syslog-ng 3.38 sent of `made("sshd", 5)` with the configuration of `docs/senders.md`.
RECORDED = Path(__file__).parent / "recorded/syslog_ng_3_38.ndjson"
PAGE = syslog_ng.ROOT / "docs/senders.md"
SAYS = "Failed password for invalid user webmaster from 153.67.248.100 port 22510 ssh2"


def test_its_bytes_with_blank_lines_between_records_are_taken(logs, sender):
    body = RECORDED.read_bytes()
    assert body.count(b"\n\n") == 4

    answer = logs.post("/ingest", body, NDJSON, Authorization=sender.bearer)

    assert (answer.status, answer.body["accepted"], answer.body["rejected"]) == (202, 5, 0)
    items = logs.until_stored(sender.tenant_id, 5)
    assert len(items) == 5
    assert_is_the_first_line(items[0])


def test_its_bytes_again_after_a_lost_response_are_the_same_records(logs, sender):
    for _ in range(2):
        answer = logs.post("/ingest", RECORDED.read_bytes(), NDJSON, Authorization=sender.bearer)
        assert answer.status == 202

    assert len(logs.until_stored(sender.tenant_id, 5)) == 5


def test_itself_with_the_documented_configuration_delivers_every_line_once(logs, sender, tmp_path):
    try:
        syslog_ng.command()
    except syslog_ng.NotHere as why:
        pytest.skip(str(why))
    lines = made("sshd", 1200)
    log = tmp_path / "auth.log"
    log.write_text("".join(f"{line}\n" for line in lines))
    config = documented(
        {
            "https://YOUR_API_ENDPOINT/ingest": f"{logs.system.base_url}ingest",
            "YOUR_KEY": sender.key,
            "/var/log/auth.log": str(log),
            "/var/lib/syslog-ng": str(tmp_path / "run"),
        }
    )

    with syslog_ng.running(config, tmp_path / "run") as said:
        items = logs.until_stored(sender.tenant_id, len(lines))

    assert sorted(item["text"] for item in items) == sorted(
        line.partition(": ")[2] for line in lines
    )
    assert_is_the_first_line(items[0])
    assert "error" not in said.read_text().lower()


def documented(replaced):
    """The configuration of the page with other addresses; each stands there."""
    config = syslog_ng.configuration(PAGE.read_text())
    for old, new in replaced.items():
        assert old in config
        config = config.replace(old, new)
    return config


def assert_is_the_first_line(item):
    assert item["text"] == SAYS
    assert item["ts"].endswith("-03-01T06:00:02Z")  # the year is not in the line
    assert (item["source"], item["severity"]) == ("sshd", "INFO")
    assert item["attrs"] == {"host": "gate", "pid": "11901"}
    assert "@" in item["log_id"]
