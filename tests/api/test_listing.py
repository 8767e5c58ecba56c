"""Pages of records, and cursors that nobody else can use or make."""

import base64

import pytest

LIST = "/api/v1/records"


@pytest.fixture
def operator(callers):
    someone = callers.operator()
    for number in range(7):
        someone.send("POST", "/stream", {"user_id": f"user-{number}"})
    return someone


def page(caller, limit, cursor=None):
    status, body = caller.send(
        "GET", f"{LIST}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
    )
    assert status == 200, body
    return [record["user_id"] for record in body["records"]], body["next_cursor"]


@pytest.mark.parametrize("limit", [1, 3, 6, 7, 8, 100])
def test_pages_show_every_record_once(operator, limit):
    seen, cursor = page(operator, limit)
    while cursor:
        more, cursor = page(operator, limit, cursor)
        seen += more
    assert sorted(seen) == [f"user-{number}" for number in range(7)]


def test_a_page_size_may_change_on_the_way(operator):
    first, cursor = page(operator, 2)
    rest, end = page(operator, 100, cursor)
    assert (len(first), len(rest), end) == (2, 5, None)


def test_a_cursor_outlives_the_record_it_stands_at(operator):
    first, cursor = page(operator, 2)
    operator.send("DELETE", f"{LIST}/{first[-1]}")
    rest, _ = page(operator, 100, cursor)
    assert len(rest) == 5


def test_a_limit_is_from_1_to_100(operator):
    for limit in ("0", "-1", "101", "x", "", "1.5", "9" * 40, "%00"):
        status, body = operator.send("GET", f"{LIST}?limit={limit}")
        assert (status, body["code"]) == (400, "invalid_input"), limit


def test_another_operators_cursor_is_refused(callers, operator):
    _, cursor = page(operator, 2)
    status, body = callers.operator("op-2").send("GET", f"{LIST}?cursor={cursor}")
    assert (status, body["code"]) == (400, "invalid_input")


def test_a_cursor_does_not_make_an_operator(callers, operator):
    _, cursor = page(operator, 2)
    assert callers.user("op-1").send("GET", f"{LIST}?cursor={cursor}")[0] == 403


def forged(cursor):
    raw = base64.urlsafe_b64decode(cursor)
    mac, payload = raw[:16], raw[16:]
    other = b'{"user_id":"user-0"}'
    tables_key = b'{"pk":"COUNTER","sk":"x"}'
    yield from ("", "x", "null", "None", "0", "..", "%00", "%FF", "A" * 5_000, "%F0%9F%98%80")
    for bad in (mac + other, other, payload, mac, bytes(16) + payload, mac + tables_key):
        if bad != raw:
            yield base64.urlsafe_b64encode(bad).decode()
    yield base64.urlsafe_b64encode(raw[:-1]).decode()
    yield base64.urlsafe_b64encode(raw + b" ").decode()


def test_no_made_up_cursor_opens_anything(operator):
    _, cursor = page(operator, 2)
    for made_up in forged(cursor):
        status, body = operator.send("GET", f"{LIST}?limit=2&cursor={made_up}")
        assert (status, body["code"]) == (400, "invalid_input"), made_up
        assert "user-" not in str(body)
