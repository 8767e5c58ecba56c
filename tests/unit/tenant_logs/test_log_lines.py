"""Lines of syslog and of container runtimes, alone and in a text."""

import pytest
from support.logs import NDJSON, Desk

from chalicelib.tenant_logs.intake import lines
from chalicelib.tenant_logs.model import TEXT

CRI = "2026-01-30T10:00:00.123456789Z stdout"


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        (
            "<34>1 2026-01-30T10:00:00Z web su 7 ID47 - 'su root' failed",
            {"text": "'su root' failed", "ts": "2026-01-30T10:00:00Z", "source": "su"},
        ),
        ("<0>1 - - - - - -", {"text": "", "severity": "FATAL", "source": ""}),
        (
            '<165>1 - web app - - [a@1 x="1\\"]" y="2"][b@1] \ufeffgrüße',
            {
                "text": "grüße",
                "attrs": {
                    "facility": 20,
                    "host": "web",
                    "a@1": {"x": '1"]', "y": "2"},
                    "b@1": {},
                },
            },
        ),
        (
            "<13>Jan  3 10:00:00 web sshd[42]: a: b",
            {
                "text": "a: b",
                "ts": "Jan  3 10:00:00",
                "source": "sshd",
                "attrs": {"facility": 1, "host": "web", "pid": "42"},
            },
        ),
        ("<13>no header at all", {"text": "no header at all", "severity": "INFO"}),
        ("<999>1 x", {"text": "<999>1 x"}),
        (f"{CRI} F a line", {"text": "a line", "attrs": {"stream": "stdout"}}),
        ("2026-01-30T10:00:00Z stdin F no such stream", {"text": None}),
        ("plain", {"text": "plain"}),
    ],
)
def test_a_line_is_read_as_what_it_is(line, parsed):
    found = lines.parse(line)
    expected = {**parsed, "text": line if parsed["text"] is None else parsed["text"]}
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (f"{CRI} P one \n{CRI} P two \n{CRI} F three\n{CRI} F four\n", ["one two three", "four"]),
        (f"{CRI} F Traceback\r\n  File x\r\n\r\n{CRI} F next", ["Traceback\n  File x", "next"]),
        ("<13>a\nb\n<13>c", ["a\nb", "c"]),
        ("a\n<13>b", ["a\n<13>b"]),
        ("Jan 30 10:00:00 web sshd[42]: a\nJan 30 10:00:00 web sshd[42]: b", None),
    ],
)
def test_a_text_is_several_records_only_where_it_begins_as_such_a_line(text, texts):
    desk = Desk()
    desk.ingest(text.encode(), TEXT, named="acme")
    assert [message.text for message in desk.queued()] == (texts or [text])


def test_such_lines_stand_among_others_in_ndjson():
    desk = Desk()
    body = f'{{"text":"a"}}\n<11>b\n{CRI} F c\nneither'.encode()
    result = desk.ingest(body, NDJSON[0], named="acme")
    assert [item.code for item in result.results] == [None, None, None, "invalid_json"]
    assert [(message.text, message.severity) for message in desk.queued()] == [
        ("a", "INFO"),
        ("b", "ERROR"),
        ("c", "INFO"),
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line", ["<34>1 - - - - - " + "[a " * 200_000, "<34>1 " + "x " * 300_000, "<1>" * 200_000]
)
def test_no_line_takes_more_than_linear_time(line):
    assert lines.parse(line)["text"]
