"""The archive of search events, as analytics reads it."""

from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.analytics import part
from chalicelib.analytics.model import Period
from chalicelib.analytics.part import Content
from chalicelib.aws.bucket import Bucket, StoredObject
from chalicelib.errors import NotFound

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Archive:
    """The parts in the analytics bucket."""

    bucket: Bucket

    def days(self, period: Period) -> list[date]:
        """The days that `period` touches, the newest first."""
        last, first = (period.end - _TICK).date(), period.start.date()
        return [date.fromordinal(n) for n in range(last.toordinal(), first.toordinal() - 1, -1)]

    def parts(self, day: date, period: Period) -> list[StoredObject]:
        """The parts of a day whose hour `period` touches, the newest first.

        A late event is in the hour of its own `at`, so no other part can matter.
        """
        listed = self.bucket.list(part.day_prefix(day))
        return sorted((part for part in listed if _touches(part.key, period)), reverse=True)

    def content(self, key: str) -> Content | None:
        """What a part holds; None when it is gone since it was listed."""
        try:
            return part.decompress(self.bucket.get(key))
        except NotFound:
            return None


def _touches(key: str, period: Period) -> bool:
    hour = part.hour_of(key)
    first = period.start.replace(minute=0, second=0, microsecond=0)
    return hour is not None and first <= hour < period.end
