"""The overview and the look-up of ids on a stage that holds many things, for `growth`."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from chalicelib import times
from chalicelib.aws import Aws, Timeouts
from chalicelib.aws.activity import Activity, Series, Workload
from chalicelib.aws.attributes import Item
from chalicelib.aws.request_refs import RequestRef, RequestRefs
from chalicelib.aws.table import Table
from chalicelib.orders.acceptance import Acceptance
from chalicelib.orders.store import Receipt, Receipts
from chalicelib.overview.model import LookupQuery, OverviewQuery, OverviewRange
from chalicelib.publisher.model import Channel, MessageStatus
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.settings import api_settings
from chalicelib.tenant_logs.counts.model import HourKey
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.storage import items, markers
from chalicelib.web.call import Call
from chalicelib.web.principal import Principal
from chalicelib.wiring import Wiring
from infra.declared.kinds import Resources
from infra.declared.resources import resources
from infra.declared.stages import LOCAL_ACCOUNT
from infra.declared.variables import predict_outputs, stage_variables
from infra.local.provision import declared_resources
from tests.bench import filling
from tests.bench.declared import REGION

OVER = timedelta(days=7)
PATIENT = Timeouts(connect_s=5, read_s=60, attempts=3)  # of what fills the tables
EXPIRES_AT = 4_102_444_800  # in 2100
ADA, TENANT = "u-1", "acme"
PEOPLE = {
    "operator": Call(
        request_id="bench",
        caller=Principal("op", "op@example.org", frozenset({"operator"}), TENANT),
    ),
    "author": Call(
        request_id="bench",
        caller=Principal(ADA, "ada@example.org", frozenset({"publisher"}), TENANT),
    ),
}
QUESTIONS = (
    *(("overview", who, asked) for who in PEOPLE for asked in OverviewRange),
    *(("lookup", "author", of) for of in ("order", "log", "message", "request", "nothing")),
    ("lookup", "operator", "nothing"),
)


class Stage:
    """A stage with `size` records, orders, log records and messages of a week."""

    def __init__(self, aws: Aws, endpoint_url: str, size: int) -> None:
        declared = resources(stage=f"of-{size}", account=LOCAL_ACCOUNT, region=REGION)
        outputs = _create(aws, declared, endpoint_url)
        variables = stage_variables(declared, outputs, user_pool_arn="none")
        common = {"STAGE": declared.stage, "CORS_ORIGIN": "none", "AWS_REGION": REGION}
        self.size, self._begin = size, times.now() - OVER
        self._wiring = Wiring(api_settings({**common, **variables}), aws=aws)
        self._fill(declared)

    def ask(self, what: str, who: str, of: str) -> Any:
        """The response; everything in it is whole."""
        call = PEOPLE[who]
        if what == "overview":
            response: Any = self._wiring.overview.look(OverviewQuery(OverviewRange(of)), call)
        else:
            response = self._wiring.id_lookup.find(LookupQuery(self._id(of)), call)
        if not response.complete:
            raise RuntimeError(f"{what} of {of} is not whole: {_name_problems(response)}")
        return response

    def _id(self, of: str) -> str:
        middle = self.size // 2
        ids = {"order": _order_id(middle), "log": _log_id(middle), "nothing": "nothing"}
        return {**ids, "message": _message_id(middle), "request": _request_id(middle)}[of]

    def _at(self, number: int) -> datetime:
        return self._begin + number * OVER / self.size

    def _fill(self, declared: Resources) -> None:
        client = self._wiring.aws.client("dynamodb", PATIENT)
        tables = {table.output: table.name for table in declared.tables}
        state = self._state_items(tables["StateTable"])
        messages = MessageStore(client, Table(client, tables["MessagesTable"]), _UNUSED, 1)
        for output, found in (
            ("RecordsTable", ({"user_id": f"user-{n:06}"} for n in range(self.size))),
            ("OrdersTable", map(self._order, range(self.size))),
            ("LogsTable", map(self._log, range(self.size))),
            ("StateTable", state),
            ("MessagesTable", chain.from_iterable(self._messages(messages))),
            ("WebhooksTable", ()),
        ):
            filling.table(client, output, tables[output], found)
        table = Table(client, tables["StateTable"])
        for hour in range(7 * 24):
            self._count(table, self._begin + timedelta(hours=hour))

    def _count(self, state: Table, at: datetime) -> None:
        """What came in an hour, as much as there is in all."""
        activity = Activity(state)
        for workload in Workload:
            activity.add(Series(workload), at, self.size)
            activity.add(Series(workload, ADA), at, self.size)
        hour = HourKey(TENANT, at.strftime("%Y-%m-%dT%H"), "2099-12-31")
        CountStore(state, now=times.now).add(hour, {f"{at.minute:02}I": self.size}, 0)

    def _order(self, number: int) -> Item:
        at = times.sortable_text(self._at(number))
        return {
            "orderID": _order_id(number),
            "order": {"lines": [{"sku": "mop", "quantity": 2, "unit_price": 9}]},
            "placed_by": ADA,
            "day": at[:10],
            "queued_at": at,
            "stored_at": at,
            "notified_at": at,
            "request_id": _request_id(number),
        }

    def _log(self, number: int) -> Item:
        return items.item(self._log_record(number))

    def _log_record(self, number: int) -> LogRecord:
        at = times.text(self._at(number))
        return LogRecord(
            tenant_id=TENANT,
            log_id=_log_id(number),
            ts=at,
            received_at=at,
            expires_at=EXPIRES_AT,
            text="session opened for user news by (uid=0), 312 bytes",
            named=True,
        )

    def _state_items(self, name: str) -> Iterator[Item]:
        """A receipt, two references and a log's marker a thing."""
        table = Table(self._wiring.aws.client("dynamodb"), name)
        refs = RequestRefs(table)
        acceptance = Acceptance(Receipts(table), refs, table, _UNUSED)
        for number in range(self.size):
            at = times.sortable_text(self._at(number))
            receipt = Receipt(
                orderID=_order_id(number),
                placed_by=ADA,
                queued_at=at,
                request_id=_request_id(number),
            )
            yield from acceptance.to_items(receipt, at)
            yield markers._marker(self._log_record(number))
            ref = RequestRef(kind="message", id=_message_id(number), owner=ADA, at=at)
            yield from refs.items(f"m{_request_id(number)}", ref)

    def _messages(self, store: MessageStore) -> Iterator[list[Item]]:
        for number in range(self.size):
            at = self._at(number).strftime("%Y-%m-%dT%H:%M:%SZ")
            message = StoredMessage(
                id=_message_id(number),
                user=ADA,
                status=MessageStatus.SENT,
                content="We passed.",
                channels=[Channel.LINKEDIN],
                deliveries=["linkedin"],
                due_at=at,
                released_at=at,
                created_at=at,
                updated_at=at,
                request_id=f"m{_request_id(number)}",
            )
            delivery = StoredDelivery(name="linkedin", channel=Channel.LINKEDIN)
            yield store._items(Loaded(message, [delivery]))


def _name_problems(response: Any) -> str:
    checks = getattr(response, "checks", ())
    return ", ".join(check.name for check in checks if not check.complete) or repr(response)


_UNUSED: Any = None


def _create(aws: Aws, declared: Resources, endpoint_url: str) -> dict[str, str]:
    """The queues and the topic; tables are made as they are filled. Answers all outputs."""
    outputs = predict_outputs(
        declared, account=LOCAL_ACCOUNT, region=REGION, queues_at=endpoint_url
    )
    sqs = aws.client("sqs")
    for queue in declared.queues:
        outputs[queue.output] = declared_resources.ensure_queue(sqs, queue, endpoint_url)
    for failures in declared.failure_queues:
        url = declared_resources.ensure_failure_queue(sqs, failures, endpoint_url)
        outputs[failures.output] = url
    for topic in declared.topics:
        outputs[topic.output] = declared_resources.ensure_topic(aws.client("sns"), topic)
    return outputs


def _order_id(number: int) -> str:
    return f"{number:032x}"


def _log_id(number: int) -> str:
    return f"log-{number:08}"


def _message_id(number: int) -> str:
    return str(uuid.UUID(int=(0x7000 << 64) + number))


def _request_id(number: int) -> str:
    return f"request-{number:08}"
