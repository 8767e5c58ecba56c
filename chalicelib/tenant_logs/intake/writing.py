"""The last step before the queue: a record small enough, masked, and as JSON."""

from collections.abc import Callable

import msgspec

from chalicelib.tenant_logs.intake.masking import Masks, mask
from chalicelib.tenant_logs.intake.sizes import SPARE_CHARACTERS, SURELY_SMALL_BYTES, Sizes
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.queueing import packing
from chalicelib.tenant_logs.queueing.packing import EncodedRecord
from chalicelib.tenant_logs.tenants.model import TenantSettings

# What was sent as protobuf becomes a few times as much JSON.
_MAYBE_LARGE_BYTES = SURELY_SMALL_BYTES // 5


class Writer:
    """Writes the records of one request; `settings` are those of a tenant by its id.

    Sizes come first: masking is what takes time, and what is cut off need not be masked.
    """

    def __init__(self, settings: Callable[[str], TenantSettings]) -> None:
        self._settings = settings
        self._masks_of: dict[str, bool] = {}
        self._masks = Masks()
        self._sizes = Sizes()

    def write(self, record: LogRecord, sent_bytes: int) -> EncodedRecord:
        """The record as it is queued; `sent_bytes` is about the size of what was sent."""
        fitted = self._sizes.fit(record) if sent_bytes > _MAYBE_LARGE_BYTES else record
        if self._is_masked(record.tenant_id):
            fitted = self._mask(fitted, is_cut=len(fitted.text) < len(record.text))
        written = packing.encode(fitted)
        if len(written.json) > SURELY_SMALL_BYTES:
            fitted = self._sizes.fit(fitted)
            return written if fitted is written.record else packing.encode(fitted)
        return written

    def _is_masked(self, tenant_id: str) -> bool:
        known = self._masks_of.get(tenant_id)
        if known is None:
            known = self._masks_of[tenant_id] = self._settings(tenant_id).masks
        return known

    def _mask(self, record: LogRecord, *, is_cut: bool) -> LogRecord:
        text = mask(record.text)
        return msgspec.structs.replace(
            record,
            text=text[:-SPARE_CHARACTERS] if is_cut else text,
            attrs=self._masks.attributes(record.attrs),
            source=mask(record.source),
        )
