"""Every format of the senders' page keeps its time, its level and its text."""

from pathlib import Path

import pytest
from support.log_formats import FORMATS
from support.logs import Desk

PAGE = (Path(__file__).parents[3] / "docs/senders.md").read_text()


@pytest.mark.parametrize("name", FORMATS)
def test_a_line_keeps_its_time_level_and_text(name):
    format_ = FORMATS[name]
    desk = Desk()
    result = desk.ingest(format_.line.encode(), format_.media_type, named="acme")
    (record,) = desk.queued()
    assert (result.accepted, result.rejected) == (1, 0)
    assert (record.text, record.severity, record.ts) == (
        format_.text,
        format_.severity,
        format_.ts,
    )
    assert record.source == format_.source
    assert format_.attrs.items() <= record.attrs.items()


def test_the_senders_page_has_a_row_for_each_format():
    table = PAGE.partition("| Format |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")]
    assert rows == list(FORMATS)


def test_nothing_of_a_usual_line_is_said_to_be_repaired():
    for name in ("pino", "winston", "zap", "journald", "Docker json-file", "Loki push"):
        desk = Desk()
        desk.ingest(FORMATS[name].line.encode(), FORMATS[name].media_type, named="acme")
        assert "_repaired" not in desk.queued()[0].attrs, name
