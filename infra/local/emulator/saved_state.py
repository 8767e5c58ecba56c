"""One copy of the emulator's saved data: its manifest, and whether it can be loaded."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

MANIFEST = "saved.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a whole save holds; it is written last.

    `saved_at` is ISO 8601 in UTC, `counts` the number of tables, queues and user pools, `digests`
    the SHA-256 of each file in hexadecimal.
    """

    saved_at: str
    counts: dict[str, int]
    digests: dict[str, str]

    @property
    def saved_at_s(self) -> float:
        """The same in epoch seconds."""
        return datetime.fromisoformat(self.saved_at).timestamp()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a copy; None if it has none.

    Raises ValueError for one that is damaged.
    """
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text()))
    except FileNotFoundError:
        return None
    except (TypeError, ValueError) as error:
        raise ValueError(f"{MANIFEST} is damaged") from error


def has_data(folder: Path) -> bool:
    """Whether there is a copy, damaged or not."""
    return any(folder.glob("*.json"))


def find_damage(folder: Path) -> str | None:
    """Why a copy cannot be loaded, as part of a sentence; None if it can.

    One without a manifest, as earlier versions saved it, can be loaded if every file is JSON.
    """
    if not has_data(folder):
        return "the current copy was missing"
    try:
        manifest = read_manifest(folder)
        if manifest is None:
            return _find_unparsable(folder)
        for name, digest in manifest.digests.items():
            if _digest((folder / name).read_bytes()) != digest:
                return f"{name} was damaged"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} was missing"
    except (OSError, ValueError):
        return f"{MANIFEST} was damaged"
    return None


def write_copy(folder: Path, texts: dict[str, str], counts: dict[str, int]) -> None:
    """Write a whole copy to the disk, the manifest last; `texts` are the files by their names.

    Raises OSError when the disk does not take it.
    """
    digests = {name: _write(folder / name, text.encode()) for name, text in texts.items()}
    manifest = Manifest(datetime.now(UTC).isoformat(), counts, digests)
    _write(folder / MANIFEST, json.dumps(asdict(manifest)).encode())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, so that a power cut finds them."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> str:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return _digest(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _find_unparsable(folder: Path) -> str | None:
    for file in sorted(folder.glob("*.json")):
        try:
            json.loads(file.read_bytes())
        except ValueError:
            return f"{file.name} was damaged"
    return None
