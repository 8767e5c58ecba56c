"""Imports whose messages wait for approval, with texts of a model that is slow: in their time."""

import json
import threading

import pytest
from support.clouds import RESOURCES
from support.publishing import Publisher, call_of

from chalicelib.aws.language_model import ModelResponse
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.publisher.adaptation.asking import BUDGET_S
from chalicelib.publisher.exchange.importing import MessageImporting
from chalicelib.publisher.model import MessageImport, MessageList
from chalicelib.waves import AT_ONCE, TIME_S, TimeUp, Waves
from chalicelib.web.payload import NDJSON, Payload

STATE = next(table.name for table in RESOURCES.tables if table.variable == "STATE_TABLE")
ROWS = 3 * AT_ONCE
ROW = {"content": "We open at nine.", "channels": ["facebook"], "adapt": True}
ONCE = MessageImport()


class SlowModel:
    """A model that responds to all of a wave after so many seconds, on a clock of its own."""

    def __init__(self, answers_after_s):
        self.at, self.asked, self._lock = 0.0, 0, threading.Lock()
        self._answers_after_s = answers_after_s

    def clock(self):
        return self.at

    def converse(self, prompt, **_):
        with self._lock:
            if self.asked % AT_ONCE == 0:
                self.at += self._answers_after_s
            self.asked += 1
        return ModelResponse(f"Hi! {prompt}", "end_turn")


def build(aws, model, *, need_approval=True):
    publisher = Publisher(aws, model=model, need_approval=need_approval)
    state = State(Table(aws.client("dynamodb"), STATE), lambda: publisher.clock.now().timestamp())
    clock = Waves((model or SlowModel(0)).clock)
    return publisher, MessageImporting(publisher.creating, state, clock)


def file_of(**more):
    lines = [json.dumps({**ROW, "content": f"Number {n}.", **more}) for n in range(ROWS)]
    return Payload(media_type=NDJSON, data="\n".join(lines).encode())


def list_messages(publisher):
    return publisher.lookup.page(MessageList(limit=100), call_of()).messages


@pytest.mark.parametrize("answers_after_s", [0.5, 2.0, 6.9, BUDGET_S - 0.1, BUDGET_S])
def test_no_request_takes_longer_than_its_time_and_the_same_one_goes_on(aws, answers_after_s):
    model = SlowModel(answers_after_s)
    publisher, importing = build(aws, model)
    began, requests, result = model.at, 0, None
    while result is None:
        began, requests, before = model.at, requests + 1, len(list_messages(publisher))
        try:
            result = importing.add(file_of(), ONCE, call_of())
        except TimeUp:
            assert len(list_messages(publisher)) > before
        assert model.at - began <= TIME_S
        assert requests <= ROWS / AT_ONCE
    assert (result.added, result.failed) == (ROWS, 0)
    found = list_messages(publisher)
    assert sorted(message.content for message in found) == sorted(
        f"Number {n}." for n in range(ROWS)
    )
    assert {message.adapted["facebook"].text for message in found} == {
        f"Hi! {message.content}" for message in found
    }
    assert model.asked == ROWS


@pytest.mark.parametrize(
    ("more", "need_approval"), [({"adapt": False}, True), ({}, False)], ids=["none", "sent later"]
)
def test_where_no_text_is_waited_for_the_whole_time_is_used(aws, more, need_approval):
    model = SlowModel(BUDGET_S)
    publisher, importing = build(aws, model, need_approval=need_approval)
    model.at = 0.0
    assert importing.add(file_of(**more), ONCE, call_of()).added == ROWS
    assert (model.asked, len(list_messages(publisher))) == (0, ROWS)
