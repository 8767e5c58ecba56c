"""Whether the product can read what comes of rows, which anybody may have changed or added.

An item that it cannot read would fail its owner's whole list.
"""

from typing import Any

import msgspec

from chalicelib.aws.attributes import from_attributes
from chalicelib.publisher.model import Suppression
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.publisher.templates.stored import StoredTemplate
from chalicelib.publisher.uploads import StoredMedia
from infra.transfer import kinds, summary
from infra.transfer.folder import Folder
from infra.transfer.manifest import ExportManifest
from infra.transfer.refusal import MoveRefused
from infra.transfer.verifying import UNSOUND

STORED: dict[str, Any] = {
    kinds.MESSAGES: StoredMessage,
    kinds.DELIVERIES: StoredDelivery,
    kinds.MEDIA: StoredMedia,
    kinds.CERTIFICATIONS: StoredCertification,
    kinds.SERIES: StoredSeries,
    kinds.TEMPLATES: StoredTemplate,
    kinds.SUPPRESSIONS: Suppression,
}


def require_readable(folder: Folder, made: ExportManifest) -> None:
    """Raise MoveRefused for the first item in the folder that the product cannot read."""
    names = [file.name for file in made.files]
    for name, stored in STORED.items():
        for item in summary.list_items(folder, names, name):
            known = {field: item[field] for field in stored.__struct_fields__ if field in item}
            try:
                msgspec.convert(from_attributes(known), stored, strict=False)
            except UNSOUND as error:
                key = kinds.BY_NAME[name].name_of(item)
                raise MoveRefused(f"{name}: the product cannot read {key}: {error}") from error
