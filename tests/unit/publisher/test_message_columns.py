"""A row of CSV as the body of a message."""

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.publisher.exchange.columns import read_row


@pytest.mark.parametrize(
    ("cells", "body"),
    [
        ({"content": "a  b", "subject": "c d"}, {"content": "a  b", "subject": "c d"}),
        ({"channels": " sms  email "}, {"channels": ["sms", "email"]}),
        (
            {"email": "a@b.c", "sms": "+1 +2"},
            {"recipients": {"email": ["a@b.c"], "sms": ["+1", "+2"]}},
        ),
        ({"draft": "False"}, {"draft": False}),
        (
            {"content.sms": "a", "subject.email": "b", "content.email": "c"},
            {"overrides": {"sms": {"content": "a"}, "email": {"subject": "b", "content": "c"}}},
        ),
        (
            {"field.a.b": "c", "template": "t"},
            {"template": {"id": "t", "fields": {"a.b": "c"}}},
        ),
    ],
)
def test_cells_are_read_by_their_columns(cells, body):
    assert read_row(cells) == body


@pytest.mark.parametrize("name", ["", "Content", "content.fax", "field.", "field", "id"])
def test_another_column_is_refused(name):
    with pytest.raises(InvalidInput, match=r"unknown column '.*'; (did you mean|known are)"):
        read_row({name: "x"})
