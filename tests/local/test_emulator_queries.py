"""The emulator's queries on parts of large partitions: the same responses, sooner."""

import json
import random
import re
from importlib import metadata
from pathlib import Path

import pytest
from ministack.services import dynamodb

from infra.local.emulator import queries
from infra.local.emulator.queries import MADE_FOR, SortedPartitions

ROOT = Path(__file__).parents[2]
TABLE, INDEX = "in-order", "by-weekday"
LARGE = 40  # items: the emulator alone reads them all for each page
ITEMS = 2 * LARGE  # of each tenant
DAYS = ("monday", "tuesday", "friday")


@pytest.fixture
def partitions(monkeypatch):
    """Sorted partitions around the emulator's own query, and a table with an index, in-process."""
    monkeypatch.setattr(queries, "LARGE", LARGE)
    made = SortedPartitions(dynamodb._query)
    monkeypatch.setattr(dynamodb, "_set_item", made.follow_write(dynamodb._set_item))
    monkeypatch.setattr(dynamodb, "_remove_item", made.follow_write(dynamodb._remove_item))
    names = ("tenant", "sk", "weekday", "moment")
    created, _, answer = dynamodb._create_table(
        {
            "TableName": TABLE,
            "KeySchema": keys("tenant", "sk"),
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in names
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": INDEX,
                    "KeySchema": keys("weekday", "moment"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
        }
    )
    assert created == 200, answer
    yield made
    dynamodb._delete_table({"TableName": TABLE})


def keys(hash_name, range_name):
    return [
        {"AttributeName": hash_name, "KeyType": "HASH"},
        {"AttributeName": range_name, "KeyType": "RANGE"},
    ]


def put(number, **more):
    item = {
        "tenant": f"t-{number % 2}",
        "sk": f"{number:05}",
        "weekday": DAYS[number % len(DAYS)],
        "moment": f"{number // 7:05}",  # several items have the same
        "text": "x" * (number % 50),
        **more,
    }
    request = {"TableName": TABLE, "Item": {name: {"S": value} for name, value in item.items()}}
    assert dynamodb._put_item(request)[0] == 200


def delete(number):
    key = {"tenant": {"S": f"t-{number % 2}"}, "sk": {"S": f"{number:05}"}}
    assert dynamodb._delete_item({"TableName": TABLE, "Key": key})[0] == 200


def fill(numbers=range(2 * ITEMS)):
    chosen = list(numbers)
    random.Random(3).shuffle(chosen)  # noqa: S311 the same order each time
    for number in chosen:
        put(number)


def ask(condition, **more):
    values = {"t": "t-1", "d": "friday", "a": "00010", "b": "00120", "p": "0001"}
    return {
        "TableName": TABLE,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": {
            f":{name}": {"S": value} for name, value in values.items() if f":{name}" in condition
        },
        **more,
    }


def answered(answer):
    return answer[0], json.loads(answer[2])


def pages(query, request):
    """Every page of an answer, its last keys included."""
    found, start = [], {}
    while True:
        status, page = answered(query({**request, **start}))
        found.append((status, page))
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


OF_THE_TABLE = (
    "tenant = :t",
    "tenant = :t AND sk = :a",
    "tenant = :t AND sk >= :a",
    "tenant = :t AND sk > :a",
    "tenant = :t AND sk <= :b",
    "tenant = :t AND sk < :b",
    "tenant = :t AND sk BETWEEN :a AND :b",
    "tenant = :t AND begins_with(sk, :p)",
    "tenant = :t AND :a < sk",
)
OF_THE_INDEX = [
    entry.replace("tenant = :t", "weekday = :d").replace("sk", "moment") for entry in OF_THE_TABLE
]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [None, 7, 40])
def test_a_large_partition_answers_as_the_emulator_does_alone(partitions, limit, forward):
    fill()
    limits = {} if limit is None else {"Limit": limit}
    requests = [
        ask(condition, ScanIndexForward=forward, **limits, **index)
        for conditions, index in ((OF_THE_TABLE, {}), (OF_THE_INDEX, {"IndexName": INDEX}))
        for condition in conditions
    ]

    for request in requests:
        assert pages(partitions.query, request) == pages(partitions._query, request), request


def test_what_is_written_and_deleted_meanwhile_counts(partitions):
    fill()
    chance = random.Random(5)  # noqa: S311 the same choice each time
    everything = [ask("tenant = :t"), ask("weekday = :d", IndexName=INDEX)]

    for number in range(60):
        chosen = chance.randrange(3 * ITEMS)
        if number % 3:
            put(chosen, weekday=chance.choice(DAYS), moment=f"{chance.randrange(50):05}")
        else:
            delete(chosen)
        for request in everything:
            assert answered(partitions.query(request)) == answered(partitions._query(request))


@pytest.fixture
def evaluated(monkeypatch):
    """The conditions that the emulator evaluates, one for each item that a query looks at."""
    calls = []
    evaluate = dynamodb._evaluate_condition

    def count_and_evaluate(*arguments, **named):
        calls.append(arguments)
        return evaluate(*arguments, **named)

    monkeypatch.setattr(dynamodb, "_evaluate_condition", count_and_evaluate)
    return calls


ONE_PAGE = (
    ask("tenant = :t AND sk >= :a", Limit=5),
    ask("weekday = :d", IndexName=INDEX, Limit=5, ScanIndexForward=False),
)


def test_only_the_part_that_answers_is_read(partitions, evaluated):
    fill()
    for request in ONE_PAGE:
        answered(partitions.query(request))
    assert len(evaluated) < 20


@pytest.mark.parametrize("request_", ONE_PAGE)
def test_the_emulator_alone_still_reads_the_whole_partition(partitions, evaluated, request_):
    fill()
    answered(partitions._query(request_))
    assert len(evaluated) > LARGE, (
        "ministack reads a page by itself now: remove infra/local/emulator/queries.py, its tests "
        "and its part of docs/decisions/0023"
    )


def test_the_emulator_is_the_version_that_was_reviewed():
    pins = {
        file: re.findall(r"^ministack==(\S+)$", (ROOT / file).read_text(), re.MULTILINE)
        for file in ("requirements-dev.txt", "constraints.txt")
    }
    assert all(pinned == [MADE_FOR] for pinned in pins.values()), (
        f"infra/local/emulator/queries.py was reviewed for ministack {MADE_FOR} alone: do the "
        "review in docs/decisions/0023, then set MADE_FOR"
    )
    assert metadata.version("ministack") == MADE_FOR, "install the pinned version: `make venv`"


def test_one_page_holds_a_megabyte_and_says_where_to_go_on(partitions):
    for number in range(1, 2 * LARGE + 2, 2):
        put(number, text="x" * 80_000)
    request = ask("tenant = :t")

    found = pages(partitions.query, request)

    assert len(found) > 2
    assert found == pages(partitions._query, request)


@pytest.mark.parametrize(
    "request_",
    [
        ask("tenant = :t AND text = :a"),
        ask("sk = :a"),
        ask("tenant = :t", IndexName="none"),
        ask("tenant = :t", Limit=0),
        ask("tenant = :t AND sk = :missing"),
        {"TableName": "absent"},
        {},
    ],
)
def test_a_bad_request_is_refused_in_the_emulators_own_words(partitions, request_):
    fill()

    answer = answered(partitions.query(request_))

    assert answer[0] == 400
    assert answer == answered(partitions._query(request_))


def test_items_that_were_replaced_as_a_whole_are_read_anew(partitions, monkeypatch):
    monkeypatch.setattr(
        dynamodb, "_items_replaced", partitions.follow_replacement(dynamodb._items_replaced)
    )
    fill()
    partitions.query(ask("weekday = :d", IndexName=INDEX))
    table = dynamodb._tables[TABLE]

    items = {
        pk: {sk: {**item, "weekday": {"S": "friday"}} for sk, item in of_pk.items()}
        for pk, of_pk in table["items"].items()
    }
    table["items"].clear()
    table["items"].update(items)
    dynamodb._items_replaced(table)

    request = ask("weekday = :d", IndexName=INDEX)
    found = answered(partitions.query(request))
    assert len(found[1]["Items"]) == 2 * ITEMS
    assert found == answered(partitions._query(request))
