"""The bill with containers: what goes, what comes, what is shared, and the tables that say it."""

import re
from pathlib import Path

import pytest

from infra.cost import containers, ours, prices
from infra.cost.bill import Traffic, compute_bill
from infra.cost.containers import ALARM_METRICS, LEVELS, compute_containers_bill, format_comparison
from infra.cost.report import format_report
from infra.declared.stages import PROD

ROOT = Path(__file__).parents[2]
IDLE = Traffic(0)


def own_lines(traffic):
    made = compute_containers_bill(traffic)
    return {line.what: line for line in made.lines if line.workload == containers.NAME}


def test_the_readmes_table_is_what_the_model_prints():
    table = "\n".join(format_comparison())
    assert table in (ROOT / "README.md").read_text()
    rows = [re.findall(r"[\d,]+", line) for line in table.splitlines()[2:]]
    assert (
        [int(row[0].replace(",", "")) for row in rows] == list(LEVELS) == [1_000, 10_000, 100_000]
    )


def test_containers_are_cheaper_from_where_the_readme_says():
    (said,) = re.findall(r"cheaper from about ([\d,]+) requests", (ROOT / "README.md").read_text())
    turn = int(said.replace(",", ""))

    def saved(requests):
        traffic = Traffic(requests)
        return compute_bill(ours.WORKLOADS, traffic).total - compute_containers_bill(traffic).total

    assert saved(turn - 15_000) < 0 < saved(turn)


def test_the_fixed_price_is_what_the_pages_say():
    fixed = compute_containers_bill(IDLE).total - compute_bill(ours.WORKLOADS, IDLE).total
    text = (ROOT / "docs/cost.md").read_text()
    (said,) = re.findall(r"cost some US\$ (\d+) a month before the first request", text)
    assert fixed == pytest.approx(float(said), abs=1)


def test_functions_and_their_api_are_not_paid_and_tables_are():
    traffic = Traffic(10_000)
    whole, made = compute_bill(ours.WORKLOADS, traffic), compute_containers_bill(traffic)
    services = made.sum_by_service()
    assert not set(services) & {"Lambda", "X-Ray", "API Gateway"}
    for service in ("SQS", "S3", "Kinesis", "SNS", "Cognito"):
        assert services[service] == pytest.approx(whole.sum_by_service()[service])
    extra = services["DynamoDB"] - whole.sum_by_service()["DynamoDB"]
    assert extra == pytest.approx(
        sum(line.cost for line in own_lines(traffic).values() if line.service == "DynamoDB")
    )


def test_what_came_at_the_apis_own_address_comes_by_cloudfront():
    traffic = Traffic(100_000)
    made, whole = compute_containers_bill(traffic), compute_bill(ours.WORKLOADS, traffic)
    assert whole.sum_cost("tenant_logs", "CloudFront") == 0
    by_edge = [
        line.quantity
        for line in made.lines
        if (line.workload, line.service, line.what) == ("tenant_logs", "CloudFront", "requests (M)")
    ]
    assert by_edge == [pytest.approx(traffic.requests / 1e6)]


def test_an_idle_month_has_the_least_tasks_and_the_load_balancer():
    lines = own_lines(IDLE)
    assert lines["task hours"].quantity == (PROD.containers.min_apis + 1) * prices.HOURS_A_MONTH
    assert lines["public address hours"].quantity == lines["task hours"].quantity
    assert lines["hours"].cost == pytest.approx(730 * 0.0225)
    assert lines["capacity unit hours"].quantity == 730


def test_tasks_grow_with_the_traffic():
    hours = [own_lines(Traffic(n))["task hours"].quantity for n in (100_000, 3_000_000, 10_000_000)]
    assert hours[0] < hours[1] < hours[2]
    assert hours[2] / hours[1] == pytest.approx(10 / 3, rel=0.15)


def test_the_report_has_both_kinds():
    text = "\n".join(format_report(Traffic(10_000)))
    both = re.findall(r"INFRA_TYPE (\w+): ([\d.]+)", text)
    assert [kind for kind, _ in both] == ["serverless", "containers"]
    assert float(both[1][1]) == pytest.approx(
        compute_containers_bill(Traffic(10_000)).total, abs=0.01
    )


def test_alarms_are_counted_as_the_template_has_them(containers):
    """Four alarms over seven metrics; the expression of each is none."""
    alarms = [
        alarm
        for alarm in containers["monitoring"].all("CloudWatch::Alarm").values()
        if "containers-" in alarm["AlarmName"] or "events-silent" in alarm["AlarmName"]
    ]
    metrics = sum(
        1 if "Metrics" not in alarm else sum("MetricStat" in each for each in alarm["Metrics"])
        for alarm in alarms
    )
    assert metrics == ALARM_METRICS
