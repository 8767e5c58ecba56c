"""The publisher: messages to channels, from `POST /api/v1/messages` to the platform."""

from collections.abc import Iterator

from infra.cost import parts, prices, tables
from infra.cost.bill import Line, Traffic

# Assumptions: one of five requests is a message, as in seed 002's bill, to two channels.
CHANNELS = 2
DELIVERY_MS = 750  # of one channel; two take seed 002's 1,500
# Of a batch in threads each further delivery adds a share of one; ten take 1.05 times what one
# does in `make bench`, which is more here for platforms that differ.
BATCH_SPEEDUP = 20
TICK_MS = 200
# A message with its two index entries, its calendar entry, its deliveries, its marker and its
# request's reference are one transaction, where a write counts twice; the entries of an index count
# once.
MESSAGE_WRITES = (2 + 2) + (2 + 1) + 2 + 2
# A delivery: put in that transaction, claimed, armed and finished; the message settled in the table
# and both indexes. A process writes a channel's state once a minute at most.
DELIVERY_WRITES = 2 + 3 + 3
SUPPRESSION_WRITES = 2
MESSAGE_READS = 1  # the marker
DELIVERY_READS = 3  # message, channel's state; message with its deliveries, to settle it
REQUEST_READS = 1 + CHANNELS
TICK_READS = 4  # what is scheduled, what is queued, which series and reminders are due
# One of ten messages is of a series, which the tick reads, and writes with its two index entries.
SERIES_SHARE = 0.1
SERIES_READS, SERIES_WRITES = 2, 2 + 1 + 2
PICTURE_SHARE = 0.5  # of the messages
PICTURE_KEPT_GB = 5.0
PICTURE_LOOKS = 4  # that GuardDuty counts: put, looked at, read by two channels
BOUNCE_SHARE, EVENT_MS = 0.02, 50  # of the e-mails bounce or are complained about
# One of ten messages is adapted to two channels, where the setting is on: what we tell the model
# with the text, and what it writes.
ADAPTED_SHARE, ADAPTED_CHANNELS = 0.1, 2
INPUT_TOKENS, OUTPUT_TOKENS = 500, 300
MAIL_SHARE, SMS_SHARE = 0.1, 0.01  # of the messages, each to one recipient


def bill_publisher(traffic: Traffic) -> Iterator[Line]:
    """API, outbox, stream, deliveries and the tick; without what mails and text messages cost."""
    name, messages = "publisher", traffic.writes
    deliveries = messages * CHANNELS
    deliver, tick = parts.find_function("deliver_messages"), parts.find_function("publish_due")
    direct = traffic.levers.direct_programs
    yield from parts.bill_requests(name, traffic.requests, traffic.levers, direct=direct)
    yield from _bill_table(name, traffic, deliveries)
    (stream,) = parts.DECLARED.streams
    yield from parts.bill_stream(name, stream, deliveries)
    lanes = deliver.source.parallelization if deliver.source else 1
    batch = parts.compute_stream_batch(deliveries, stream, lanes)
    batches, batch_ms = deliveries / batch, DELIVERY_MS * (1 + (batch - 1) / BATCH_SPEEDUP)
    yield from parts.bill_invocations(name, batches, deliver, batch_ms)
    yield from parts.bill_logs(name, batches, traffic.levers)
    yield from parts.bill_schedule(name, tick, TICK_MS, traffic.levers)
    yield from _bill_pictures(name, messages)
    yield from _bill_mail_events(name, messages * MAIL_SHARE * BOUNCE_SHARE)
    failures = [parts.find_failures("deliver_messages")]
    yield parts.bill_alarms(name, [deliver, tick], failures=failures)


def _bill_mail_events(name: str, events: float) -> Iterator[Line]:
    """Bounces and complaints, by SNS, which bills no delivery to SQS, to suppressed addresses.

    An address is written with its index entry; each e-mail reads whether its recipient has one.
    """
    process = parts.find_function("process_mail_events")
    yield Line(name, "SNS", "publishes (M)", events / prices.MILLION, prices.SNS_PUBLISH_M)
    yield parts.bill_queue_calls(name, events)
    yield from parts.bill_invocations(name, events, process, EVENT_MS)
    yield parts.bill_alarms(name, [process], [parts.find_queue("MailEventsQueueUrl")])


def _bill_table(name: str, traffic: Traffic, deliveries: float) -> Iterator[Line]:
    messages, ticks = traffic.writes, prices.SECONDS_A_MONTH / 60
    processes = parts.find_function("deliver_messages").reserved_concurrency or 1
    writes = messages * MESSAGE_WRITES + deliveries * DELIVERY_WRITES
    writes += min(deliveries, ticks * CHANNELS * processes)
    writes += tables.count_activity_writes(messages)
    reads = traffic.requests * REQUEST_READS + messages * MESSAGE_READS + ticks * TICK_READS
    reads += deliveries * DELIVERY_READS + messages * MAIL_SHARE
    writes += messages * MAIL_SHARE * BOUNCE_SHARE * SUPPRESSION_WRITES
    writes += messages * SERIES_SHARE * SERIES_WRITES
    reads += messages * SERIES_SHARE * SERIES_READS
    at = tables.find_prices(traffic.levers)
    yield from tables.bill_calls(name, at, writes=writes, reads=reads)
    # A message is its own item, its deliveries and its calendar entry, and an index copies it.
    items = messages * (1 + CHANNELS / 2)
    yield from tables.bill_kept(name, at, items, copies=2, levers=traffic.levers)


def _bill_pictures(name: str, messages: float) -> Iterator[Line]:
    pictures = messages * PICTURE_SHARE / prices.MILLION
    yield Line(name, "S3", "pictures (M)", pictures, prices.S3_PUT_M)
    looks = pictures * PICTURE_LOOKS
    yield Line(name, "GuardDuty", "S3 events (M)", looks, prices.GUARDDUTY_S3_EVENTS_M)
    yield Line(name, "S3", "pictures (GB)", PICTURE_KEPT_GB, prices.S3_STORAGE_GB)


def bill_recipients(traffic: Traffic) -> Iterator[Line]:
    """E-mails, text messages and adapted texts, which are dear; carriers add their fees."""
    name, messages = "recipients", traffic.writes
    yield Line(name, "SES", "e-mails (1,000)", messages * MAIL_SHARE / 1000, prices.SES_EMAIL_1K)
    yield Line(name, "SNS", "text messages", messages * SMS_SHARE, prices.SNS_SMS)
    texts = messages * ADAPTED_SHARE * ADAPTED_CHANNELS / prices.MILLION
    inputs, outputs = texts * INPUT_TOKENS, texts * OUTPUT_TOKENS
    yield Line(name, "Bedrock", "tokens read (M)", inputs, prices.BEDROCK_INPUT_M)
    yield Line(name, "Bedrock", "tokens written (M)", outputs, prices.BEDROCK_OUTPUT_M)
