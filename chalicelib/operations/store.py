"""Redrives in `OmniState`: each by its id, and per queue the one that is or was run last."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.errors import Conflict
from chalicelib.ids import join_key
from chalicelib.operations.model import Redrive, RedriveJobStatus

KEPT_S = 14 * 24 * 3600  # as long as dead letters
_JOB = "JOB"
_JOBS = "JOBS"  # the list of them, by the time of their start


@dataclass(frozen=True, slots=True)
class JobStore:
    """Keeps jobs; `client` is the low-level DynamoDB client of `table`, `now` epoch seconds."""

    client: Any
    table: Table
    now: Callable[[], float]

    def find(self, job_id: str) -> Redrive | None:
        """The job as it was saved last."""
        item = self.table.get(_job_key(job_id))
        return None if item is None else msgspec.convert(item, Redrive)

    def begin(self, job: Redrive) -> None:
        """Save a new or resumed job as the only one of its queue that runs.

        Raises Conflict, which names the other one.
        """
        latest = self._latest(job.queue)
        if latest and latest != job.job_id:
            other = self.find(latest)
            if other is not None and other.status is RedriveJobStatus.RUNNING:
                raise _running(latest)
        lock = {"pk": _JOB, "sk": job.queue, "job_id": job.job_id}
        unchanged = Condition(
            "attribute_not_exists(pk) OR job_id = :latest", values={":latest": latest or ""}
        )
        puts = [Put(self.table.name, lock, unchanged), self._put(job), self._entry(job)]
        if transact(self.client, puts):
            raise _running(self._latest(job.queue) or job.job_id)

    def newest_first(self, limit: int, after: Item | None) -> tuple[list[Redrive], Item | None]:
        """At most `limit` jobs after the key `after`, and the key to go on from; None at the end.

        Raises Unavailable.
        """
        listed = Condition("#k = :k", {"#k": "pk"}, {":k": _JOBS})
        page = self.table.query_page(listed, limit=limit + 1, start=after, forward=False)
        entries = page.items[:limit]
        bulk = Bulk(self.client, self.table.name, ("pk", "sk"))
        found = bulk.get_all([_job_key(entry["job_id"]) for entry in entries])
        jobs = [msgspec.convert(item, Redrive) for item in found if item is not None]
        more = len(page.items) > limit
        return jobs, {name: entries[-1][name] for name in ("pk", "sk")} if more else None

    def save(self, job: Redrive) -> Redrive:
        """Save a job that was found before; returns it as it is now.

        Raises ConditionFailed when someone else saved it meanwhile.
        """
        put = self._put(job)
        self.table.put(put.item, put.condition)
        return msgspec.structs.replace(job, version=job.version + 1)

    def change(self, job_id: str, change: Callable[[Redrive], Redrive]) -> Redrive | None:
        """Save what `change` makes of the job as it is, again while others change it.

        None without such a job.
        """
        while (job := self.find(job_id)) is not None:
            try:
                return self.save(change(job))
            except ConditionFailed:
                continue
        return None

    def _latest(self, queue: str) -> str | None:
        lock = self.table.get({"pk": _JOB, "sk": queue})
        return None if lock is None else str(lock["job_id"])

    def _entry(self, job: Redrive) -> Put:
        item: Item = {
            **list_key(job),
            "job_id": job.job_id,
            "expires_at": int(self.now()) + KEPT_S,
        }
        return Put(self.table.name, item)

    def _put(self, job: Redrive) -> Put:
        item: Item = {
            **_job_key(job.job_id),
            "expires_at": int(self.now()) + KEPT_S,
            **msgspec.to_builtins(job),
            "version": job.version + 1,
        }
        same = Condition(
            "attribute_not_exists(pk) OR version = :version", values={":version": job.version}
        )
        return Put(self.table.name, item, same)


def list_key(job: Redrive) -> dict[str, str]:
    """Its place in the list of jobs, which is in the order of their starts."""
    return {"pk": _JOBS, "sk": join_key(f"{job.sent_by_ms:015}", job.job_id)}


def _job_key(job_id: str) -> dict[str, str]:
    return {"pk": join_key(_JOB, job_id), "sk": _JOB}


def _running(job_id: str) -> Conflict:
    return Conflict(f"the job {job_id} redrives this queue already")
