"""The images themselves: each as a file beside its line, by the version that was confirmed."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib import ids
from infra.transfer.manifest import require_same
from infra.transfer.refusal import MoveRefused
from infra.transfer.typed import Item, text_of

FOLDER = "objects"
OBJECT = "Object"  # what stands beside an item's line
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class MediaObjects:
    """The bucket of images."""

    client: Any
    bucket: str

    def fetch(self, media: Item, folder: Path) -> dict[str, Any] | None:
        """Write a confirmed image to its file; returns what its line says of it, else None."""
        version = text_of(media, "version_id")
        if not version:
            return None
        response = self.client.get_object(
            Bucket=self.bucket, Key=text_of(media, "key"), VersionId=version
        )
        name = f"{FOLDER}/{ids.require_id(text_of(media, 'PK').partition('#')[2], 'media')}"
        found, size_bytes = hashlib.sha256(), 0
        (folder / FOLDER).mkdir(exist_ok=True)
        with (folder / name).open("wb") as file:
            for chunk in response["Body"].iter_chunks(_CHUNK_BYTES):
                found.update(chunk)
                size_bytes += file.write(chunk)
        return {"file": name, "size_bytes": size_bytes, "sha256": found.hexdigest()}

    def store(self, media: Item, told: dict[str, Any], folder: Path) -> str:
        """Put the file of an image; returns the version that it has now."""
        with (folder / told["file"]).open("rb") as file:
            response = self.client.put_object(
                Bucket=self.bucket,
                Key=text_of(media, "key"),
                Body=file,
                ContentType=text_of(media, "content_type"),
            )
        return str(response["VersionId"])


def find_object_key(media: Item) -> str:
    """The key of an image in the bucket."""
    return f"media/{text_of(media, 'PK').partition('#')[2]}"


def require_whole(told: dict[str, Any], folder: Path) -> None:
    """Raise MoveRefused unless the file of an image is there as it was written."""
    name = Path(told["file"]).name
    if told["file"] != f"{FOLDER}/{name}":
        raise MoveRefused(f"{told['file']} is no file of an image")
    require_same(folder / FOLDER / name, told["size_bytes"], told["sha256"])
