"""The event handlers of orders, from a queued message to the notification, on the emulator."""

import json
from pathlib import Path

import pytest
from chalice.test import Client
from support.clouds import STAGE
from support.contract import Contract
from support.events import sqs_record, stream_record
from support.orders import OrdersCloud, inserts
from support.people import Callers
from support.waiting import until

import chalicelib
from app import announce_orders, app, store_orders
from chalicelib.errors import BatchFailed

EVENTS = Path(__file__).parents[1] / "support" / "recorded"
TEMPLATE_ID = "19dd0b57-b21e-4ac1-bd88-01bbb068cb78"


@pytest.fixture
def orders(on_emulator, run_on):
    return OrdersCloud(on_emulator, run_on)


@pytest.fixture
def operator(orders):
    with Client(app, stage_name=STAGE) as client:
        yield Callers(client, Contract(app.openapi(chalicelib.__version__))).operator()


def recorded(name):
    return json.loads((EVENTS / name).read_text())


def test_the_consoles_template_event_makes_one_entry_however_often_it_is_run(orders):
    for _ in range(2):
        assert store_orders(recorded("sqs-template.json"), None) == {"batchItemFailures": []}
    (item,) = orders.items().values()
    assert item["orderID"] == TEMPLATE_ID
    assert item["order"] == "Hello from SQS!"
    assert (item["placed_by"], item["status"]) == ("queue", "stored")
    assert item["queued_at"] == "2018-04-09T00:00:00.000000Z"


def test_a_recorded_stream_event_tells_of_the_insert_alone(orders):
    store_orders(recorded("sqs-template.json"), None)
    for order_id in ("o-2", "o-3"):
        orders.put(orderID=order_id)
    for _ in range(2):
        announced = announce_orders(recorded("orders-stream.json"), None)
        assert announced == {"batchItemFailures": []}
    (mail,) = orders.mails()
    assert mail["Subject"] == f"New Order Notification {TEMPLATE_ID}"
    assert mail["content"]["text"] == (
        f"New order {TEMPLATE_ID}\n"
        "\n"
        "Received   2018-04-09 00:00:00 UTC\n"
        "Placed by  queue\n"
        "\n"
        "order: Hello from SQS!\n"
    )


def test_an_order_goes_all_the_way(orders, operator):
    body = {"lines": [{"sku": "mop", "quantity": 2, "unit_price": 4.5}], "gift": None}
    _, accepted = operator.send("POST", "/orders", body)
    path = f"/orders/{accepted['orderID']}"
    assert operator.send("GET", path)[1]["status"] == "queued"

    (message,) = orders.queued()
    store_orders({"Records": [message]}, None)
    assert operator.send("GET", path)[1]["status"] == "stored"

    announce_orders({"Records": [stream_record(accepted["orderID"])]}, None)
    _, order = operator.send("GET", path)
    assert (order["status"], order["order"], order["total"]) == ("notified", body, 9)
    assert order["message_id"] == message["messageId"]
    times = [step["at"] for step in order["timeline"]]
    assert [step["status"] for step in order["timeline"]] == ["queued", "stored", "notified"]
    assert times == sorted(times)
    assert operator.send("GET", "/orders")[1]["orders"] == [order]
    (mail,) = orders.mails()
    assert mail["Subject"] == f"New Order Notification {accepted['orderID']}"
    assert mail["MessageAttributes"]["total"]["Value"] == "9.0"
    assert "Total      9.00\n\ngift: -\n" in mail["content"]["text"]
    assert orders.items()[accepted["orderID"]].get("announcement") is None


def test_without_the_mappings_flag_a_bad_message_alone_stays_in_the_queue(orders):
    for body in ["a", '{"kind": "omnidata.order"}', "b", "x" * 420_000, "c"]:
        orders.sqs.send_message(QueueUrl=orders.queue_url, MessageBody=body)
    received = orders.received()
    with pytest.raises(BatchFailed, match="2 of 5"):
        store_orders({"Records": received}, None)
    assert sorted(orders.stored().values()) == ["a", "b", "c"]
    assert orders.counts() == 2


def test_the_tables_own_stream_tells_of_what_was_stored(orders, on_emulator):
    view = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    orders.dynamodb.update_table(TableName="orders-test", StreamSpecification=view)
    store_orders({"Records": [sqs_record("x", "m-1"), sqs_record("y", "m-2")]}, None)

    def records():
        found = orders.streamed()
        return found if len(found) == 2 else None

    announce_orders({"Records": until(records)}, None)
    assert {mail["content"]["orders"][0]["order"] for mail in orders.mails()} == {"x", "y"}
    assert {record["eventName"] for record in orders.streamed()[2:]} == {"MODIFY"}


def test_a_digest_is_one_mail(on_emulator, run_on):
    orders = OrdersCloud(on_emulator, run_on, digest_orders=4)
    for number in range(6):
        orders.put(orderID=f"o-{number}")
    announce_orders(inserts(f"o-{number}" for number in range(6)).to_dict(), None)
    mails = orders.mails()
    assert sorted(len(mail["content"]["orders"]) for mail in mails) == [2, 4]
    assert {item["status"] for item in orders.items().values()} == {"notified"}


def test_what_was_stored_and_not_told_is_told_when_asked(orders):
    store_orders({"Records": [sqs_record("x", f"m-{n}") for n in range(3)]}, None)
    announce_orders({"Records": [stream_record("m-1")]}, None)
    assert orders.wiring.orders.announcer.announce_pending() == 2
    assert orders.wiring.orders.announcer.announce_pending() == 0
    assert sorted(mail["content"]["orders"][0]["orderID"] for mail in orders.mails()) == [
        "m-0",
        "m-1",
        "m-2",
    ]


def test_a_total_beyond_float_is_exact_in_the_table_the_response_and_the_mail(orders, operator):
    body = b'{"lines":[{"sku":"a","quantity":3,"unit_price":1000000000000000000000001}]}'
    _, accepted = operator.send("POST", "/orders", body)
    store_orders({"Records": orders.queued()}, None)
    key = {"orderID": {"S": accepted["orderID"]}}
    item = orders.dynamodb.get_item(TableName="orders-test", Key=key)["Item"]
    assert item["total"] == {"N": "3000000000000000000000003"}

    operator.send("GET", f"/orders/{accepted['orderID']}")
    assert b'"total":3000000000000000000000003,' in operator.raw
    assert b'"unit_price":1000000000000000000000001}' in operator.raw

    announce_orders({"Records": [stream_record(accepted["orderID"])]}, None)
    (mail,) = orders.mails()
    assert '"total":3000000000000000000000003,' in mail["Message"]
    assert "\nTotal      3000000000000000000000003.00\n" in mail["content"]["text"]
