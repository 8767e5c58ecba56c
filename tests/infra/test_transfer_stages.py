"""A stage's data to a folder and into another stage: all of it, once, and without being sent."""

import itertools
import json
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs
from support.clouds import cloud_at
from support.moving import Filling, read_all
from transfer_kit import ADA, BOB, CAT, find_sub, make_place, reset_emulator

from chalicelib import times
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Condition, Table
from chalicelib.orders.store import OrderStore
from chalicelib.publisher import keys, reminders
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.due_store import DueStore
from infra.transfer import kinds
from infra.transfer.exporting import export
from infra.transfer.folder import Folder
from infra.transfer.importing import Import
from infra.transfer.manifest import hash_file
from infra.transfer.people import find_targets
from infra.transfer.point_in_time import find_time
from infra.transfer.refusal import MoveRefused
from infra.transfer.typed import from_wire
from infra.transfer.writing import ItemOutcome

_NUMBERS = itertools.count()
FAR = "9999-12-31T00:00:00Z"


@pytest.fixture(scope="module")
def cloud(ministack):
    """An emulator on which every test has a stage of its own."""
    reset_emulator(ministack)
    return cloud_at(ministack)


@pytest.fixture(scope="module")
def source(cloud):
    """A stage full of data of two users; tests leave it as it was."""
    place = make_place(cloud, "one", ADA, BOB)
    Filling(place, [find_sub(place, ADA), find_sub(place, BOB)]).fill()
    return place


@pytest.fixture(scope="module")
def exported(source, tmp_path_factory):
    """The source's export."""
    path = tmp_path_factory.mktemp("exported") / "export"
    export(source, path, lambda _: None)
    return path


@pytest.fixture
def folder(exported, tmp_path):
    """The export, a copy of the test's own."""
    return shutil.copytree(exported, tmp_path / "export")


@pytest.fixture
def target(cloud):
    """An empty stage with the same people, who have other ids there."""
    return make_place(cloud, f"two-{next(_NUMBERS)}", BOB, CAT, ADA)


@pytest.fixture
def said():
    return []


@pytest.fixture
def bring(target, folder, said) -> Callable[..., dict]:
    """Imports the export into the target; returns what became of the items by kind."""

    def run(**how) -> dict:
        outcomes = Import(target, said.append, **how).run(folder)
        return {name: dict(found) for name, found in outcomes.items()}

    return run


def contents(place, path):
    """The counts and digests of a stage's data, without its users."""
    found = export(place, path, lambda _: None).kinds
    return {name: content for name, content in found.items() if name != "users"}


def items(place, output):
    """A table's items by their keys as text."""
    names = ("pk", "PK", "orderID", "tenant_id", "user_id", "sk", "SK")
    found = {}
    for item in map(from_wire, read_all(place, output)):
        key = [item[name]["S"] for name in names if "S" in item.get(name, {})]
        found["|".join(key)] = item
    return found


def orders_of(place):
    client, name = place.client("dynamodb"), place.name_of("OrdersTable")
    return OrderStore(Table(client, name), Bulk(client, name, ("orderID",)))


def list_due(place):
    """What the tick, and who approves, would find by any time."""
    due = DueStore(Table(place.client("dynamodb"), place.name_of("MessagesTable")), 1)
    statuses = (keys.SCHEDULED, keys.QUEUED, keys.RECURRING, keys.WAITING, keys.EXPIRING)
    return {
        status: sorted(entry.message_id for page in due.list_due(status, FAR) for entry in page)
        for status in statuses
    }


def count_all(place):
    return sum(len(list(read_all(place, table))) for table in kinds.TABLES)


def test_what_arrives_is_what_was_there_with_the_owners_ids_of_the_target(
    source, target, bring, said, tmp_path
):
    outcomes = bring()
    assert all(set(found) == {ItemOutcome.NEW} for found in outcomes.values())
    made = contents(source, tmp_path / "source")
    assert contents(target, tmp_path / "target") == made
    assert {name: content.items for name, content in made.items()} == {
        "tenants": 1,
        "records": 33,
        "orders": 14,
        "logs": 150,
        "media": 2,
        "templates": 1,
        "suppressions": 2,
        "certifications": 1,
        "series": 1,
        "deliveries": 42,
        "messages": 14,
        "history": 56,
    }
    assert not [line for line in said if line.startswith(("kept", "not mapped"))]
    there = items(target, "RecordsTable")
    assert there["user-1"]["_omni"]["M"]["created_by"] == {"S": find_sub(target, BOB)}
    assert there["user-1"]["balance"] == {"N": "12345678901234567890123456789012345677"}


def test_started_items_are_as_the_product_itself_stores_them(source, target, bring):
    bring(starts=True)
    for output in ("RecordsTable", "LogsTable"):
        assert items(target, output) == _with_owners(source, target, output)
    stored, expected = items(target, "MessagesTable"), _with_owners(source, target, "MessagesTable")
    expected = {key: item for key, item in expected.items() if "CALENDARLINK" not in key}
    for entry in (stored, expected):
        assert entry["MEDIA#image-1|METADATA"].pop("version_id")["S"]
    assert stored == expected


def _with_owners(source, target, output):
    """The source's items with the target's ids of their owners."""
    owners = {find_sub(source, email): find_sub(target, email) for email in (ADA, BOB)}
    text = json.dumps(items(source, output))
    for old, new in owners.items():
        text = text.replace(old, new)
    return json.loads(text)


def test_log_counts_and_markers_are_right(source, target, bring):
    bring()
    mine = {key: item for key, item in items(target, "StateTable").items() if key.startswith("LOG")}
    assert mine == {
        key: item for key, item in items(source, "StateTable").items() if key.startswith("LOG")
    }
    assert len([key for key in mine if key.startswith("LOG#")]) == 50


def test_nothing_is_due_in_the_target_until_it_is_started(source, target, bring):
    due = list_due(source)
    assert {status: len(found) for status, found in due.items()} == {
        "scheduled": 2,
        "queued": 3,
        "recurring": 1,
        "waiting": 2,
        "expiring": 1,
    }
    bring()
    assert list_due(target) == {status: [] for status in due}
    orders = orders_of(target)
    assert orders.pending()[0] == []
    # The stream's reader asks for these orders: all that were inserted.
    waiting = orders_of(source).pending()[0]
    everything = [*waiting, "bare-1", "bare-2"]
    assert {str(order.status) for order in orders.get_all(everything)} == {"notified"}
    outcomes = bring(starts=True)
    assert outcomes["messages"] == {ItemOutcome.STARTED: 7, ItemOutcome.SAME: 7}
    assert outcomes["orders"] == {ItemOutcome.STARTED: 6, ItemOutcome.SAME: 8}
    assert list_due(target) == due
    assert orders.pending()[0] == waiting
    assert {str(order.status) for order in orders.get_all(["bare-1", "bare-2"])} == {"notified"}
    assert {ItemOutcome.SAME} == {name for found in bring(starts=True).values() for name in found}


def test_an_owner_changes_a_certificate_that_is_held_and_is_reminded_of_it(source, target, bring):
    bring()
    table = Table(target.client("dynamodb"), target.name_of("MessagesTable"))
    store = CertificationStore(table, 1)
    held = store.get("c-1")
    assert held.next_reminder_at is None
    at = reminders.find_next(held.expires_on, times.now())
    assert store.replace(structs.replace(held, rev=2, next_reminder_at=at), held)
    assert list_due(target)["expiring"] == ["c-1"]
    assert bring(starts=True)["certifications"] == {ItemOutcome.KEPT: 1}


def test_an_import_that_is_repeated_changes_nothing(target, bring):
    bring()
    before = [items(target, table) for table in kinds.TABLES]
    outcomes = bring()
    assert {name for found in outcomes.values() for name in found} == {ItemOutcome.SAME}
    assert [items(target, table) for table in kinds.TABLES] == before


def test_what_differs_in_the_target_is_kept_and_listed_unless_it_is_to_be_replaced(
    target, bring, said
):
    bring()
    state = Table(target.client("dynamodb"), target.name_of("StateTable"))
    records = Table(target.client("dynamodb"), target.name_of("RecordsTable"))
    messages = Table(target.client("dynamodb"), target.name_of("MessagesTable"))
    tenant = state.get({"pk": "TENANT", "sk": "globex"})
    state.put({**tenant, "keys": [{"key_id": "its own"}], "version": 9})
    records.put({"user_id": "user-3", "name": "changed"})
    message = messages.get(keys.message("m-1"))
    messages.put({**message, "content": "edited", "rev": 2})
    outcomes = bring()
    assert outcomes["records"] == {ItemOutcome.SAME: 32, ItemOutcome.KEPT: 1}
    assert [line for line in said if line.startswith("kept")] == [
        "kept: tenants TENANT globex differs in the target",
        "kept: records user-3 differs in the target",
        "kept: messages MSG#m-1 METADATA differs in the target",
    ]
    assert records.get({"user_id": "user-3"})["name"] == "changed"
    outcomes = bring(replaces=True)
    assert outcomes["records"] == {ItemOutcome.SAME: 32, ItemOutcome.REPLACED: 1}
    assert records.get({"user_id": "user-3"})["name"] == "Zoë 3"
    assert messages.get(keys.message("m-1"))["content"] == message["content"]
    found = state.get({"pk": "TENANT", "sk": "globex"})
    assert (found["version"], found["keys"]) == (3, [{"key_id": "its own"}])


def test_what_the_target_sent_itself_is_not_replaced(target, bring):
    bring(starts=True)
    messages = Table(target.client("dynamodb"), target.name_of("MessagesTable"))
    sent = messages.get(keys.delivery("m-2", "facebook")) | {"status": "sent", "sent_at": FAR}
    failed = messages.get(keys.delivery("m-2", "email")) | {"status": "failed"}
    series = messages.get(keys.series("s-1")) | {"after": "2026-12-05T10:00:00Z"}
    for item in (sent, failed, series):
        messages.put(item)
    orders_of(target).mark_notified("o-1", FAR)
    outcomes = bring(replaces=True, starts=True)
    assert outcomes["deliveries"] == {
        ItemOutcome.SAME: 40,
        ItemOutcome.KEPT: 1,
        ItemOutcome.REPLACED: 1,
    }
    assert outcomes["series"] == {ItemOutcome.KEPT: 1}
    assert outcomes["orders"] == {ItemOutcome.SAME: 13, ItemOutcome.KEPT: 1}
    assert messages.get(keys.delivery("m-2", "facebook")) == sent
    assert messages.get(keys.delivery("m-2", "email"))["status"] == "pending"
    assert "o-1" not in orders_of(target).pending()[0]


def test_tenants_arrive_without_keys_and_nothing_to_sign_in_by_is_in_the_files(
    folder, bring, target
):
    texts = "".join(path.read_text() for path in folder.rglob("*.*") if path.is_file())
    assert "d" * 64 not in texts
    assert "IDEMPOTENCY#" not in texts
    assert json.loads((folder / "manifest.json").read_text())["left_out"] == {
        "MessagesTable CALENDARLINK": 1,
        "StateTable IDEMPOTENCY": 1,
        "StateTable TENANT-KEY": 1,
    }
    bring()
    assert items(target, "StateTable")["TENANT|globex"]["keys"] == {"L": []}


def test_an_image_is_the_version_that_was_confirmed(target, folder, bring):
    bring()
    media = items(target, "MessagesTable")["MEDIA#image-1|METADATA"]
    response = target.client("s3").get_object(
        Bucket=target.name_of("MediaBucket"),
        Key=media["key"]["S"],
        VersionId=media["version_id"]["S"],
    )
    assert response["Body"].read() == (folder / "objects" / "image-1").read_bytes()
    assert response["ContentType"] == "image/png"
    assert items(target, "MessagesTable")["MEDIA#image-2|METADATA"]["version_id"] == {"NULL": True}


def test_owners_without_a_user_here_are_listed_and_keep_their_old_id(source, cloud, folder, said):
    target = make_place(cloud, "three", ADA)
    old = find_sub(source, BOB)
    Import(target, said.append).run(folder)
    assert (
        "no user here: make user STAGE=three EMAIL=Bob@example.com TENANT=acme GROUPS=publisher"
        in said
    )
    assert f"not mapped: {old} (bob@example.com) keeps 28 items under this old id" in said
    assert items(target, "OrdersTable")["o-1"]["placed_by"] == {"S": old}


def test_an_address_that_two_users_have_or_nobody_verified_is_nobodys():
    def user(sub, email, verified):
        return {"sub": {"S": sub}, "email": {"S": email}, "email_verified": {"S": verified}}

    users = [
        user("1", "Ada@example.com", "true"),
        user("2", "eve@example.com", "false"),
        user("3", "bob@example.com", "true"),
        user("4", "BOB@example.com", "true"),
        {"sub": {"S": "5"}, "email": {"S": "demo@example.com"}},
    ]
    assert find_targets(users) == {"ada@example.com": "1", "demo@example.com": "5"}


def test_other_people_on_the_machine_cannot_read_an_export(source, tmp_path):
    export(source, tmp_path / "export", lambda _: None)
    assert stat.S_IMODE((tmp_path / "export").stat().st_mode) == 0o700


def test_expired_items_stay_behind(source, tmp_path):
    logs = Table(source.client("dynamodb"), source.name_of("LogsTable"))
    key = {"tenant_id": "acme", "sk": "2020-01-01T00:00:00.000000Z#old"}
    logs.put({**key, "expires_at": 1577836800})
    made = export(source, tmp_path / "export", lambda _: None)
    logs.delete(key, Condition("attribute_exists(sk)"))
    assert made.kinds["logs"].items == 150
    assert made.left_out["LogsTable expired"] == 1


def test_a_folder_with_something_else_in_it_is_left_alone(source, folder, tmp_path):
    with pytest.raises(MoveRefused, match="holds a finished export"):
        export(source, folder, print)
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    with pytest.raises(MoveRefused, match="is not empty and holds no export"):
        export(source, other, print)
    assert [path.name for path in other.iterdir()] == ["notes.txt"]


def first(path, kind):
    """The first of the files of a kind: which of its segments hold items, their keys decide."""
    return min(path.glob(f"{kind}-*.ndjson"))


def _flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _set_version(path):
    body = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps({**body, "version": 2}))


def _count_otherwise(path):
    body = json.loads((path / "manifest.json").read_text())
    body["files"][0]["items"] += 1
    (path / "manifest.json").write_text(json.dumps(body))


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda path: _flip(first(path, "logs")), "logs-[0-7].ndjson was changed or damaged"),
        (lambda path: _flip(path / "objects" / "image-1"), "image-1 was changed or damaged"),
        (lambda path: (path / "objects" / "image-1").unlink(), "image-1 is missing"),
        (lambda path: first(path, "orders").unlink(), "orders-[0-7].ndjson is missing"),
        (_set_version, "is of omnidata-export version 2, and this release reads .* version 1"),
        (_count_otherwise, "was changed or damaged since it was written: its seal is another"),
        (lambda path: (path / "manifest.json").write_text("[]"), "is no manifest of an export"),
        (lambda path: (path / "manifest.json").unlink(), "manifest.json cannot be read"),
        (shutil.rmtree, "manifest.json cannot be read"),
    ],
)
def test_a_damaged_export_is_refused_before_anything_is_written(target, folder, bring, damage, why):
    before = count_all(target)
    damage(folder)
    with pytest.raises(MoveRefused, match=why) as refused:
        bring()
    assert "\n" not in str(refused.value)
    assert count_all(target) == before == 0


@pytest.mark.parametrize(
    "line",
    [
        "not JSON",
        "[]",
        '{"item": {}}',
        '{"Item": {"orderID": {"N": "1"}}}',
        '{"Item": {"orderID": {"S": "o"}, "x": {}}}',
        '{"Item": {"pk": {"S": "TENANT-KEY#1"}, "sk": {"S": "TENANT-KEY"}}}',
    ],
)
def test_a_file_that_somebody_wrote_by_hand_is_checked_line_by_line(target, folder, bring, line):
    path, made = first(folder, "orders"), Folder(folder).read_manifest()
    path.write_text(f"{line}\n")
    _accept(folder, made, path, 1)
    with pytest.raises(MoveRefused, match=r"orders-[0-7].ndjson has no sound item in line [01]: "):
        bring()
    assert count_all(target) == 0


def test_what_somebody_wrote_into_a_file_is_due_no_more_than_the_rest(target, folder, bring):
    path, made = first(folder, "messages"), Folder(folder).read_manifest()
    documents = [json.loads(line) for line in path.read_text().splitlines()]
    for document in documents:
        item_id = document["Item"]["PK"]["S"].partition("#")[2]
        due = {"GSI2PK": keys.due(keys.QUEUED, item_id, 1), "GSI2SK": "2026-01-01T00:00:00Z"}
        document["Item"] |= {name: {"S": text} for name, text in due.items()}
    path.write_text("".join(f"{json.dumps(document)}\n" for document in documents))
    _accept(folder, made, path, len(documents))
    bring()
    assert not any(list_due(target).values())
    assert set(bring()["messages"]) == {ItemOutcome.SAME}


def _accept(folder, made, path, count):
    """Let the manifest say what the file holds now."""
    facts = {"items": count, "size_bytes": path.stat().st_size, "sha256": hash_file(path)}
    files = [replace(f, **facts) if f.name == path.name else f for f in made.files]
    (folder / "manifest.json").write_text(replace(made, files=files).to_text())


def test_point_in_time_recovery_is_used_only_where_all_tables_have_it(target):
    dynamodb = target.client("dynamodb")
    names = [target.name_of(table) for table in kinds.TABLES]
    on = {"PointInTimeRecoveryEnabled": True}
    for name in names[1:]:
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=on)
    assert find_time(dynamodb, names) is None
    dynamodb.update_continuous_backups(TableName=names[0], PointInTimeRecoverySpecification=on)
    assert find_time(dynamodb, names).microsecond == 0
