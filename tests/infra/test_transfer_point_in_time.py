"""A whole export as of one second, on an emulator whose DynamoDB exports as that of AWS does."""

import base64
import gzip
import json

import pytest
from support.clouds import cloud_at
from support.moving import Filling, read_all
from transfer_kit import ADA, BOB, find_sub, make_place, reset_emulator

from infra.transfer import kinds
from infra.transfer.exporting import export
from infra.transfer.folder import Folder
from infra.transfer.place import StagePlace
from infra.transfer.verifying import verify

ON = {"PointInTimeRecoveryEnabled": True}


class Exporting:
    """DynamoDB's client, whose exports are complete when they are asked about."""

    def __init__(self, place):
        self._place, self._client = place, place.client("dynamodb")
        self.asked = []

    def __getattr__(self, name):
        return getattr(self._client, name)

    def export_table_to_point_in_time(self, **asked):
        self.asked.append(asked)
        return {"ExportDescription": {"ExportArn": asked["TableArn"] + "/export/1"}}

    def describe_export(self, *, ExportArn):  # noqa: N803 DynamoDB's own name
        table = ExportArn.split("/")[1]
        output = next(o for o in kinds.TABLES if self._place.name_of(o) == table)
        items = list(read_all(self._place, output))
        folder = f"exports/AWSDynamoDB/{table}"
        keys = [f"{folder}/data/{number}.json.gz" for number in range(2)]
        for number, key in enumerate(keys):
            lines = [json.dumps({"Item": item}, default=_encode) for item in items[number::2]]
            self._put(key, gzip.compress("\n".join(lines).encode()))
        files = "\n".join(json.dumps({"dataFileS3Key": key}) for key in keys)
        self._put(f"{folder}/manifest-files.json", files.encode())
        told = {"manifestFilesS3Key": f"{folder}/manifest-files.json"}
        self._put(f"{folder}/manifest-summary.json", json.dumps(told).encode())
        return {
            "ExportDescription": {
                "ExportStatus": "COMPLETED",
                "ExportManifest": f"{folder}/manifest-summary.json",
            }
        }

    def _put(self, key, body):
        bucket = self._place.name_of("ClaimsBucket")
        self._place.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _encode(data):
    return base64.b64encode(data).decode()


@pytest.fixture
def place(ministack):
    reset_emulator(ministack)
    place = make_place(cloud_at(ministack), "one", ADA, BOB)
    Filling(place, [find_sub(place, ADA), find_sub(place, BOB)]).fill()
    return place


def test_all_tables_are_of_the_same_second_and_say_what_a_scan_says(place, tmp_path):
    scanned = export(place, tmp_path / "scanned", lambda _: None)
    assert scanned.taken.how == "scan"
    assert scanned.taken.since < scanned.taken.until
    for table in kinds.TABLES:
        place.client("dynamodb").update_continuous_backups(
            TableName=place.name_of(table), PointInTimeRecoverySpecification=ON
        )
    exporting = Exporting(place)
    clients = {"dynamodb": exporting}
    beside = StagePlace("one", place.outputs, lambda name: clients.get(name) or place.client(name))
    made = export(beside, tmp_path / "export", lambda _: None)
    assert (made.taken.how, made.taken.since) == ("point-in-time", made.taken.until)
    assert made.kinds == scanned.kinds
    assert made.left_out == scanned.left_out
    assert {asked["ExportTime"] for asked in exporting.asked} == {exporting.asked[0]["ExportTime"]}
    assert len({asked["ClientToken"] for asked in exporting.asked}) == len(kinds.TABLES)
    assert {asked["S3Bucket"] for asked in exporting.asked} == {place.name_of("ClaimsBucket")}
    assert verify(Folder(tmp_path / "export")) == made
