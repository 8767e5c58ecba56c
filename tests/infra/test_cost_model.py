"""The cost model: sums that add up, designs told apart, and claims not believed but compared."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.cost import console, ours, parts, pipelines, prices, publisher, seeds, tables
from infra.cost.bill import Levers, Line, Traffic, compute_bill
from infra.cost.report import STEPS, format_report
from infra.declared.function_kinds import Function, Source
from infra.declared.kinds import Stream

ROOT = Path(__file__).parents[2]
TEN_THOUSAND = Traffic(10_000)


def test_a_line_costs_its_quantity_times_its_price():
    assert Line("w", "s", "what", 3, 0.5).cost == 1.5


def test_the_table_adds_up_both_ways():
    made = compute_bill(ours.WORKLOADS, TEN_THOUSAND)

    assert sum(made.sum_by_workload().values()) == pytest.approx(made.total)
    assert sum(made.sum_by_service().values()) == pytest.approx(made.total)
    cells = sum(
        made.sum_cost(workload, service)
        for workload in made.sum_by_workload()
        for service in made.sum_by_service()
    )
    assert cells == pytest.approx(made.total)


def test_a_month_of_traffic_is_split_into_searches_and_writes():
    assert TEN_THOUSAND.requests == pytest.approx(304_000)
    assert TEN_THOUSAND.searches == pytest.approx(243_200)
    assert TEN_THOUSAND.writes == pytest.approx(60_800)


def test_the_api_gateways_line_is_its_price_per_million():
    made = compute_bill(ours.WORKLOADS, TEN_THOUSAND)

    assert made.sum_cost("records", "API Gateway") == pytest.approx(0.304 * 3.50)


def test_an_idle_worker_costs_nothing_but_its_image_and_alarms():
    made = compute_bill((ours.bill_worker,), Traffic(0))

    assert ours.compute_awake_share(Traffic(0)) == 0
    assert made.sum_cost("worker", "Fargate") == 0
    assert made.sum_cost("worker", "VPC") == 0
    assert 0 < made.total < 1


def test_a_busy_worker_is_awake_all_the_time_and_never_longer():
    assert 0.99 < ours.compute_awake_share(Traffic(100_000)) <= 1


def test_it_counts_what_is_declared(dev):
    """Alarms and firewalls are priced as the templates have them."""
    alarms = dev["monitoring"].all("CloudWatch::Alarm").values()
    metrics = sum(sum("MetricStat" in metric for metric in alarm["Metrics"]) for alarm in alarms)
    scaling = dev["worker"].all("CloudWatch::Alarm").values()

    priced = [
        line
        for line in compute_bill(ours.WORKLOADS, Traffic(0)).lines
        if line.what == "alarm metrics"
    ]
    assert sum(line.quantity for line in priced) - ours.ALARM_METRICS["scaling"] == metrics
    assert ours.ALARM_METRICS["scaling"] == sum(
        sum("MetricStat" in metric for metric in alarm["Metrics"]) for alarm in scaling
    )
    firewalls = [dev[unit].one("WAFv2::WebACL") for unit in ("edge", "api")]
    assert len(firewalls) == parts.FIREWALLS
    rules = ours.FIREWALL_RULES + pipelines.LOGS_RULES
    assert {len(firewall["Rules"]) for firewall in firewalls} == {rules}


def test_a_stream_costs_its_shards_and_a_schedule_its_ticks():
    stream = Stream(output="S", variable="S", name="s", shards=2)
    shards, puts = parts.bill_stream("w", stream, 3_000_000)
    assert (shards.quantity, shards.price) == (2 * 730, 0.015)
    assert (puts.quantity, puts.price) == (3, 0.014)

    source = Source(service="schedule", every_min=1)
    tick = Function(handler="tick", memory_mb=256, timeout_s=60, source=source)
    requests, gb_s, *_ = parts.bill_schedule("w", tick, 100, Levers())
    assert requests.quantity == pytest.approx(0.0438)
    assert gb_s.quantity == pytest.approx(43_800 * 0.1 * 0.25)
    with pytest.raises(ValueError, match="no schedule"):
        list(parts.bill_schedule("w", parts.find_function(None), 100, Levers()))


@pytest.mark.parametrize(
    ("design", "requests", "measured"),
    [
        (seeds.bill_orders, 10_000, 8.1),
        (seeds.bill_orders, 100_000, 78.3),
        (seeds.bill_logs, 10_000, 2.8),
        (seeds.bill_logs, 100_000, 28.1),
    ],
)
def test_the_seeds_pipelines_cost_what_others_computed_for_them(design, requests, measured):
    """The figures of an earlier estimate with prices of its own, which had none of these lines."""
    lines = compute_bill((design,), Traffic(requests)).lines
    since = {"storage (GB)", "answers (GB)", "logs (GB)"}
    assert sum(line.cost for line in lines if line.what not in since) == pytest.approx(
        measured, rel=0.06
    )


def test_digests_take_most_of_the_mails_off_an_orders_bill():
    alone = TEN_THOUSAND._replace(levers=Levers(digest_orders=1))
    single = compute_bill((pipelines.bill_orders,), alone)
    digests = compute_bill((pipelines.bill_orders,), TEN_THOUSAND)

    assert single.sum_cost("orders", "SNS") == pytest.approx(6.08 + 0.152)
    assert digests.sum_cost("orders", "SNS") == pytest.approx(single.sum_cost("orders", "SNS") / 25)
    assert digests.total < 0.6 * single.total


def test_an_order_is_written_with_its_receipt_its_indexes_and_its_notification():
    """Receipt twice, two references; the item and its two index entries, put and changed.

    And two counts of its activity.
    """
    made = compute_bill((pipelines.bill_orders,), TEN_THOUSAND)
    writes = sum(line.quantity for line in made.lines if line.what == "writes (M)")

    assert writes == pytest.approx((10 + 2) * 0.304)


def test_what_has_tiers_is_priced_by_what_the_account_uses_of_it():
    """The first 333 million requests of a REST API cost 3.50, the next 667 million 2.80."""
    made = compute_bill(ours.WORKLOADS, Traffic(10_000_000))
    calls = [line for line in made.lines if line.what == "requests (M)"]
    api = [line for line in calls if line.service == "API Gateway"]
    total = sum(line.quantity for line in api)
    expected = 333 * 3.5 + 667 * 2.8 + (total - 1000) * 2.38
    assert total > 1000
    assert sum(line.cost for line in api) == pytest.approx(expected)
    assert len({line.price for line in api}) == 1


def test_a_bill_is_what_is_fixed_and_what_traffic_adds():
    text = "\n".join(format_report(TEN_THOUSAND)).splitlines()
    total, fixed, used = (
        float(next(line for line in text if line.startswith(name)).split()[-1])
        for name in ("total", "of it fixed", "of it by use")
    )
    assert total == pytest.approx(fixed + used, abs=0.02)
    assert fixed == pytest.approx(compute_bill(ours.WORKLOADS, Traffic(0)).total, abs=0.01)


def read_steps(requests):
    """The report's steps as total, ratio and note."""
    lines = list(format_report(Traffic(requests)))
    names = [name for name, _ in STEPS]
    found = [(line.strip(), n) for line in lines for n in names if line.startswith(f"  {n} ")]
    rest = [line.removeprefix(name).split(maxsplit=2) for line, name in found]
    assert [name for _, name in found] == names
    return [(float(total), float(ratio), " ".join(note)) for total, ratio, *note in rest]


@pytest.mark.parametrize("requests", [1_000, 10_000, 10_000_000])
def test_each_step_is_cheaper_or_said_to_be_dearer_and_left_out(requests):
    before = float("inf")
    for total, _, note in read_steps(requests):
        assert (total > before) == (note == "dearer here, and left out below")
        before = min(before, total)
    text = "\n".join(format_report(Traffic(requests)))
    as_deployed = compute_bill(ours.COMPARED, Traffic(requests)).total
    theirs = compute_bill(seeds.ALL, Traffic(requests)).total
    assert f"ratio to the seeds: {as_deployed / theirs:.2f}" in text


def test_at_ten_million_a_day_it_costs_two_fifths_of_the_seeds_and_a_fifth_with_what_is_next():
    ratios = dict(zip([name for name, _ in STEPS], read_steps(10_000_000), strict=True))
    assert ratios["a hundred log records a request"][1] <= 0.40
    assert ratios["capacity reserved for a year"][1] <= 0.20


def test_provisioned_capacity_is_paid_whether_it_is_used_or_not():
    """12 tables and indexes with ten units each, whatever the traffic; on demand it is nothing."""
    idle = Traffic(0)
    provisioned = idle._replace(levers=Levers(provisioned=10))
    added = [
        compute_bill(ours.COMPARED, traffic).sum_by_service().get("DynamoDB", 0)
        for traffic in (idle, provisioned)
    ]
    units = 12 * 10 * prices.HOURS_A_MONTH * (0.00065 + 0.00013)
    assert added[1] - added[0] == pytest.approx(units, rel=0.2)


def test_a_provisioned_write_costs_half_of_one_on_demand():
    busy = Traffic(10_000_000)
    writes = [
        sum(
            line.cost
            for line in compute_bill(ours.COMPARED, traffic).lines
            if "writes" in line.what
        )
        for traffic in (busy, busy._replace(levers=Levers(provisioned=10)))
    ]
    assert writes[1] == pytest.approx(writes[0] * 0.00065 / (3600 * 0.6) * 1e6 / 0.625, rel=0.02)


def test_items_without_end_are_cheaper_to_keep_and_dearer_to_write_in_the_other_class():
    rare = Traffic(10_000_000, levers=Levers(rarely_read=True))
    kept, written = (
        [
            sum(
                line.cost
                for line in compute_bill((pipelines.bill_orders,), traffic).lines
                if line.what == what
            )
            for traffic in (Traffic(10_000_000), rare)
        ]
        for what in ("storage (GB)", "writes (M)")
    )
    assert kept[1] == pytest.approx(kept[0] * (2 * 0.10 + 0.20) / (2 * 0.25 + 0.20))
    assert written[0] < written[1] < 1.25 * written[0]


@pytest.mark.parametrize(
    ("requests", "price"), [(1_000, 0), (10_000, 0), (100_000, 15), (1_000_000, 200)]
)
def test_a_flat_rate_takes_the_edges_web_acl_and_all_that_comes_by_it(requests, price):
    flat = compute_bill(ours.COMPARED, Traffic(requests, levers=Levers(flat_rate=True)))
    metered = compute_bill(ours.COMPARED, Traffic(requests))
    assert flat.sum_by_service()["CloudFront"] - price < 0.1  # the console's polls are counted so
    edge = 5 + 4 * 1 + 3 * requests * prices.DAYS_A_MONTH / 1e6 * 0.60
    saved = metered.sum_by_service()["WAF"] - flat.sum_by_service()["WAF"]
    assert saved == pytest.approx(edge, rel=0.01)


def test_a_streams_batch_is_what_comes_between_two_polls_of_its_lanes():
    (stream,) = parts.DECLARED.streams
    a_second = prices.SECONDS_A_MONTH
    assert parts.compute_stream_batch(0.5 * a_second, stream, 10) == 1
    assert parts.compute_stream_batch(50 * a_second, stream, 10) == pytest.approx(5)


def test_at_ten_thousand_a_day_records_worker_and_orders_cost_less_than_their_seeds():
    for mine, design in (
        (ours.bill_records, seeds.bill_records),
        (ours.bill_worker, seeds.bill_worker),
        (pipelines.bill_orders, seeds.bill_orders),
    ):
        assert (
            compute_bill((mine,), TEN_THOUSAND).total < compute_bill((design,), TEN_THOUSAND).total
        )


def test_a_batch_is_what_comes_within_the_window():
    at_once, gathered = Levers(), Levers(queue_window_s=5)
    a_second = prices.SECONDS_A_MONTH
    assert parts.compute_batch(100 * a_second, at_once) == 1
    assert parts.compute_batch(a_second, gathered) == pytest.approx(2)  # five pollers share it
    assert parts.compute_batch(100 * a_second, gathered) == 10


def test_activity_is_counted_at_most_once_a_second_by_each_process():
    a_month = prices.SECONDS_A_MONTH
    assert tables.count_activity_writes(1000) == 2000
    assert tables.count_activity_writes(1000, owned=False) == 1000
    assert tables.count_activity_writes(20 * a_month) == 2 * a_month
    busy = 1000 / parts.BILLED_MS  # requests a second that one process can take
    assert tables.count_activity_writes(3 * busy * a_month) == pytest.approx(2 * 3 * a_month)


def test_a_console_costs_what_its_polls_ask():
    made = compute_bill((console.bill_console,), Traffic(0))
    quantities = {(line.service, line.what): line.quantity for line in made.lines}

    assert quantities["API Gateway", "requests (M)"] == pytest.approx(0.0432)
    assert quantities["SQS", "calls (M)"] == pytest.approx(8 * 0.0432)
    assert 0 < made.total < 1


def test_a_queue_that_nobody_fills_is_asked_all_the_same():
    """Five connections that wait 20 s each: 657,000 calls a month."""
    idle = compute_bill((pipelines.bill_operations,), Traffic(0))

    assert idle.sum_cost("operations", "SQS") == pytest.approx(0.657 * 0.40)


def test_an_event_costs_two_messages_and_its_delivery():
    made = compute_bill((pipelines.bill_webhooks,), Traffic(100_000))
    quantities = {(line.service, line.what): line.quantity for line in made.lines}

    events = pipelines.WANTED * Traffic(100_000).requests / 1e6
    assert quantities["Lambda", "requests (M)"] == pytest.approx(2 * events)
    assert quantities["DynamoDB", "writes (M)"] == pytest.approx(3 * events)
    assert quantities["SQS", "calls (M)"] == pytest.approx(4 * events + 0.657)


def test_the_comparison_with_seed_002_is_of_one_workload_like_its_own():
    assert set(ours.ONE_WORKLOAD) < set(ours.WORKLOADS)
    text = "\n".join(format_report(TEN_THOUSAND))
    assert "Ours is publisher, platform, account here" in text


def test_our_worker_costs_less_than_the_seeds_at_every_traffic_of_its_table():
    for claim in seeds.CLAIMS:
        traffic = Traffic(claim.requests_per_day)
        assert (
            compute_bill((ours.bill_worker,), traffic).total
            < compute_bill((seeds.bill_worker,), traffic).total
        )


@pytest.mark.parametrize(
    ("requests", "level"),
    [(1, 1_000), (1_000, 1_000), (1_001, 10_000), (10_000, 10_000), (100_000, 100_000)],
)
def test_traffic_falls_into_the_seeds_row(requests, level):
    assert seeds.find_claim(Traffic(requests)).requests_per_day == level


def test_the_seeds_claims_are_its_own_figures():
    assert [
        (tuple(claim.containers), tuple(claim.serverless), claim.savings_percent)
        for claim in seeds.CLAIMS
    ] == [
        ((180, 200), (5, 15), 90),
        ((200, 250), (20, 40), 80),
        ((250, 350), (50, 80), 70),
    ]


def test_the_report_says_where_a_claim_is_not_reached():
    text = "\n".join(format_report(Traffic(1_000)))

    assert "ours: claim of 5-15 NOT reached with" in text
    assert "WAF 18.04" in text
    assert "savings of 90 %+ against its containers: NOT reached" in text


def test_the_report_says_where_a_claim_is_reached():
    text = "\n".join(format_report(TEN_THOUSAND))

    assert "its own design: claim of 20-40 reached with" in text
    assert "ours: claim of 20-40 NOT reached with" in text
    assert "savings of 80 %+ against its containers: NOT reached" in text


def test_a_message_is_billed_from_its_outbox_to_its_channels():
    made = compute_bill((publisher.bill_publisher,), TEN_THOUSAND)
    quantities = {(line.service, line.what): line.quantity for line in made.lines}

    assert quantities["Kinesis", "shard hours"] == 730
    assert quantities["Kinesis", "puts (M)"] == pytest.approx(2 * 0.0608)
    # So far apart that each delivery writes its channel's state, which is once a minute at most.
    of_message = 11 + 2 + 0.1 * 5 + 0.1 * 0.02 * 2  # its series, and addresses that bounce
    assert quantities["DynamoDB", "writes (M)"] == pytest.approx((of_message + 2 * 9) * 0.0608)
    ticks, deliveries = 0.0438, 2 * 0.0608
    requests = [line.quantity for line in made.lines if line.what == "requests (M)"]
    assert pytest.approx(ticks) in requests
    assert pytest.approx(deliveries) in requests


def test_an_idle_publisher_still_has_its_shard_and_its_tick():
    idle = compute_bill((publisher.bill_publisher,), Traffic(0))

    assert idle.sum_cost("publisher", "Kinesis") == pytest.approx(10.95)
    assert 0 < idle.sum_cost("publisher", "Lambda") < 0.1


def test_mails_and_text_messages_have_lines_of_their_own():
    made = compute_bill((publisher.bill_recipients,), TEN_THOUSAND)

    assert made.sum_cost("recipients", "SES") == pytest.approx(6.08 * 0.16)
    assert made.sum_cost("recipients", "SNS") == pytest.approx(608 * prices.SNS_SMS)
    texts = TEN_THOUSAND.writes * 0.1 * 2
    assert made.sum_cost("recipients", "Bedrock") == pytest.approx(texts * 0.002)


def test_beyond_the_seeds_table_it_compares_without_a_claim():
    text = "\n".join(format_report(Traffic(1_000_000)))

    assert "claims nothing beyond 100,000 requests a day" in text


def test_the_report_dates_its_prices():
    assert f"entered by hand in {prices.AS_OF}" in "\n".join(format_report(TEN_THOUSAND))


def test_the_command_prints_the_report_and_refuses_no_traffic():
    def run(*arguments):
        return subprocess.run(  # noqa: S603 our own program
            [sys.executable, "-m", "infra.cost", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--requests", "10000").stdout.startswith(
        "10,000 requests a day (304,000 a month) to each workload\n"
    )
    assert run("--requests", "0").returncode == 2
