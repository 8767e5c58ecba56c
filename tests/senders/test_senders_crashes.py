"""Real log lines while the processing is killed: what was answered 202 is stored exactly once."""

from collections import Counter

import pytest
from senders_kit import NDJSON, ndjson
from support.log_lines import real_or_made
from support.waiting import until

LINES = {"apache": 3334, "sshd": 3333, "app": 3333}
A_REQUEST = 500
# What a killed process held. Ten batches are worked on at once, of thousands of lines: with other
# tests beside this one that took more than 15 s, and their messages came back and died.
RETURNS_AFTER_S = 45


@pytest.fixture
def senders(logs):
    """A tenant for each kind of lines, which keeps them as they are."""
    return {kind: logs.new_sender(masks=False) for kind in LINES}


def requests_of(kind, lines):
    """The bodies that carry the lines; one tenant names its records, the others do not."""
    named = kind == "app"
    records = [
        {"text": line, **({"log_id": f"app-{index}"} if named else {})}
        for index, line in enumerate(lines)
    ]
    return [ndjson(records[at : at + A_REQUEST]) for at in range(0, len(records), A_REQUEST)]


def kill_in_the_middle(logs):
    """Kill the processing while it holds messages; answers how many it held."""
    until(lambda: logs.depth().in_flight, what="a message in flight")
    logs.kill_processing()
    return logs.depth().in_flight


@pytest.mark.timeout(500)  # three waits, on a machine that may be busy
def test_ten_thousand_lines_survive_two_kills_exactly_once(logs, senders):
    lines = {kind: real_or_made(kind, count) for kind, count in LINES.items()}
    bodies = {kind: requests_of(kind, lines[kind]) for kind in LINES}
    rounds = [[(kind, body) for kind in LINES for body in bodies[kind][at::3]] for at in range(3)]
    dead_before, total_before = logs.depth().dead, logs.total()

    def post(a_round):
        for kind, body in a_round:
            answer = logs.post("/ingest", body, NDJSON, Authorization=senders[kind].bearer)
            assert (answer.status, answer.body["rejected"]) == (202, 0)

    with logs.quick_returns(RETURNS_AFTER_S):
        with logs.processing_paused():
            post(rounds[0])
        held = kill_in_the_middle(logs)
        post(rounds[1])
        held_again = kill_in_the_middle(logs)
        post(rounds[2])
        for kind, sender in senders.items():
            logs.until_stored(sender.tenant_id, LINES[kind])

    assert held > 0
    assert held_again > 0
    for kind, sender in senders.items():
        items = logs.stored(sender.tenant_id)
        assert Counter(item["text"] for item in items) == Counter(lines[kind])
    assert logs.total() - total_before == sum(LINES.values())
    assert logs.depth() == (0, 0, dead_before)
