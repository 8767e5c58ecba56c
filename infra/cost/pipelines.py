"""The workloads with queues: orders, tenant logs, webhooks, and the redrives of all."""

from collections.abc import Iterator

from infra.cost import parts, prices
from infra.cost.bill import Line, Traffic

# An order writes its receipt twice, its place among the caller's and its request's reference, and
# its item twice, each time with two index entries.
ORDER_WRITES = 2 + 1 + 1 + 3 + 3
ORDER_READS = 2  # the check whether it is stored, and the item before its announcement
# A log record with a `log_id` writes the tenant's counter, the marker, the item and its entry in
# the index.
LOG_WRITES = 4
LOG_COUNT_WRITES = 2  # a batch adds to the counts of its hour, an item of up to 2 KB
LOG_READS = 1  # the tenant's settings, cached for a second
# People look into logs so often a month: at a page, at a histogram of a day, and at facets.
LOG_LOOKS = 3_000
LOG_PAGE_READS, LOG_HISTOGRAM_READS, LOG_FACET_READS = 13, 6, 313  # 100 KB, 48 KB, 2.5 MB
KEYS = 10
KEY_USES = KEYS * prices.SECONDS_A_MONTH / 3600  # a write an hour says when a key was used
STORE_MS, ANNOUNCE_MS, PROCESS_MS = 50, 60, 50
DIGEST = 25
KEY_CACHED_S = 60
# One webhook wants the events of one in ten orders; an event is two messages, and its delivery is
# an item with its index entry, and a write that says how the receiver does.
WANTED = 0.1
EVENT_MESSAGES, EVENT_WRITES, EVENT_READS = 2, 3, 3
EVENT_MS = 150  # mostly what the receiver takes
LOGS_RULES = 1  # in each web ACL: the rate limit of log intake


def bill_orders(traffic: Traffic, digest: int = 1) -> Iterator[Line]:
    """From `POST /orders` to the e-mail, with one order per batch."""
    name, count = "orders", traffic.requests
    functions = [parts.find_function("store_orders"), parts.find_function("announce_orders")]
    mails = count / digest
    yield from parts.bill_edge_requests(name, count)
    yield parts.bill_queue_calls(name, count)
    reads = ORDER_READS * count + parts.LOOK_READS
    writes = ORDER_WRITES * count + parts.count_activity_writes(count)
    yield from parts.bill_table_calls(name, writes=writes, reads=reads)
    yield parts.bill_storage(name)
    yield from parts.bill_invocations(name, count, functions[0], STORE_MS)
    yield from parts.bill_invocations(name, mails, functions[1], ANNOUNCE_MS)
    yield parts.bill_logs(name, count + mails)
    yield Line(name, "SNS", "publishes (M)", mails / prices.MILLION, prices.SNS_PUBLISH_M)
    yield Line(name, "SNS", "e-mails (100,000)", mails / 100_000, prices.SNS_EMAIL_100K)
    queues = [parts.find_queue("OrdersQueueUrl")]
    yield parts.bill_alarms(name, functions, queues, [parts.find_failures("announce_orders")])


def bill_orders_in_digests(traffic: Traffic) -> Iterator[Line]:
    """The same with DIGEST orders in one e-mail."""
    return bill_orders(traffic, DIGEST)


def bill_tenant_logs(traffic: Traffic) -> Iterator[Line]:
    """From `POST /ingest` to the table, with one record per request; batches cost less."""
    name, count = "tenant_logs", traffic.requests
    key, process = parts.find_function("tenant_key"), parts.find_function("process_logs")
    keys_checked = min(count, prices.SECONDS_A_MONTH / KEY_CACHED_S)
    yield from parts.bill_edge_requests(name, count)
    yield from parts.bill_invocations(name, keys_checked, key, parts.BILLED_MS)
    yield parts.bill_queue_calls(name, count)
    looks = LOG_LOOKS * (LOG_PAGE_READS + LOG_HISTOGRAM_READS + LOG_FACET_READS)
    reads = LOG_READS * count + keys_checked + looks
    counted = LOG_COUNT_WRITES * count + parts.count_activity_writes(count, owned=False)
    writes = LOG_WRITES * count + counted + min(KEY_USES, count)
    yield from parts.bill_table_calls(name, writes=writes, reads=reads)
    yield parts.bill_storage(name)
    yield from parts.bill_invocations(name, count, process, PROCESS_MS)
    yield parts.bill_logs(name, count + keys_checked)
    yield Line(name, "WAF", "rules", parts.FIREWALLS * LOGS_RULES, prices.WAF_RULE)
    yield parts.bill_alarms(name, [key, process], [parts.find_queue("LogsQueueUrl")])


def bill_operations(_: Traffic) -> Iterator[Line]:
    """Redrives: an idle queue of jobs, and its alarms."""
    yield parts.bill_queue_calls("operations", 0)
    jobs = parts.find_function("run_jobs")
    yield parts.bill_alarms("operations", [jobs], [parts.find_queue("JobsQueueUrl")])


def bill_webhooks(traffic: Traffic) -> Iterator[Line]:
    """From an event to its receiver; who emits reads every five seconds what is wanted."""
    name, events = "webhooks", traffic.requests * WANTED
    messages, deliver = events * EVENT_MESSAGES, parts.find_function("deliver_webhooks")
    yield parts.bill_queue_calls(name, messages)
    yield from parts.bill_invocations(name, messages, deliver, EVENT_MS)
    yield from parts.bill_table_calls(
        name, writes=events * EVENT_WRITES, reads=events * EVENT_READS
    )
    yield parts.bill_storage(name)
    yield parts.bill_logs(name, messages)
    yield parts.bill_alarms(name, [deliver], [parts.find_queue("WebhooksQueueUrl")])
