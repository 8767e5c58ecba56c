"""Tables as of one second, by DynamoDB's own export to S3, which takes no reads of the tables."""

import gzip
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.transfer.refusal import MoveRefused
from infra.transfer.scan import ItemPage
from infra.transfer.typed import Item, in_order

CONSISTENCY = "Every table is as of the same second: since, which is until."
PREFIX = "exports"  # in the bucket of claims, which deletes what is in it after 30 days
_PAUSE_S = 15.0
_PAGE_ITEMS = 1000


def find_time(client: Any, table_names: list[str]) -> datetime | None:
    """The latest second that all tables can be read as of; None if one has no recovery."""
    latest: list[datetime] = []
    for name in table_names:
        response = client.describe_continuous_backups(TableName=name)
        found = response["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if found.get("PointInTimeRecoveryStatus") != "ENABLED":
            return None
        latest.append(found["LatestRestorableDateTime"])
    return min(latest).replace(microsecond=0)


@dataclass(frozen=True, kw_only=True)
class PointInTime:
    """One table's export; `token` makes asking for it again find the same one for eight hours."""

    dynamodb: Any
    s3: Any
    table_name: str
    bucket: str
    at: datetime
    token: str
    pause: Callable[[float], None] = time.sleep

    def pages(self, position: Any) -> Iterator[ItemPage]:
        """The pages from a position on: the export, its data file, and a line in that.

        Raises MoveRefused when DynamoDB could not export.
        """
        arn, begin, line = position or [self._start(), 0, 0]
        yield ItemPage([], [arn, begin, line])  # so that a later run waits for the same export
        files = self._list_files(arn)
        for number in range(begin, len(files)):
            for items, read in _batches(self._read(files[number]), line):
                yield ItemPage(items, [arn, number, read])
            line = 0
        yield ItemPage([], None)

    def _start(self) -> str:
        arn = self.dynamodb.describe_table(TableName=self.table_name)["Table"]["TableArn"]
        response = self.dynamodb.export_table_to_point_in_time(
            TableArn=arn,
            ExportTime=self.at,
            ClientToken=f"{self.token}-{self.table_name}",
            S3Bucket=self.bucket,
            S3Prefix=PREFIX,
            ExportFormat="DYNAMODB_JSON",
        )
        return str(response["ExportDescription"]["ExportArn"])

    def _list_files(self, arn: str) -> list[str]:
        """The keys of the data files, once the export is complete."""
        while True:
            found = self.dynamodb.describe_export(ExportArn=arn)["ExportDescription"]
            if found["ExportStatus"] == "COMPLETED":
                break
            if found["ExportStatus"] == "FAILED":
                why = found.get("FailureMessage", "no reason given")
                raise MoveRefused(f"DynamoDB could not export {self.table_name}: {why}")
            self.pause(_PAUSE_S)
        summary = json.loads(self._get(found["ExportManifest"]).read())
        lines = self._get(summary["manifestFilesS3Key"]).read().decode().splitlines()
        return [json.loads(line)["dataFileS3Key"] for line in lines if line]

    def _read(self, key: str) -> Iterator[Item]:
        with gzip.open(io.BufferedReader(_Raw(self._get(key)))) as unpacked:
            for line in unpacked:
                # Binary is Base64 here already.
                yield in_order(json.loads(line)["Item"])

    def _get(self, key: str) -> Any:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"]


class _Raw(io.RawIOBase):
    """A response's body as a file that gzip reads in parts."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data: bytes = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _batches(items: Iterator[Item], skipped: int) -> Iterator[tuple[list[Item], int]]:
    """The items behind the first `skipped`, some at a time, each with how many were read then."""
    batch: list[Item] = []
    read = 0
    for read, item in enumerate(items, 1):
        if read > skipped:
            batch.append(item)
        if len(batch) == _PAGE_ITEMS:
            yield batch, read
            batch = []
    if batch:
        yield batch, read
