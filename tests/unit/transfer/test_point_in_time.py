"""DynamoDB's export to S3: asked for once, waited for, and read from where a killed run was."""

import base64
import gzip
import io
import json
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from infra.transfer import point_in_time
from infra.transfer.point_in_time import PointInTime
from infra.transfer.refusal import MoveRefused

AT = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
TABLE_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
ARN = f"{TABLE_ARN}/export/01695353076000-a1b2c3d4"
SUMMARY = "exports/AWSDynamoDB/1/manifest-summary.json"
FILES = "exports/AWSDynamoDB/1/manifest-files.json"
DATA = ["exports/AWSDynamoDB/1/data/a.json.gz", "exports/AWSDynamoDB/1/data/b.json.gz"]


def item(number):
    return {"orderID": {"S": f"o-{number}"}, "sizes": {"NS": ["2", "1"]}, "b": {"B": "AP8="}}


class Cloud:
    """Clients that expect these calls in this order, and the export that they ask for."""

    def __init__(self):
        session = botocore.session.get_session()
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.dynamodb = session.create_client("dynamodb", "us-east-1", **keys)
        self.s3 = session.create_client("s3", "us-east-1", **keys)
        self.calls, self.objects = Stubber(self.dynamodb), Stubber(self.s3)
        self.calls.activate()
        self.objects.activate()
        self.paused = []
        self.export = PointInTime(
            dynamodb=self.dynamodb,
            s3=self.s3,
            table_name="orders",
            bucket="claims",
            at=AT,
            token="token",
            pause=self.paused.append,
        )

    def expect_start(self):
        table = {"Table": {"TableArn": TABLE_ARN}}
        self.calls.add_response("describe_table", table, {"TableName": "orders"})
        self.calls.add_response(
            "export_table_to_point_in_time",
            {"ExportDescription": {"ExportArn": ARN, "ExportStatus": "IN_PROGRESS"}},
            {
                "TableArn": TABLE_ARN,
                "ExportTime": AT,
                "ClientToken": "token-orders",
                "S3Bucket": "claims",
                "S3Prefix": "exports",
                "ExportFormat": "DYNAMODB_JSON",
            },
        )

    def expect_status(self, status, **more):
        described = {"ExportStatus": status, "ExportArn": ARN, **more}
        self.calls.add_response(
            "describe_export", {"ExportDescription": described}, {"ExportArn": ARN}
        )

    def expect_object(self, key, data):
        body = StreamingBody(io.BytesIO(data), len(data))
        self.objects.add_response("get_object", {"Body": body}, {"Bucket": "claims", "Key": key})

    def expect_files(self):
        self.expect_status("COMPLETED", ExportManifest=SUMMARY)
        self.expect_object(SUMMARY, json.dumps({"manifestFilesS3Key": FILES}).encode())
        lines = "".join(json.dumps({"dataFileS3Key": key}) + "\n" for key in DATA)
        self.expect_object(FILES, lines.encode())

    def expect_data(self, key, numbers):
        lines = "".join(json.dumps({"Item": item(number)}) + "\n" for number in numbers)
        self.expect_object(key, gzip.compress(lines.encode()))

    def assert_all_asked(self):
        self.calls.assert_no_pending_responses()
        self.objects.assert_no_pending_responses()


@pytest.fixture
def cloud(monkeypatch):
    monkeypatch.setattr(point_in_time, "_PAGE_ITEMS", 2)
    return Cloud()


def names(page):
    return [found["orderID"]["S"] for found in page.items]


def test_an_export_is_started_waited_for_and_read_in_parts(cloud):
    cloud.expect_start()
    cloud.expect_status("IN_PROGRESS")
    cloud.expect_files()
    cloud.expect_data(DATA[0], [1, 2, 3])
    cloud.expect_data(DATA[1], [4])
    pages = list(cloud.export.pages(None))
    assert [(names(page), page.position) for page in pages] == [
        ([], [ARN, 0, 0]),
        (["o-1", "o-2"], [ARN, 0, 2]),
        (["o-3"], [ARN, 0, 3]),
        (["o-4"], [ARN, 1, 1]),
        ([], None),
    ]
    assert cloud.paused == [15.0]
    first = pages[1].items[0]
    assert base64.b64decode(first["b"]["B"]) == b"\x00\xff"
    assert first["sizes"] == {"NS": ["1", "2"]}
    cloud.assert_all_asked()


def test_a_run_that_was_killed_goes_on_with_the_same_export(cloud):
    cloud.expect_files()
    cloud.expect_data(DATA[0], [1, 2, 3])
    cloud.expect_data(DATA[1], [4])
    pages = list(cloud.export.pages([ARN, 0, 2]))
    assert [names(page) for page in pages] == [[], ["o-3"], ["o-4"], []]
    cloud.assert_all_asked()


def test_an_export_that_failed_is_named(cloud):
    cloud.expect_start()
    cloud.expect_status("FAILED", FailureMessage="no right to the bucket")
    with pytest.raises(MoveRefused, match="could not export orders: no right to the bucket"):
        list(cloud.export.pages(None))


def test_the_time_is_the_last_second_of_the_table_that_is_furthest_behind(cloud):
    for name, second in (("a", 30), ("b", 10)):
        latest = datetime(2026, 11, 28, 9, 55, second, 900_000, tzinfo=UTC)
        cloud.calls.add_response(
            "describe_continuous_backups",
            {
                "ContinuousBackupsDescription": {
                    "ContinuousBackupsStatus": "ENABLED",
                    "PointInTimeRecoveryDescription": {
                        "PointInTimeRecoveryStatus": "ENABLED",
                        "LatestRestorableDateTime": latest,
                    },
                }
            },
            {"TableName": name},
        )
    found = point_in_time.find_time(cloud.dynamodb, ["a", "b"])
    assert found == datetime(2026, 11, 28, 9, 55, 10, tzinfo=UTC)
