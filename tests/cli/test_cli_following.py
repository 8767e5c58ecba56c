"""Following the logs: each record once, whatever fails in between."""

import json
from urllib.parse import parse_qs, urlsplit

import urllib3
from cli_kit import PROBLEM, Answer, Pool, log, page, run

CURSORS = ["c" * 16, "d" * 16, "e" * 16]
GONE = urllib3.exceptions.NewConnectionError(None, "Connection refused")


def queries(pool):
    return [parse_qs(urlsplit(url).query) for _, url, *_ in pool.requests]


def follow(monkeypatch, pool, *arguments, ends_after=None):
    """Follow; Ctrl-C comes in the pause after that many."""
    waited = []

    def sleep(seconds):
        waited.append(seconds)
        if len(waited) == ends_after:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    return run(pool, "logs", "--follow", *arguments), waited


def test_each_record_is_printed_once_across_failures(monkeypatch, capsys):
    pool = Pool(
        Answer(200, page("logs", log(1), log(2), cursor=CURSORS[0])),
        GONE,
        Answer(503, PROBLEM, {"Retry-After": "1"}),
        Answer(200, page("logs", log(3), cursor=CURSORS[1])),
        Answer(200, page("logs", cursor=CURSORS[2])),
    )
    code, _ = follow(monkeypatch, pool, "--json", ends_after=5)
    printed = capsys.readouterr()
    assert code == 0
    assert [json.loads(line)["log_id"] for line in printed.out.splitlines()] == [
        "log-1",
        "log-2",
        "log-3",
    ]
    assert [query.get("cursor") for query in queries(pool)] == [
        None,
        [CURSORS[0]],
        [CURSORS[0]],
        [CURSORS[0]],
        [CURSORS[1]],
    ]
    assert [line.rpartition("; ")[2] for line in printed.err.splitlines()] == [
        "trying again in 0.5 s",
        "trying again in 1 s",
        "omni: following again",
    ]


def test_a_follower_asks_for_arrivals_of_the_same_query_each_time(monkeypatch):
    pool = Pool(Answer(200, page("logs", cursor=CURSORS[0])))
    excluded = ("--not-attr", "path=/up", "--not-source", "cron")
    follow(monkeypatch, pool, "--severity", "warn", "--attr", "host=a", *excluded, ends_after=2)
    first, second = queries(pool)
    assert first == {
        "since": ["30s"],
        "severity": ["WARN"],
        "attr.host": ["a"],
        "not_attr.path": ["/up"],
        "not_source": ["cron"],
        "order": ["arrival"],
        "tail": ["true"],
        "limit": ["500"],
    }
    assert second == first | {"cursor": [CURSORS[0]]}


def test_what_is_refused_ends_a_follower(monkeypatch, capsys):
    code, _ = follow(monkeypatch, Pool(Answer(400, PROBLEM)))
    assert code == 1


def test_a_full_page_is_followed_at_once_and_quiet_is_looked_at_less_often(monkeypatch):
    full = page("logs", *map(log, range(500)), cursor=CURSORS[0])
    pool = Pool(Answer(200, full), Answer(200, page("logs", cursor=CURSORS[1])))
    _, waited = follow(monkeypatch, pool, ends_after=20)
    assert len(pool.requests) == 21
    assert [waited[0] < waited[1], waited[-1]] == [True, 4.0]


def test_a_limit_ends_a_follower(monkeypatch, capsys):
    pool = Pool(Answer(200, page("logs", log(1), log(2), log(3), cursor=CURSORS[0])))
    code, waited = follow(monkeypatch, pool, "--limit", "2")
    assert [code, waited, len(capsys.readouterr().out.splitlines())] == [0, [], 2]
