"""A stage's data to a real PostgreSQL and from there into another stage."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from support import postgres
from support.clouds import cloud_at
from support.local_system import free_ports
from support.moving import Filling
from transfer_kit import ADA, BOB, find_sub, make_place, reset_emulator

from infra.transfer import command, summary
from infra.transfer.exporting import export
from infra.transfer.folder import Folder
from infra.transfer.manifest import ExportManifest, Taken
from infra.transfer.place import StagePlace
from infra.transfer.refusal import MoveRefused
from infra.transfer.relational import database
from infra.transfer.relational.copying import write_copies, write_manifest
from infra.transfer.relational.reading import read_database
from infra.transfer.typed import to_line

pytestmark = pytest.mark.skipif(postgres.why_not() is not None, reason=str(postgres.why_not()))

TIMES = (
    "2026-11-28T10:00:00Z",
    "2026-11-28T10:00:00.000000Z",
    "2026-11-28T10:00:00.120000Z",
    "2026-11-28T10:00:00.000001Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00.000001Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-02-30T10:00:00Z",
    "1900-02-28",
    "0001-01-01",
)
NUMBERS = (
    "0",
    "-0",
    "1.50",
    "007",
    "1E+100",
    "9" * 38,
    "0." + "0" * 100 + "1",
    "-1",
    "1" + "0" * 125,
)
TEXTS = ("", "\\N", "\\.", "a\0b", 'q"\\', "\t\r\n", "🎉", "\x01\x7f\u2028", "NULL", "{}")


@pytest.fixture(scope="module")
def server():
    with postgres.running() as running:
        yield running


@pytest.fixture
def url(server):
    """An empty database."""
    return server.make_database()


@pytest.fixture(scope="module")
def cloud(ministack):
    reset_emulator(ministack)
    return cloud_at(ministack)


class Exported(NamedTuple):
    """A stage, the folder of its export, and the manifest."""

    place: StagePlace
    path: Path
    made: ExportManifest

    @property
    def copies(self) -> Path:
        """The files for PostgreSQL."""
        return self.path / "postgresql"


@pytest.fixture(scope="module")
def exported(cloud, tmp_path_factory):
    """A stage full of data, and its export."""
    place = make_place(cloud, "one", ADA, BOB)
    Filling(place, [find_sub(place, ADA), find_sub(place, BOB)]).fill()
    path = tmp_path_factory.mktemp("exported") / "export"
    return Exported(place, path, export(place, path, lambda _: None))


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Runs `make export` or `make import` for a place; returns the status and what was said."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))

    def run_here(place, *arguments):
        monkeypatch.setattr(command, "find_place", lambda _: place)
        status = command.main([*arguments, "--stage", place.stage])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_here


def count_rows(url):
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'omnidata'"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM omnidata."{name}"').fetchone()[0]  # noqa: S608
            for (name,) in tables
        }


def test_everything_comes_back_from_postgresql(cloud, exported, url, run, tmp_path):
    target = make_place(cloud, "two", BOB, ADA)
    status, said, failed = run(exported.place, "export", "--to", url)
    assert status == 0, failed
    assert count_rows(url) == {
        "users": 2,
        "tenants": 1,
        "records": 33,
        "orders": 14,
        "order_lines": 18,
        "log_records": 150,
        "messages": 14,
        "message_channels": 42,
        "certifications": 1,
        "series": 1,
        "templates": 1,
        "suppressions": 2,
        "media": 2,
        "history": 56,
        "export": 1,
    }
    status, said, failed = run(target, "import", "--from", url)
    assert status == 0, failed
    assert "kept" not in said.replace("kept as", "")
    assert export(target, tmp_path / "again", lambda _: None).kinds == exported.made.kinds
    left = [path.suffix for path in (tmp_path / "state" / "transfer").iterdir()]
    assert left == [".lock"] * 2


def test_values_are_where_sql_finds_them(exported, url):
    database.load(url, exported.copies, replaces=False)
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "SELECT sum(quantity * unit_price), count(*) FROM omnidata.order_lines"
        ).fetchone() == (171, 18)
        assert connection.execute(
            "SELECT (content->>'balance')::numeric, created_at = 'epoch'::timestamptz "
            "+ (1795860000.000003 || ' s')::interval FROM omnidata.records WHERE user_id = 'user-3'"
        ).fetchone() == (12345678901234567890123456789012345675, True)
        assert connection.execute(
            "SELECT m.status, array_agg(c.status ORDER BY c.name) FROM omnidata.messages m JOIN "
            "omnidata.message_channels c ON c.message_id = m.id WHERE m.id = 'm-5' GROUP BY 1"
        ).fetchone() == ("sent", ["sent", "sent", "sent"])
        assert connection.execute(
            "SELECT length(object), attrs->'status' FROM omnidata.media, omnidata.log_records "
            "WHERE id = 'image-1' AND log_id = 'given-0'"
        ).fetchone() == ((exported.path / "objects" / "image-1").stat().st_size, 200)


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_psql_loads_the_files_as_well(exported, url, tmp_path):
    done = subprocess.run(  # noqa: S603 our own database
        ["psql", "-q", url, "-f", "load.sql"],  # noqa: S607 wherever psql is
        cwd=exported.copies,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    made = read_database(url, tmp_path / "read", lambda _: None)
    assert made.kinds == exported.made.kinds


def test_odd_values_come_back_from_postgresql_itself(url, tmp_path):
    values = [
        *({"S": text} for text in (*TIMES, *TEXTS)),
        *({"N": number} for number in NUMBERS),
        {"BOOL": False},
        {"NULL": True},
        {"B": "AP8B"},
        {"NS": ["1", "2"]},
        {"L": [{"S": text} for text in TEXTS if "\0" not in text]},
        {"M": {text: {"N": "0.10"} for text in TEXTS if "\0" not in text}},
    ]
    names = ("ts", "status", "total", "rev", "channels", "due_at", "expires_on", "note", "at")
    items = {
        "records": [{"user_id": {"S": f"u-{n}"}, "any": value} for n, value in enumerate(values)],
        "orders": [
            {"orderID": {"S": f"o-{n}"}, **dict.fromkeys(names, value), "order": value}
            | {"queued_at": value, "day": value, "stored_at": value}
            for n, value in enumerate(values)
        ],
        "logs": [
            {"tenant_id": {"S": "t"}, "sk": {"S": f"{n:03}"}, "attrs": value, "expires_at": value}
            | dict.fromkeys(("ts", "received_at", "text"), value)
            for n, value in enumerate(values)
        ],
        "messages": [
            {"PK": {"S": f"MSG#{n:03}"}, "SK": {"S": "METADATA"}, **dict.fromkeys(names, value)}
            | {"recipients": value, "user": value, "adapt": value}
            for n, value in enumerate(values)
        ],
    }
    folder = Folder(tmp_path)
    for kind, found in items.items():
        (tmp_path / f"{kind}.ndjson").write_bytes(b"".join(map(to_line, found)))
    write_copies(folder, [f"{kind}.ndjson" for kind in items])
    taken = Taken(how="test", since="-", until="-", consistency="-")
    made = ExportManifest(stage="test", taken=taken, files=[], kinds={})
    write_manifest(folder, made.to_text())
    database.load(url, tmp_path / "postgresql", replaces=False)
    read = read_database(url, tmp_path / "read", lambda _: None)
    names = [file.name for file in read.files]
    for kind, expected in items.items():
        found = list(summary.list_items(Folder(tmp_path / "read"), names, kind))
        assert {json.dumps(item, sort_keys=True) for item in found} == {
            json.dumps(item, sort_keys=True) for item in expected
        }


def test_a_database_that_has_the_schema_is_refused_or_replaced(exported, url, run):
    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA omnidata")
        connection.execute("CREATE TABLE omnidata.mine AS SELECT 1")
    status, said, failed = run(exported.place, "export", "--to", url)
    assert (status, said, failed.count("\n")) == (1, "", 1)
    assert "has a schema omnidata already; REPLACE=1 drops that" in failed
    assert count_rows(url) == {"mine": 1}
    status, _, failed = run(exported.place, "export", "--to", url, "--replace")
    assert status == 0, failed
    assert count_rows(url)["orders"] == 14


def test_a_load_that_fails_leaves_nothing(exported, url, tmp_path):
    folder = shutil.copytree(exported.copies, tmp_path / "postgresql")
    with (folder / "messages.copy").open("a") as file:
        file.write("too\tfew\n")
    with pytest.raises(MoveRefused, match="PostgreSQL said: missing data for column") as refused:
        database.load(url, folder, replaces=False)
    assert "\n" not in str(refused.value)
    assert count_rows(url) == {}


@pytest.fixture
def target(cloud):
    """A stage into which nothing is imported."""
    return make_place(cloud, "three")


OTHER_FORMS = {
    "DROP SCHEMA omnidata CASCADE": "has no schema omnidata: no export was loaded into it",
    "UPDATE omnidata.export SET version = 2": "is not of version 1, which this release reads",
    "TRUNCATE omnidata.export": "is not of version 1, which this release reads",
    "UPDATE omnidata.export SET manifest = '{}'": "is no manifest of an export",
    "UPDATE omnidata.records SET content = '[]'": "records has no sound row odd-bookkeeping: ",
    "UPDATE omnidata.orders SET rest = '[]'": "orders has no sound row bare-1: ",
    "INSERT INTO omnidata.certifications (id, owner, name) VALUES ('c', 'ada', 'Architect')": (
        "certifications: the product cannot read CERT#c METADATA: "
    ),
    "UPDATE omnidata.certifications SET issued_on = 'infinity'": (
        "certifications: the product cannot read "
    ),
    "UPDATE omnidata.messages SET status = 'lost'": "messages: the product cannot read ",
    "UPDATE omnidata.message_channels SET attempts = NULL": "deliveries: the product cannot read ",
    "UPDATE omnidata.orders SET total = 'NaN'": "orders.ndjson has no sound item in line ",
    "ALTER TABLE omnidata.orders DROP COLUMN total": "PostgreSQL said: column t.total does not",
}


@pytest.mark.parametrize("statement", OTHER_FORMS)
def test_a_database_of_another_form_is_refused_before_anything_is_written(
    exported, target, url, run, statement
):
    database.load(url, exported.copies, replaces=False)
    with psycopg.connect(url) as connection:
        connection.execute(statement)
    status, _, failed = run(target, "import", "--from", url)
    assert (status, failed.count("\n")) == (1, 1)
    assert OTHER_FORMS[statement] in failed
    scan = target.client("dynamodb").scan(TableName=target.name_of("OrdersTable"))
    assert scan["Count"] == 0


@pytest.mark.parametrize(("command_name", "where"), [("export", "--to"), ("import", "--from")])
def test_a_place_has_to_be_named(exported, run, command_name, where):
    status, said, failed = run(exported.place, command_name, where, "")
    name = where.removeprefix("--").upper()
    assert (status, said) == (1, "")
    assert failed.startswith(f"{command_name}: {name}= must name a folder or a database")


@pytest.mark.parametrize("where", ["s3://bucket/today", "postgresql:/host/d", "MySQL://host/d"])
def test_a_place_is_a_folder_or_a_database(exported, run, tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    status, said, failed = run(exported.place, "export", "--to", where)
    assert (status, said) == (1, "")
    assert failed.startswith("export: TO= names a folder or postgresql://")
    assert not list(tmp_path.iterdir())


def test_an_export_into_a_folder_that_others_see_is_private_all_the_same(exported, run, tmp_path):
    folder = tmp_path / "seen"
    folder.mkdir()
    folder.chmod(0o755)
    assert run(exported.place, "export", "--to", str(folder))[0] == 0
    made = [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]
    assert made == []


def test_two_imports_of_one_database_do_not_share_what_lies_in_between(exported, url, run):
    database.load(url, exported.copies, replaces=False)
    with command._between(exported.place, url):
        status, said, failed = run(exported.place, "import", "--from", url)
    assert (status, said) == (1, "")
    assert failed.startswith("import: another export or import is at work with ")


def test_a_server_that_does_not_respond_is_named_in_one_sentence(exported, run):
    url = f"postgresql://nobody:secret@127.0.0.1:{free_ports(1)[0]}/none"
    status, said, failed = run(exported.place, "export", "--to", url)
    assert (status, said, failed.count("\n")) == (1, "", 1)
    assert failed.startswith("export: PostgreSQL said: connection failed")
    assert "secret" not in failed
