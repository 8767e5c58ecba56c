"""What every kind of event source is given and what it gives back."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.aws import Aws

Handler = Callable[[Mapping[str, Any], Any], Any]


@dataclass(frozen=True)
class Surroundings:
    """AWS as the event sources see it.

    `reports_failures` is the mapping's flag `ReportBatchItemFailures`: without it any answer
    of a handler means that its whole batch succeeded.
    """

    aws: Aws
    endpoint_url: str | None
    region: str
    reports_failures: bool


@dataclass(frozen=True)
class Step:
    """One round of polling and handling, repeated until the stop; it may wait on the stop.

    What a step raises is logged, and the step is repeated after a pause. Several equal steps
    of a source are its concurrency.
    """

    source: str
    run: Callable[[threading.Event], None]
