"""Which media type a client asks for."""

import pytest

from chalicelib.web.accepting import prefers

CSV, JSON = "text/csv", "application/json"


@pytest.mark.parametrize(
    "accept",
    [
        "text/csv",
        "TEXT/CSV; charset=utf-8",
        "text/*",
        "text/csv, */*;q=0.1",
        "application/json;q=0.9, text/csv",
        "*/*;q=0.5, text/csv;q=0.6",
        "text/csv, application/json;q=x",
    ],
)
def test_csv_is_sent_to_who_would_rather_have_it(accept):
    assert prefers(accept, CSV, over=JSON)


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/json",
        "text/html, application/xhtml+xml, */*;q=0.8",
        "text/csv, application/json",
        "text/csv;q=0",
        "text/csv;q=0.5, */*",
        "text/csv;q=nan",
        ";;,,q=",
    ],
)
def test_json_to_everyone_else(accept):
    assert not prefers(accept, CSV, over=JSON)
