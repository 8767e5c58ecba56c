"""Logs are one JSON object a line, whatever is in them, and never hold what a caller sent."""

import io
import json
import logging
import sys
from decimal import Decimal

import pytest

from chalicelib import observability

CANARY = "canary-b7f3"
NASTY = 'a\r\nb\x1b[31mred\x1b[0m\x00\u2028\u2029\x85\x9b31m\x7f\ud800 "}{'


@pytest.fixture
def written():
    stream = io.StringIO()
    before = logging.getLogger("omnidata").handlers
    observability.configure(stream)
    yield stream
    logging.getLogger("omnidata").handlers = before


def fail(error):
    raise error


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_json_object(written):
    observability.logger("chalicelib.records.service").warning("lost", extra={"event_id": "e-1"})
    (line,) = lines(written)
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "warning",
        "logger": "omnidata.records.service",
        "message": "lost",
        "request_id": None,
        "event_id": "e-1",
    }


def test_no_value_can_forge_or_colour_another_line(written):
    observability.logger("x").info(
        "a", extra={"value": NASTY, NASTY[:4]: 1, "in": {NASTY: [NASTY]}}
    )
    text = written.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert not [character for character in text[:-1] if not " " <= character <= "\x7f"]
    (line,) = lines(written)
    assert line["value"] == NASTY


def test_every_line_inside_a_request_bears_its_id(written):
    log = observability.logger("x")
    with observability.request("r-1"):
        log.info("in")
        with observability.request("m-1"):
            log.info("deeper")
        log.info("back")
    log.info("out")
    assert [line["request_id"] for line in lines(written)] == ["r-1", "m-1", "r-1", None]


def test_the_id_is_gone_after_a_failure_too(written):
    with pytest.raises(KeyError), observability.request("r-1"):
        raise KeyError
    observability.logger("x").info("out")
    assert lines(written)[0]["request_id"] is None


def test_an_error_is_logged_by_kind_and_place_without_its_text(written):
    try:
        fail(ValueError(CANARY))
    except ValueError:
        observability.logger("x").exception("a view failed")
    (line,) = lines(written)
    assert line["error"]["kind"] == "ValueError"
    assert line["error"]["frames"][-1].endswith(" fail")
    assert CANARY not in written.getvalue()


def test_the_text_of_a_causing_error_stays_out_as_well(written):
    caused = ValueError(CANARY)
    caused.__cause__ = KeyError(CANARY)
    try:
        fail(caused)
    except ValueError:
        observability.logger("x").exception("a view failed")
    assert CANARY not in written.getvalue()


def test_a_deep_stack_is_cut_to_its_end(written):
    def down(levels):
        if not levels:
            raise ValueError
        down(levels - 1)

    try:
        down(50)
    except ValueError:
        observability.logger("x").exception("a view failed")
    assert len(lines(written)[0]["error"]["frames"]) == 8


def test_values_of_any_type_are_written(written):
    fields = {"n": Decimal("1.5"), "b": b"x", "s": {1}, "o": object()}
    observability.logger("x").info("a", extra=fields)
    assert {"n", "b", "s", "o"} <= set(lines(written)[0])


def test_other_libraries_are_not_taken_over(written):
    logging.getLogger("botocore").warning("theirs")
    assert written.getvalue() == ""


def test_configuring_twice_does_not_write_twice(written):
    observability.configure(written)
    observability.logger("x").info("once")
    assert len(lines(written)) == 1


def test_standard_output_is_the_default(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    before = logging.getLogger("omnidata").handlers
    observability.configure()
    observability.logger("x").info("a")
    logging.getLogger("omnidata").handlers = before
    assert len(lines(stream)) == 1


def test_lambdas_own_trace_header_goes_before_the_callers(monkeypatch):
    assert observability.trace_header("Root=1-caller") == "Root=1-caller"
    assert observability.trace_header() is None


def test_the_runtimes_own_handler_never_sees_our_records(written):
    """With Lambda's format JSON that handler would write each record once more, in its own form."""
    seen = []
    runtimes = logging.Handler()
    runtimes.emit = seen.append
    logging.getLogger().addHandler(runtimes)
    try:
        observability.logger("x").error("lost")
        logging.getLogger("botocore").error("theirs")
    finally:
        logging.getLogger().removeHandler(runtimes)

    assert [record.getMessage() for record in seen] == ["theirs"]
    assert [line["message"] for line in lines(written)] == ["lost"]
