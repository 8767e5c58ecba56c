"""What the newest records of a range have in common."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from support.calls import call_by
from support.log_reading import log_facets
from support.logs import record

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.errors import Forbidden, InvalidInput
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.tenant_logs.search import scanning
from chalicelib.tenant_logs.search.queries import LogsRead
from chalicelib.tenant_logs.search.summaries import FacetQuery, LogFacetValue
from chalicelib.tenant_logs.storage.items import add_arrival, item

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
ACME = call_by("u-1", tenant="acme")


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "MultiTenantLogs-test")


def store(table, *records, minutes_ago=1, **more):
    for number, attrs in enumerate(records):
        ts = times.text(NOW - timedelta(minutes=minutes_ago, seconds=number))
        log_id = f"{minutes_ago}-{number}"
        (new,) = add_arrival([item(record(log_id, ts=ts, attrs=attrs, **more))], NOW)
        table.put(new)


def ask(table, by=ACME, **query):
    return log_facets(table, lambda: NOW).find(FacetQuery(**query), by)


def shown(facets):
    return {
        facet.field: {found.value: found.count for found in facet.values} for facet in facets.facets
    }


def test_values_are_counted_by_the_names_of_their_filters(table):
    store(table, {"host": "a"}, {"host": "b", "http": {"code": 200}}, {"host": "a"}, source="web")
    store(table, {"paid": True}, severity=LogSeverity.ERROR, minutes_ago=2)
    facets = ask(table)
    assert shown(facets) == {
        "severity": {"INFO": 3, "ERROR": 1},
        "source": {"web": 3},
        "attr.host": {"a": 2, "b": 1},
        "attr.http.code": {"200": 1},
        "attr.paid": {"true": 1},
    }
    host = next(facet for facet in facets.facets if facet.field == "attr.host")
    assert (host.records, host.distinct) == (3, 2)
    assert facets.read == LogsRead(4, 4, complete=True)
    assert (facets.since, facets.until) == ("2026-01-31T11:00:00Z", "2026-01-31T12:00:00Z")


def test_each_value_finds_by_its_filter_as_many_records_as_are_counted(table):
    attrs = {"a.b": "dots", "n": Decimal("1.5"), "list": ["x", "y", "x"], "deep": [{"k": {"v": 1}}]}
    store(table, attrs, {"a": {"b": "dots"}}, {"list": ["y"]}, {"none": None})
    facets = shown(ask(table))
    for field, values in facets.items():
        if field.startswith("attr."):
            for value, count in values.items():
                found = ask(table, attr={field.removeprefix("attr."): value})
                assert found.read.matched == count, (field, value)
    assert facets["attr.a.b"] == {"dots": 2}
    assert facets["attr.list"] == {"y": 2, "x": 1}
    assert facets["attr.deep.k.v"] == {"1": 1}
    assert "attr.none" not in facets


def test_the_most_frequent_values_and_attributes_are_shown(table):
    store(table, *[{"n": number // 2, f"rare-{number}": 1, "all": "x"} for number in range(60)])
    facets = ask(table, top=3)
    (all_of_them, n) = facets.facets[1:3]
    assert (all_of_them.field, all_of_them.values) == ("attr.all", [LogFacetValue("x", 60)])
    assert (n.field, n.distinct, [value.count for value in n.values]) == ("attr.n", 30, [2, 2, 2])
    assert [value.value for value in n.values] == ["0", "1", "10"], "in order where as frequent"
    assert len(facets.facets) == 1 + 50


def test_a_value_that_no_filter_could_name_is_left_out(table):
    store(table, {"long": "x" * 257, "just": "x" * 256, "k" * 257: "y"})
    assert list(shown(ask(table))) == ["severity", "attr.just"]


def test_filters_and_range_hold(table):
    store(table, {"host": "a"}, {"host": "b"})
    store(table, {"host": "c"}, minutes_ago=30)
    assert shown(ask(table, since="10m"))["attr.host"] == {"a": 1, "b": 1}
    assert shown(ask(table, until="10m"))["attr.host"] == {"c": 1}
    assert shown(ask(table, attr={"host": "b"}))["attr.host"] == {"b": 1}
    assert "b" not in shown(ask(table, not_attr={"host": "b"}))["attr.host"]
    assert ask(table, severity=LogSeverity.ERROR).facets == []


def test_many_records_are_a_sample_and_say_so(table, monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 2)
    store(table, *[{"n": number} for number in range(40)])
    facets = ask(table)
    assert facets.read == LogsRead(10, 10, complete=False)
    assert facets.since == "2026-01-31T11:58:51Z"


def test_facets_are_of_the_callers_tenant_alone(table):
    store(table, {"host": "a"}, tenant_id="beta")
    assert ask(table).facets == []
    with pytest.raises(Forbidden):
        ask(table, tenant_id="beta")
    assert shown(ask(table, by=call_by("u", "operator"), tenant_id="beta"))["attr.host"] == {"a": 1}


@pytest.mark.parametrize("query", [{"since": "32d"}, {"since": "0s"}, {"log_id": "a b"}])
def test_a_bad_query_is_refused(table, query):
    with pytest.raises(InvalidInput):
        ask(table, **query)
