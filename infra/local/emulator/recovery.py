"""What the emulator loads when it starts: the current copy, or the last good one in its place."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.local.emulator import saved_state
from infra.local.emulator.copies import OBJECTS, Copies, link_objects, promote
from infra.local.emulator.saved_state import find_damage

NO_COPY = "there is no good copy"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was restored at a start, and why.

    `saved_at` is when that was saved (ISO 8601), None if nothing could be restored; `kept_as` is
    where the damaged copy is, None without one.
    """

    reason: str
    saved_at: str | None
    kept_as: Path | None = None

    def describe(self, show: Callable[[Path], str] = str) -> str:
        """One sentence for people; `show` writes a path."""
        if self.saved_at is None:
            text = f"Nothing could be restored: {self.reason} and {NO_COPY}"
        else:
            text = f"Restored the data saved at {self.saved_at}, since {self.reason}"
        kept = "" if self.kept_as is None else f"; the damaged copy is kept in {show(self.kept_as)}"
        return f"{text}{kept}."


def recover(copies: Copies) -> Recovery | None:
    """Make the current copy one that can be loaded; returns what was restored, None if nothing was.

    Raises OSError when the disk refuses.
    """
    is_interrupted = _finish_save(copies)
    damage = find_damage(copies.current)
    if damage is not None:
        recovery = _restore(copies, damage)
    elif is_interrupted:
        recovery = Recovery("the latest save was interrupted", _saved_at(copies.current))
    else:
        recovery = None
    if _restore_objects(copies) and recovery is None:
        recovery = Recovery("the S3 objects were missing", _saved_at(copies.current))
    return recovery


def _finish_save(copies: Copies) -> bool:
    """Finish a save that was killed; returns whether it was too early for that."""
    if not copies.draft.exists():
        return False
    # Only a manifest says that nothing is missing.
    is_whole = (copies.draft / saved_state.MANIFEST).exists() and find_damage(copies.draft) is None
    if is_whole:
        promote(copies)
    else:
        _remove(copies.draft)
    return not is_whole


def _restore(copies: Copies, damage: str) -> Recovery | None:
    is_good = find_damage(copies.last_good) is None
    if not is_good and not saved_state.has_data(copies.current):
        return None  # nothing was saved yet
    kept_as = _set_aside(copies) if saved_state.has_data(copies.current) else None
    if not is_good:
        return Recovery(damage, None, kept_as)
    if copies.current.exists():
        shutil.rmtree(copies.current)
    # Moved and not copied: a full disk takes that too. The second copy is made again afterwards.
    copies.last_good.rename(copies.current)
    saved_state.sync_folder(copies.home)
    return Recovery(damage, _saved_at(copies.current), kept_as)


def _set_aside(copies: Copies) -> Path:
    kept_as = copies.home / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    copies.current.rename(kept_as)
    return kept_as


def _restore_objects(copies: Copies) -> bool:
    """Link the objects of the save where all are gone; returns whether that was needed."""
    saved = copies.current / OBJECTS
    if _has_files(copies.live_objects) or not _has_files(saved):
        return False
    link_objects(saved, copies.live_objects)
    return True


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _saved_at(folder: Path) -> str | None:
    """When a copy was saved; one of an earlier version has only the time of its files."""
    manifest = saved_state.read_manifest(folder)
    if manifest is not None:
        return manifest.saved_at
    times = [file.stat().st_mtime for file in folder.glob("*.json")]
    return datetime.fromtimestamp(max(times), UTC).isoformat() if times else None


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
