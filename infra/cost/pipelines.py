"""The workloads with queues: orders, tenant logs, webhooks, and the redrives of all."""

from collections.abc import Iterator

from infra.cost import parts, prices, tables
from infra.cost.bill import Levers, Line, Traffic

# An order writes its receipt twice, its place among the caller's and its request's reference, and
# its item twice, each time with two index entries.
ORDER_NOTE_WRITES, ORDER_ITEM_WRITES = 2 + 1 + 1, 3 + 3
ORDER_READS = 2  # the check whether it is stored, and the item before its announcement
# A log record with a `log_id` writes its marker, its item and its entry in the index; a request
# writes the tenant's counter.
LOG_WRITES, LOG_REQUEST_WRITES = 3, 1
PACKED_RECORDS = (
    16  # of an item of a kilobyte, compressed: 50 cost 1/16 to 1/21 by DynamoDB's sizes
)
LOG_COUNT_WRITES = 2  # a batch adds to the counts of its hour, an item of up to 2 KB
LOG_READS = 1  # the tenant's settings, cached for a second
# People look into logs so often a month: at a page, at a histogram of a day, and at facets.
LOG_LOOKS = 3_000
LOG_PAGE_READS, LOG_HISTOGRAM_READS, LOG_FACET_READS = 13, 6, 313  # 100 KB, 48 KB, 2.5 MB
KEYS = 10
KEY_USES = KEYS * prices.SECONDS_A_MONTH / 3600  # a write an hour says when a key was used
STORE_MS, ANNOUNCE_MS, PROCESS_MS = 50, 60, 50  # of one message
BATCH_SPEEDUP = 5  # of each further one of a batch
KEY_CACHED_S = 60
# One webhook wants the events of one in ten orders; an event is two messages, and its delivery is
# an item with its index entry, and a write that says how the receiver does.
WANTED = 0.1
EVENT_MESSAGES, EVENT_WRITES, EVENT_READS = 2, 3, 3
EVENT_MS = 150  # mostly what the receiver takes
LOG_DAYS_KEPT = 30
DELIVERY_DAYS_KEPT = 15
LOGS_RULES = 1  # in each web ACL: the rate limit of log intake


def bill_orders(traffic: Traffic) -> Iterator[Line]:
    """From `POST /orders` to the e-mail."""
    name, count, levers = "orders", traffic.requests, traffic.levers
    functions = [parts.find_function("store_orders"), parts.find_function("announce_orders")]
    batch, mails = parts.compute_batch(count, levers), count / levers.digest_orders
    direct = parts.bill_direct_requests
    bill_requests = direct if levers.direct_orders else parts.bill_edge_requests
    yield from bill_requests(name, count, levers)
    yield parts.bill_queue_calls(name, count, batch)
    yield from _bill_orders_tables(name, count, levers)
    yield from parts.bill_invocations(name, count / batch, functions[0], STORE_MS * _grow(batch))
    announce_ms = ANNOUNCE_MS * _grow(levers.digest_orders)
    yield from parts.bill_invocations(name, mails, functions[1], announce_ms)
    yield from parts.bill_logs(name, count / batch + mails, levers)
    yield Line(name, "SNS", "publishes (M)", mails / prices.MILLION, prices.SNS_PUBLISH_M)
    yield Line(name, "SNS", "e-mails (100,000)", mails / 100_000, prices.SNS_EMAIL_100K)
    queues = [parts.find_queue("OrdersQueueUrl")]
    yield parts.bill_alarms(name, functions, queues, [parts.find_failures("announce_orders")])
    topic = parts.ALARM_METRICS["topic"]
    yield Line(name, "CloudWatch", "alarm metrics", topic, prices.ALARM_METRIC)


def _bill_orders_tables(name: str, count: float, levers: Levers) -> Iterator[Line]:
    """The orders, which have no end, and the state that goes with them, which has."""
    orders, state = tables.find_prices(levers, is_endless=True), tables.find_prices(levers)
    reads = ORDER_READS * count + parts.LOOK_READS
    yield from tables.bill_calls(name, orders, writes=ORDER_ITEM_WRITES * count, reads=reads)
    noted = ORDER_NOTE_WRITES * count + tables.count_activity_writes(count)
    yield from tables.bill_calls(name, state, writes=noted, reads=0)
    # By day too; announced ones leave the other index.
    yield from tables.bill_kept(name, orders, count, copies=2, levers=levers)


def bill_tenant_logs(traffic: Traffic) -> Iterator[Line]:
    """From `POST /ingest` at the API's own address to the table."""
    name, count, levers = "tenant_logs", traffic.requests, traffic.levers
    requests = count / levers.records_a_request
    key, process = parts.find_function("tenant_key"), parts.find_function("process_logs")
    keys_checked = min(requests, prices.SECONDS_A_MONTH / KEY_CACHED_S)
    batch = parts.compute_batch(requests, levers)
    invocations, records = requests / batch, batch * levers.records_a_request
    yield from parts.bill_direct_requests(name, requests, levers)
    yield from parts.bill_invocations(name, keys_checked, key, parts.BILLED_MS)
    yield parts.bill_queue_calls(name, requests, batch)
    yield from _bill_log_tables(name, traffic, invocations, keys_checked)
    yield from parts.bill_invocations(name, invocations, process, PROCESS_MS * _grow(records))
    yield from parts.bill_logs(name, invocations + keys_checked, levers)
    yield Line(name, "WAF", "rules", parts.FIREWALLS * LOGS_RULES, prices.WAF_RULE)
    yield parts.bill_alarms(name, [key, process], [parts.find_queue("LogsQueueUrl")])


def _bill_log_tables(
    name: str, traffic: Traffic, batches: float, keys_checked: float
) -> Iterator[Line]:
    count, levers = traffic.requests, traffic.levers
    looks = LOG_LOOKS * (LOG_PAGE_READS + LOG_HISTOGRAM_READS + LOG_FACET_READS)
    reads = LOG_READS * batches + keys_checked + looks
    counted = LOG_COUNT_WRITES * batches + tables.count_activity_writes(batches, owned=False)
    asked = LOG_REQUEST_WRITES * count / levers.records_a_request
    kept = count / (PACKED_RECORDS if levers.packed_logs else 1)
    writes = LOG_WRITES * kept + asked + counted + min(KEY_USES, count)
    at, months = tables.find_prices(levers), LOG_DAYS_KEPT / prices.DAYS_A_MONTH
    yield from tables.bill_calls(name, at, writes=writes, reads=reads)
    yield tables.bill_storage(name, at, kept, months=months, copies=2)


def _grow(batch: float) -> float:
    """How much longer a batch takes than one message: what is written goes 25 a call."""
    return 1 + (batch - 1) / BATCH_SPEEDUP


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
    at, months = tables.find_prices(traffic.levers), DELIVERY_DAYS_KEPT / prices.DAYS_A_MONTH
    writes, reads = events * EVENT_WRITES, events * EVENT_READS
    yield from tables.bill_calls(name, at, writes=writes, reads=reads)
    yield tables.bill_storage(name, at, events, months=months, copies=2)
    yield from parts.bill_logs(name, messages, traffic.levers)
    yield parts.bill_alarms(name, [deliver], [parts.find_queue("WebhooksQueueUrl")])
