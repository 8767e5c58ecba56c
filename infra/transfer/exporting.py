"""A stage's data into a folder: tables, images and users, then the manifest."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from chalicelib import times
from infra.transfer import kinds, people, point_in_time, scan, summary
from infra.transfer.folder import Folder, PartWriter
from infra.transfer.manifest import ExportManifest, Taken
from infra.transfer.objects import OBJECT, MediaObjects
from infra.transfer.place import StagePlace
from infra.transfer.point_in_time import PointInTime
from infra.transfer.relational.copying import write_copies, write_manifest
from infra.transfer.scan import ItemPage, Scan
from infra.transfer.typed import Item, to_line

SCAN, POINT_IN_TIME = "scan", "point-in-time"
_SEGMENTS = 8  # of each table on AWS; the emulator has one process


class ItemSource(Protocol):
    """Where a part's items come from."""

    def pages(self, position: Any) -> Iterator[ItemPage]:
        """The pages from a position on, None for the first one."""


def export(place: StagePlace, path: Path, say: Callable[[str], None]) -> ExportManifest:
    """Write a stage's data to a folder, or go on with what a killed run began.

    Raises MoveRefused, and botocore's own errors; then running it again goes on.
    """
    folder = Folder(path)
    begun = folder.begin(_decide(place), same=("stage", "pool"))
    say(f"Exporting stage {begun['stage']} by {begun['how']}, as of {begun['since']} ...")
    _write_users(place, folder)
    parts = list(_list_parts(place, folder, begun))
    with ThreadPoolExecutor(begun["segments"]) as pool:
        for _ in pool.map(lambda part: part.write(), parts):
            pass
    found = summary.sum_up(folder)
    copies = write_copies(folder, [file.name for file in found["files"]])
    made = ExportManifest(stage=place.stage, taken=_describe(begun), copies=copies, **found)
    write_manifest(folder, made.to_text())
    folder.finish(made)
    return made


def _decide(place: StagePlace) -> dict[str, Any]:
    """How to read the tables: as of one second where all have point-in-time recovery."""
    names = [place.name_of(table) for table in kinds.TABLES]
    found = None
    if not place.is_local:
        found = point_in_time.find_time(place.client("dynamodb"), names)
    at = times.text(found or times.now())
    how = SCAN if found is None else POINT_IN_TIME
    return {
        "stage": place.stage,
        "pool": place.name_of("UserPoolId"),  # no two systems have the same
        "how": how,
        "since": at,
        "segments": 1 if place.is_local else _SEGMENTS,
        "token": uuid.uuid4().hex,
    }


def _describe(begun: dict[str, Any]) -> Taken:
    at = begun["since"]
    if begun["how"] == POINT_IN_TIME:
        return Taken(how=POINT_IN_TIME, since=at, until=at, consistency=point_in_time.CONSISTENCY)
    return Taken(how=SCAN, since=at, until=times.text(times.now()), consistency=scan.CONSISTENCY)


def _write_users(place: StagePlace, folder: Folder) -> None:
    if folder.progress(kinds.USERS).done:
        return
    with PartWriter(folder, kinds.USERS) as writer:
        for user in people.list_users(place):
            writer.add("users.ndjson", to_line(user))
        writer.save(None, done=True)


def _list_parts(place: StagePlace, folder: Folder, begun: dict[str, Any]) -> Iterator["ExportPart"]:
    media = MediaObjects(place.client("s3"), place.name_of("MediaBucket"))
    at = times.parse(begun["since"], "since")
    for table in kinds.TABLES:
        for number, source in enumerate(_list_sources(place, table, begun)):
            yield ExportPart(folder, table, number, source, _Expiry(place.ttl_of(table), at), media)


def _list_sources(place: StagePlace, table: str, begun: dict[str, Any]) -> list[ItemSource]:
    dynamodb, name = place.client("dynamodb"), place.name_of(table)
    if begun["how"] == SCAN:
        count = begun["segments"]
        return [Scan(dynamodb, name, segment, count) for segment in range(count)]
    return [
        PointInTime(
            dynamodb=dynamodb,
            s3=place.client("s3"),
            table_name=name,
            bucket=place.name_of("ClaimsBucket"),
            at=times.parse(begun["since"], "since"),
            token=begun["token"][:20],
        )
    ]


@dataclass(frozen=True)
class _Expiry:
    """Which items have expired: DynamoDB deletes them within days, and nobody reads them."""

    attribute: str | None
    at: datetime

    def has_come(self, item: Item) -> bool:
        number = item.get(self.attribute or "", {}).get("N")
        return number is not None and float(number) <= self.at.timestamp()


@dataclass(frozen=True)
class ExportPart:
    """A part of a table, from its source into the files of its kinds."""

    folder: Folder
    table: str
    number: int
    source: ItemSource
    expiry: _Expiry
    media: MediaObjects

    def write(self) -> None:
        """Write the part, or the rest of it."""
        name = f"{self.table}-{self.number}"
        with PartWriter(self.folder, name) as writer:
            if writer.progress.done:
                return
            for page in self.source.pages(writer.progress.position):
                for item in page.items:
                    self._add(writer, item)
                writer.save(page.position, done=page.position is None)

    def _add(self, writer: PartWriter, item: Item) -> None:
        kind = kinds.find_kind(self.table, item)
        if kind is None:
            if what := kinds.describe_left_out(self.table, item):
                writer.leave_out(what)
        elif self.expiry.has_come(item):
            writer.leave_out(f"{self.table} expired")
        else:
            extra = None
            if kind.name == kinds.MEDIA and (told := self.media.fetch(item, self.folder.path)):
                extra = {OBJECT: told}
            writer.add(f"{kind.name}-{self.number}.ndjson", to_line(kind.strip(item), extra))
