"""A folder's data into a stage: all of it is checked first, and what is there is respected."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from itertools import islice
from pathlib import Path

from chalicelib.aws.bulk import READ_BATCH
from chalicelib.aws.table import Table
from infra.transfer import kinds, people, summary
from infra.transfer.folder import Folder
from infra.transfer.kinds import Kind
from infra.transfer.log_counts import LogCounts
from infra.transfer.manifest import ExportManifest
from infra.transfer.objects import OBJECT, MediaObjects
from infra.transfer.people import Owners
from infra.transfer.place import StagePlace
from infra.transfer.table_writing import TableWriter
from infra.transfer.typed import text_of
from infra.transfer.verifying import verify
from infra.transfer.writing import ItemOutcome, KindWriter, WantedItem

OutcomesByKind = dict[str, Counter[ItemOutcome]]  # by kind


@dataclass(frozen=True)
class Import:
    """An import into a stage; `say` gets a line for everything that somebody should look at."""

    place: StagePlace
    say: Callable[[str], None]
    _: KW_ONLY
    replaces: bool = False
    starts: bool = False

    def run(self, path: Path) -> OutcomesByKind:
        """Import the folder; running it again changes nothing that is there.

        Raises MoveRefused before anything is written, and botocore's own errors: then running it
        again goes on.
        """
        folder = Folder(path)
        made = verify(folder)
        self.say(f"Importing the export of stage {made.stage} as of {made.taken.since} ...")
        owners = self._find_owners(folder, made)
        outcomes = {
            kind.name: self._import_kind(kind, folder, made, owners)
            for kind in kinds.KINDS
            if kind.table
        }
        self._list_unmapped(owners)
        return outcomes

    def _find_owners(self, folder: Folder, made: ExportManifest) -> Owners:
        users = list(summary.list_items(folder, _names(made), kinds.USERS))
        targets = people.find_targets(people.list_users(self.place))
        for user in users:
            email = text_of(user, "email").lower()
            if email and email not in targets:
                self.say(f"no user here: {people.describe_wanted(user, self.place.stage)}")
        return Owners(people.map_emails(users), targets)

    def _import_kind(
        self, kind: Kind, folder: Folder, made: ExportManifest, owners: Owners
    ) -> Counter[ItemOutcome]:
        writer = self._make_writer(kind, folder)
        counts = LogCounts(self._table("StateTable"), self._table("LogsTable"))
        found: Counter[ItemOutcome] = Counter()
        for batch in _list_batches(kind, folder, made, owners):
            outcomes = writer.write(batch)
            found.update(outcomes)
            for wanted, outcome in zip(batch, outcomes, strict=True):
                if outcome is ItemOutcome.KEPT:
                    self.say(f"kept: {kind.name} {kind.name_of(wanted.item)} differs in the target")
                if kind.name == kinds.LOGS:
                    counts.note(wanted.item)
        counts.finish()
        return found

    def _make_writer(self, kind: Kind, folder: Folder) -> KindWriter:
        media = MediaObjects(self.place.client("s3"), self.place.name_of("MediaBucket"))
        name = self.place.name_of(kind.table)
        return KindWriter(
            kind,
            TableWriter(self.place.client("dynamodb"), name, kind.key),
            lambda item, told: media.store(item, told, folder.path),
            replaces=self.replaces,
            starts=self.starts,
        )

    def _table(self, resource: str) -> Table:
        return Table(self.place.client("dynamodb"), self.place.name_of(resource))

    def _list_unmapped(self, owners: Owners) -> None:
        for user_id, times in sorted(owners.unmapped.items()):
            who = owners.describe(user_id)
            self.say(f"not mapped: {user_id} ({who}) keeps {times} items under this old id")


def _list_batches(
    kind: Kind, folder: Folder, made: ExportManifest, owners: Owners
) -> Iterator[list[WantedItem]]:
    """The items of a kind, some at a time; a scan may have met one twice."""
    documents = summary.list_documents(folder, _names(made), kind.name)
    while batch := list(islice(documents, READ_BATCH)):
        wanted = {
            kind.name_of(document["Item"]): WantedItem(
                # Stripped, since what others wrote may be due by a key of an index.
                kind.map_owners(kind.strip(document["Item"]), owners.change, owners.change_in_key),
                document.get(OBJECT),
            )
            for document in batch
        }
        yield list(wanted.values())


def _names(made: ExportManifest) -> list[str]:
    return [file.name for file in made.files]
