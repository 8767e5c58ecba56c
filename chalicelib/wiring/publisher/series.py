"""What messages that recur run on."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.publisher.series import service
from chalicelib.publisher.series.calendar import SeriesCalendar
from chalicelib.publisher.series.making import SeriesMaker
from chalicelib.publisher.series.service import SeriesService
from chalicelib.publisher.series.single import SingleOccurrences
from chalicelib.wiring.publisher.chance import random_bits

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


class SeriesWiring:
    """The parts of the series."""

    def __init__(self, wiring: "Wiring", publisher: "PublisherWiring") -> None:
        self._wiring = wiring
        self._publisher = publisher
        self._store = publisher.stores.series

    @cached_property
    def service(self) -> SeriesService:
        """What people do with series."""
        return SeriesService(
            self._store,
            self._publisher.judge,
            IdempotentCreate(self._wiring.state(API), service.SCOPE, self._store.get),
            self._wiring.cursors,
            now=times.now,
            random_bits=random_bits,
        )

    @cached_property
    def single(self) -> SingleOccurrences:
        """What changes one occurrence of a series."""
        return SingleOccurrences(self.service, self._publisher.editing, now=times.now)

    @cached_property
    def calendar(self) -> SeriesCalendar:
        """What is to come of series."""
        return SeriesCalendar(self._store, now=times.now)

    @cached_property
    def maker(self) -> SeriesMaker:
        """What makes the messages of occurrences that are near."""
        return SeriesMaker(
            self._store,
            self._publisher.stores.due,
            self._publisher.judge,
            self._wiring.activity_counts,
            now=times.now,
        )
