"""Redrives of whole dead-letter queues, at a set velocity and resumable.

A job is a chain of messages in the jobs queue, one a step. A step moves a few seconds' worth of
letters, sends the message of the next step with a delay, and only then saves that it is done. So
a step whose runner was killed is delivered and run again, and the message of one that is saved
may be dropped: the next one's is in the queue.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import observability, times
from chalicelib.aws.failures import AWS_ERRORS
from chalicelib.aws.queue import Queue, Received
from chalicelib.aws.table import ConditionFailed
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.ids import require_id
from chalicelib.operations.dead_letter_queue import HOLD_S, DeadLetterQueue
from chalicelib.operations.dead_letters import letters_of
from chalicelib.operations.model import (
    NewRedriveJob,
    Redrive,
    RedriveJob,
    RedriveJobList,
    RedriveJobPage,
    RedriveJobStatus,
    RedriveStep,
)
from chalicelib.operations.outcomes import ENDED, Left, finish
from chalicelib.operations.store import JobStore, list_key
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

STEP_S = 5  # so many seconds' worth of letters a step moves
CLAIM_S = 25  # longer than a step takes, shorter than any visibility timeout of the jobs queue
CONFIRMATIONS = 2  # steps in a row that move nothing end a job: SQS's counts are approximate
HIDDEN_S = HOLD_S + 5  # until letters that someone else held come back

READ_FOR_STATUS = 100  # jobs that are read for a page of one status

_LIST = "jobs"  # what its cursors are bound to

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Jobs:
    """Starts, runs and stops redrives; `letters` are the dead letters by their queue's name."""

    store: JobStore
    letters: Mapping[str, DeadLetterQueue]
    queue: Queue
    cursors: Cursors
    _: KW_ONLY
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    clock: Callable[[], float] = time.monotonic

    def start(self, queue: str, new: NewRedriveJob, call: Call) -> RedriveJob:
        """Begin to redrive what the queue's dead letters are now.

        Raises NotFound for an unknown queue, Conflict while another job redrives it, and
        Unavailable.
        """
        letters = letters_of(self.letters, queue)
        at = self.now()
        job = Redrive(
            job_id=self.new_id(),
            queue=queue,
            status=RedriveJobStatus.RUNNING,
            per_second=new.per_second,
            total=letters.total(),
            moved=0,
            started_by=call.principal.id,
            started_at=times.text(at),
            updated_at=times.text(at),
            sent_by_ms=int(at.timestamp() * 1000),
        )
        return self._begin(job, call)

    def get(self, job_id: str) -> RedriveJob:
        """How far it is.

        Raises InvalidInput for what cannot be an id, and NotFound.
        """
        return self._existing(job_id).to_job()

    def page(self, query: RedriveJobList, call: Call) -> RedriveJobPage:
        """The jobs of the last 14 days, newest first; a page of one status may be short.

        Raises InvalidInput for a foreign cursor, and Unavailable.
        """
        owner, asked = call.principal.id, f"{_LIST} {query.status}"
        after = self.cursors.open(query.cursor, owner=owner, query=asked)
        read = query.limit if query.status is None else READ_FOR_STATUS
        jobs, last_key = self.store.newest_first(read, after)
        found = [job for job in jobs if query.status in (None, job.status)]
        if len(found) > query.limit:
            found, last_key = found[: query.limit], list_key(found[query.limit - 1])
        following = self.cursors.seal(last_key, owner=owner, query=asked)
        return RedriveJobPage([job.to_job() for job in found], following)

    def stop(self, job_id: str) -> RedriveJob:
        """Stop it after its current step; one that is not running stays as it is.

        Raises as `get` does.
        """
        return _require(self.store.change(require_id(job_id, "job_id"), self._stop)).to_job()

    def resume(self, job_id: str, call: Call) -> RedriveJob:
        """Go on where it stopped, or where its messages were lost.

        Raises as `get` does, and Conflict when it is done or another job redrives its queue.
        """
        job = self._existing(job_id)
        if job.status in ENDED:
            raise Conflict("this job is done; start another")
        # A message that may be left of it has the same number: whichever comes second is outdated.
        return self._begin(
            self._change(job, status=RedriveJobStatus.RUNNING, idle=0, outcome=None), call
        )

    def run(self, message: Received) -> None:
        """One step of a job, which queues the next; an outdated one does nothing.

        Raises Unavailable when it must be delivered again.
        """
        step = msgspec.json.decode(message.body, type=RedriveStep)
        job = self.store.find(step.job_id)
        if job is None or job.status is not RedriveJobStatus.RUNNING or step.number < job.step:
            _log.info("a step is out of date", extra={"job_id": step.job_id, "step": step.number})
            return
        self._claim(job, step)
        self._take(job, step)

    def _begin(self, job: Redrive, call: Call) -> RedriveJob:
        self.store.begin(job)
        fields = {
            "job_id": job.job_id,
            "queue": job.queue,
            "by": call.principal.id,
            "step": job.step,
        }
        _log.info("a redrive begins", extra=fields)
        try:
            self._send(RedriveStep(job.job_id, job.step))
        except AWS_ERRORS as error:  # a missing queue or right too
            self.store.change(job.job_id, self._stop)  # or it would run without a message
            raise Unavailable("the jobs' queue is not available; try again") from error
        return job.to_job()

    def _claim(self, job: Redrive, step: RedriveStep) -> None:
        """Keep others from running the step as well: SQS may deliver a message twice."""
        now_s = int(self.now().timestamp())
        if job.claimed_step == step.number and job.claimed_until > now_s:
            raise Unavailable("this step is being run")
        claimed = msgspec.structs.replace(
            job, claimed_step=step.number, claimed_until=now_s + CLAIM_S
        )
        try:
            self.store.save(claimed)
        except ConditionFailed as failed:
            raise Unavailable("this job was changed meanwhile") from failed

    def _take(self, job: Redrive, step: RedriveStep) -> None:
        began = self.clock()
        letters = self.letters[job.queue]
        moved = letters.move(job.per_second * STEP_S, sent_by_ms=job.sent_by_ms)
        idle = 0 if moved else job.idle + 1
        left = Left(letters.total(), letters.trying()) if idle >= CONFIRMATIONS else None
        if left is None:
            took_s = self.clock() - began
            due_in_s = moved / job.per_second - took_s if moved else _confirming_s(letters)
            following = RedriveStep(job.job_id, step.number + 1)
            self._send(following, delay_s=max(0, math.ceil(due_in_s)))

        def advance(now: Redrive) -> Redrive:
            changed = self._change(
                now, step=max(now.step, step.number + 1), moved=now.moved + moved, idle=idle
            )
            return changed if left is None else finish(changed, left)

        self.store.change(job.job_id, advance)
        _log.info("a step was taken", extra={"job_id": job.job_id, "moved": moved, "idle": idle})

    def _send(self, step: RedriveStep, delay_s: int = 0) -> None:
        self.queue.send(msgspec.json.encode(step).decode(), delay_s=delay_s)

    def _existing(self, job_id: str) -> Redrive:
        return _require(self.store.find(require_id(job_id, "job_id")))

    def _stop(self, job: Redrive) -> Redrive:
        if job.status is not RedriveJobStatus.RUNNING:
            return job
        outcome = "stopped before its end: resume it to go on"
        return self._change(job, status=RedriveJobStatus.STOPPED, outcome=outcome)

    def _change(self, job: Redrive, **changes: object) -> Redrive:
        return msgspec.structs.replace(job, updated_at=times.text(self.now()), **changes)


def _require(job: Redrive | None) -> Redrive:
    if job is None:
        raise NotFound("there is no such job")
    return job


def _confirming_s(letters: DeadLetterQueue) -> int:
    """How long to wait before an empty queue is asked again, or one that holds others' letters."""
    return HIDDEN_S if letters.total() else 1
