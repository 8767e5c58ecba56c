"""The workloads behind queues: orders and tenant logs, and the redrives of both."""

from collections.abc import Iterator

from infra.cost import parts, prices
from infra.cost.bill import Line, Traffic

# Of one order: its receipt put and completed; its item, as inserted and as announced, each time
# with both of its indexes.
ORDER_WRITES = 2 + 3 + 3
ORDER_READS = 2  # whether it is stored already, and the item before its announcement
# Of one log record with a `log_id`: the tenant's count, the marker, the item.
LOG_WRITES = 3
LOG_READS = 1  # the tenant's settings, kept for a second
STORE_MS, ANNOUNCE_MS, PROCESS_MS = 50, 60, 50
DIGEST = 25
KEY_CACHED_S = 60
LOGS_RULES = 1  # of each firewall: the rate of its own


def orders(traffic: Traffic, digest: int = 1) -> Iterator[Line]:
    """`POST /orders` to the e-mail; one order a batch, as with orders that come one by one."""
    name, count = "orders", traffic.requests
    functions = [parts.function("store_orders"), parts.function("announce_orders")]
    mails = count / digest
    yield from parts.through_the_edge(name, count)
    yield parts.queue_calls(name, count)
    yield from parts.table_calls(name, writes=ORDER_WRITES * count, reads=ORDER_READS * count)
    yield parts.stored(name)
    yield from parts.invocations(name, count, functions[0], STORE_MS)
    yield from parts.invocations(name, mails, functions[1], ANNOUNCE_MS)
    yield parts.log_lines(name, count + mails)
    yield Line(name, "SNS", "publishes (M)", mails / prices.MILLION, prices.SNS_PUBLISH_M)
    yield Line(name, "SNS", "e-mails (100,000)", mails / 100_000, prices.SNS_EMAIL_100K)
    queues = [parts.queue("OrdersQueueUrl")]
    yield parts.alarms(name, functions, queues, parts.DECLARED.failure_queues)


def orders_in_digests(traffic: Traffic) -> Iterator[Line]:
    """The same with DIGEST orders in one mail."""
    return orders(traffic, DIGEST)


def tenant_logs(traffic: Traffic) -> Iterator[Line]:
    """`POST /ingest` to the table, one named record a request; shippers that batch pay less."""
    name, count = "tenant_logs", traffic.requests
    key, process = parts.function("tenant_key"), parts.function("process_logs")
    keys_checked = min(count, prices.SECONDS_A_MONTH / KEY_CACHED_S)
    yield from parts.through_the_edge(name, count)
    yield from parts.invocations(name, keys_checked, key, parts.BILLED_MS)
    yield parts.queue_calls(name, count)
    reads = LOG_READS * count + keys_checked
    yield from parts.table_calls(name, writes=LOG_WRITES * count, reads=reads)
    yield parts.stored(name)
    yield from parts.invocations(name, count, process, PROCESS_MS)
    yield parts.log_lines(name, count + keys_checked)
    yield Line(name, "WAF", "rules", parts.FIREWALLS * LOGS_RULES, prices.WAF_RULE)
    yield parts.alarms(name, [key, process], [parts.queue("LogsQueueUrl")])


def operations(_: Traffic) -> Iterator[Line]:
    """Redrives: a queue that waits for jobs, and its alarms."""
    yield parts.queue_calls("operations", 0)
    jobs = parts.function("run_jobs")
    yield parts.alarms("operations", [jobs], [parts.queue("JobsQueueUrl")])
