"""Redrives of whole queues."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.times import Time
from chalicelib.web.cursors import Cursor


class NewRedriveJob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Redrive everything, at most `per_second` messages a second."""

    per_second: Annotated[int, Meta(ge=1, le=500)] = 50


class RedriveJobStatus(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    NOTHING_TO_MOVE = "nothing_to_move"
    STOPPED = "stopped"


class RedriveJob(msgspec.Struct, frozen=True, kw_only=True):
    """A redrive of the dead letters that a queue had when it was started. Times are UTC texts.

    `total` is how many SQS counted then, approximately; `moved` may lag behind after a crash.
    `outcome` says what became of it, null while it runs.
    """

    job_id: str
    queue: str
    status: RedriveJobStatus
    per_second: int
    total: int
    moved: int
    started_by: str
    started_at: Time
    updated_at: Time
    outcome: str | None = None


class RedriveJobList(msgspec.Struct, frozen=True):
    """A page of jobs, those of one status where it is given.

    Such a page may be short, even empty, and not the last one.
    """

    status: RedriveJobStatus | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Cursor | None = None


class RedriveJobPage(msgspec.Struct, frozen=True):
    """Some jobs, newest first, and the cursor of the next page, null at the end."""

    jobs: list[RedriveJob]
    next_cursor: str | None


class Redrive(RedriveJob, frozen=True, kw_only=True):
    """A job as it is stored.

    Letters sent after `sent_by_ms` are not its own: what it moved and died again would circle for
    ever. `step` is the number of the next step; `claimed_step` is run by someone until
    `claimed_until` (epoch seconds); `idle` counts the steps in a row that moved nothing.
    """

    sent_by_ms: int
    step: int = 0
    claimed_step: int = -1
    claimed_until: int = 0
    idle: int = 0
    version: int = 0

    def to_job(self) -> RedriveJob:
        """The job as operators see it."""
        return RedriveJob(**{name: getattr(self, name) for name in RedriveJob.__struct_fields__})


class RedriveStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The message that lets one step of a job be run."""

    job_id: str
    number: int
