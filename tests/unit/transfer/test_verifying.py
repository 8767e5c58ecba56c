"""An export that somebody made to do harm, or changed by hand: refused before it is imported."""

import hashlib
import json
from pathlib import Path

import pytest

from infra.transfer import folder as folders
from infra.transfer import manifest
from infra.transfer.folder import Folder
from infra.transfer.manifest import ExportManifest, File, KindContent, Taken, hash_file
from infra.transfer.refusal import MoveRefused
from infra.transfer.soundness import ITEM_BYTES
from infra.transfer.verifying import verify

TAKEN = Taken(how="scan", since="", until="", consistency="")


def write(path: Path, name: str, line: str, *, kind: str | None = None) -> Folder:
    """An export with one line in one file, whose hashes and seal are right."""
    (path / name).write_text(f"{line}\n")
    kind = kind or folders.kind_of_file(name)
    facts = {"size_bytes": (path / name).stat().st_size, "sha256": hash_file(path / name)}
    made = ExportManifest(
        stage="one",
        taken=TAKEN,
        files=[File(name=name, kind=kind, items=1, **facts)],
        kinds={kind: KindContent(items=1, digest="")},
    )
    (path / "manifest.json").write_text(made.to_text())
    return Folder(path)


def record(**attributes: object) -> str:
    return json.dumps({"Item": {"user_id": {"S": "u"}, **attributes}})


def message(**attributes: object) -> str:
    key = {"PK": {"S": "MSG#m"}, "SK": {"S": "METADATA"}}
    return json.dumps({"Item": {**key, "due_at": {"S": "2026"}, **attributes}})


def nest(depth: int) -> object:
    value: object = {"S": ""}
    for _ in range(depth):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(
    "line",
    [
        record(),
        record(n={"N": "-1.50E-30"}, zero={"N": "0.000"}, long={"N": "1" * 38 + "0" * 80}),
        record(b={"B": "AP8B"}, empty={"B": ""}, text={"S": ""}, no={"BOOL": False}),
        record(some={"NS": ["1", "2"]}, bs={"BS": ["AA=="]}, m={"M": {"l": {"L": []}}}),
        record(deep=nest(32)),
        record(null={"NULL": True}),
    ],
)
def test_what_dynamodb_takes_is_sound(tmp_path, line):
    assert verify(write(tmp_path, "records-0.ndjson", line)).files[0].items == 1


@pytest.mark.parametrize(
    "line",
    [
        record(two={"S": "a", "N": "1"}),
        record(unknown={"X": "1"}),
        record(text={"S": 5}),
        record(text={"S": "\ud800"}),
        record(**{"\ud800": {"S": ""}}),
        record(number={"N": "NaN"}),
        record(number={"N": 1}),
        record(number={"N": float("nan")}),
        record(number={"N": "1" * 39}),
        record(number={"N": "1E126"}),
        record(number={"N": "1E999999999"}),
        record(number={"N": "\u0661"}),
        record(binary={"B": "not Base64!"}),
        record(flag={"BOOL": "false"}),
        record(null={"NULL": False}),
        record(members={"SS": []}),
        record(members={"NS": ["1", "1"]}),
        record(members={"SS": [["a"]]}),
        record(deep=nest(33)),
        record(big={"S": "x" * ITEM_BYTES}),
        record(user_id={"S": ""}),
        record(user_id={"S": "k" * 2049}),
        "[" * 100_000,
        '{"Item":' + '{"M":' * 100_000,
    ],
)
def test_what_dynamodb_does_not_take_is_refused(tmp_path, line):
    with pytest.raises(MoveRefused, match=r"has no sound item in line [01]: "):
        verify(write(tmp_path, "records-0.ndjson", line))


IMAGE = {"PK": {"S": "MEDIA#1"}, "SK": {"S": "METADATA"}, "key": {"S": "media/2"}}
SERIES = {"PK": {"S": "SERIES#1"}, "SK": {"S": "METADATA"}}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("users.ndjson", '{"Item": {"email": {"S": "ada@example.com"}, "groups": {"L": []}}}'),
        ("users.ndjson", '{"Item": {"sub": {"S": ""}, "groups": {"L": []}}}'),
        ("users.ndjson", '{"Item": {"sub": {"S": "1"}}}'),
        ("messages-0.ndjson", message(status={"S": "scheduled"}, due_at={"S": ""})),
        ("orders-0.ndjson", '{"Item": {"orderID": {"S": "o"}, "day": {"N": "1"}}}'),
        (
            "series-0.ndjson",
            json.dumps({"Item": {**SERIES, "next_at": {"S": "0001-01-01T00:00:00Z"}}}),
        ),
        ("media-0.ndjson", json.dumps({"Item": IMAGE, "Object": {}})),
        ("records-0.ndjson", json.dumps({"Item": {"user_id": {"S": "u"}}, "Object": {}})),
    ],
)
def test_what_the_import_could_not_go_on_with_is_refused(tmp_path, name, line):
    with pytest.raises(MoveRefused, match="has no sound item in line 1: "):
        verify(write(tmp_path, name, line))


@pytest.mark.parametrize("name", ["orders-0.ndjson", "records_0.ndjson", "mine.ndjson"])
def test_a_file_is_of_the_kind_by_whose_name_it_is_imported(tmp_path, name):
    with pytest.raises(MoveRefused, match="holds records, which this release does not know"):
        verify(write(tmp_path, name, record(), kind="records"))


def test_the_file_of_an_image_is_in_the_folder_of_images(tmp_path):
    (tmp_path / "secret").write_text("mine")
    told = {"size_bytes": 4, "sha256": hashlib.sha256(b"mine").hexdigest()}
    for file in ("../secret", "objects/../secret", str(tmp_path / "secret"), "objects/.."):
        image = {**IMAGE, "key": {"S": "media/1"}}
        line = json.dumps({"Item": image, "Object": {"file": file, **told}})
        with pytest.raises(MoveRefused, match=r"is no file of an image|is missing"):
            verify(write(tmp_path, "media-0.ndjson", line))


def test_a_line_longer_than_any_item_is_not_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "LINE_BYTES", 1000)
    with pytest.raises(MoveRefused, match="a line has more than 1000 bytes"):
        verify(write(tmp_path, "records-0.ndjson", record(text={"S": "x" * 1000})))


def _seal(**changes: object) -> str:
    body = json.loads(ExportManifest(stage="one", taken=TAKEN, files=[], kinds={}).to_text())
    body = {name: value for name, value in (body | changes).items() if name != "seal"}
    return json.dumps({**body, "seal": manifest._seal(body)})


FILE = {"name": "orders.ndjson", "kind": "orders", "items": 0, "size_bytes": 0, "sha256": ""}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_seal(files=[{**FILE, "name": 5}]), "lacks a part of a manifest"),
        (_seal(files=[{**FILE, "kind": []}]), "lacks a part of a manifest"),
        (_seal(files=[{**FILE, "items": float("nan")}]), "lacks a part of a manifest"),
        (_seal(files={}), "lacks a part of a manifest"),
        (_seal(kinds={"orders": []}), "lacks a part of a manifest"),
        (_seal(taken=None), "lacks a part of a manifest"),
        (_seal(files=[FILE, FILE]), "names a file twice"),
        (_seal(files=[{**FILE, "name": "../orders.ndjson"}]), "which no export has"),
        ("[" * 100_000, "is no manifest of an export"),
    ],
)
def test_a_manifest_of_another_form_is_refused(text, why):
    with pytest.raises(MoveRefused, match=why):
        manifest.read(text, "manifest.json")
