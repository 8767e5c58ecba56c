"""The copies of the emulator's saved data, and how a new one takes its place.

In STATE_DIR/emulator:

- `state`, the current copy, which the emulator loads: one JSON file a service, `saved.json` with
  their digests, and `objects` with links to the S3 objects of that time;
- `state.new`, a save in progress: whole once it has `saved.json`;
- `last-good`, a second copy of the latest whole save;
- `damaged-…`, what could not be loaded, kept for people;
- `s3`, the S3 objects, which the emulator writes as they come.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.local.emulator.saved_state import MANIFEST, Manifest, read_manifest, sync_folder

OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies in STATE_DIR/emulator, by their use."""

    home: Path

    @property
    def current(self) -> Path:
        """What the emulator loads."""
        return self.home / "state"

    @property
    def draft(self) -> Path:
        """A save in progress."""
        return self.home / "state.new"

    @property
    def last_good(self) -> Path:
        """The second copy of the latest whole save."""
        return self.home / "last-good"

    @property
    def live_objects(self) -> Path:
        """The S3 objects of now."""
        return self.home / "s3"


def latest_manifest(copies: Copies) -> Manifest | None:
    """What was saved last, by the current copy or the last good one; None if nothing was."""
    for folder in (copies.current, copies.last_good):
        try:
            manifest = read_manifest(folder)
        except ValueError:  # the other one is as good a witness
            continue
        if manifest is not None:
            return manifest
    return None


def promote(copies: Copies) -> None:
    """Put the whole draft in place of the current copy; after a kill halfway it is done again."""
    if copies.current.exists():
        shutil.rmtree(copies.current)
    copies.draft.rename(copies.current)
    sync_folder(copies.home)


def copy_last_good(copies: Copies) -> None:
    """Make the second copy of the current one, unless it is there.

    Raises OSError when the disk does not take it; an earlier second copy then stays.
    """
    wanted = _read_or_none(copies.current / MANIFEST)
    if wanted and wanted == _read_or_none(copies.last_good / MANIFEST):
        return
    draft = copies.home / "last-good.new"
    shutil.rmtree(draft, ignore_errors=True)
    # The files are copied, so that damage to one copy leaves the other; objects are never written
    # in place, so links are enough.
    shutil.copytree(copies.current, draft, ignore=shutil.ignore_patterns(OBJECTS))
    if (copies.current / OBJECTS).is_dir():
        link_objects(copies.current / OBJECTS, draft / OBJECTS)
    if copies.last_good.exists():
        shutil.rmtree(copies.last_good)
    draft.rename(copies.last_good)
    sync_folder(copies.home)


def link_objects(source: Path, target: Path) -> None:
    """Link every object below `source` at `target`; copy it where the disk has no links."""
    shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _read_or_none(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
