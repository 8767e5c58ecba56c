"""How much came by the minute: counted by everybody and by owner, read by the hour's items."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.activity import KEPT, Activity, Series, Workload
from chalicelib.aws.table import Table

AT = datetime(2026, 11, 28, 14, 3, tzinfo=UTC)
ORDERS, ADAS = Series(Workload.ORDERS), Series(Workload.ORDERS, "ada")


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


def minutes(count):
    return timedelta(minutes=count)


def test_what_is_added_to_a_minute_is_summed(table):
    activity = Activity(table)
    activity.add(ORDERS, AT, 2)
    activity.add(ORDERS, AT, 3)
    activity.add(ORDERS, AT + minutes(1), 1)
    assert activity.read(ORDERS, AT, AT + minutes(2)) == {AT: 5, AT + minutes(1): 1}


def test_a_range_is_without_its_end_and_over_hours(table):
    activity = Activity(table)
    for offset in (-64, -63, 0, 1):
        activity.add(ORDERS, AT + minutes(offset), 1)
    assert list(activity.read(ORDERS, AT - minutes(63), AT + minutes(1))) == [
        AT - minutes(63),
        AT,
    ]


def test_owners_and_workloads_are_apart(table):
    activity = Activity(table)
    activity.add(ORDERS, AT, 1)
    activity.add(ADAS, AT, 2)
    activity.add(Series(Workload.LOGS, "ada"), AT, 3)
    assert activity.read(ADAS, AT, AT + minutes(1)) == {AT: 2}
    assert activity.read(Series(Workload.ORDERS, "bob"), AT, AT + minutes(1)) == {}


def test_an_hour_is_one_item_that_expires_after_eight_days(table):
    activity = Activity(table)
    for offset in (0, 1, 56):
        activity.add(ORDERS, AT + minutes(offset), 1)
    (item,) = table.query("pk", "ACTIVITY#orders")
    assert item == {
        "pk": "ACTIVITY#orders",
        "sk": "2026-11-28T14",
        "m03": 1,
        "m04": 1,
        "m59": 1,
        "expires_at": int((AT - minutes(3) + KEPT).timestamp()),
    }


def test_a_full_hour_of_an_owner_is_one_kilobyte_at_most(table):
    """Beyond it a write would count twice."""
    owner = "7f0a5c1e-30a1-7093-4d2c-6c1d2f0e9b11"
    names = ["pk", f"ACTIVITY#messages#{owner}", "sk", "2026-11-28T14", "expires_at"]
    number_bytes = 11  # at most 20 digits
    minutes_bytes = 60 * (len("m00") + number_bytes)
    assert sum(map(len, names)) + number_bytes + minutes_bytes <= 1024
