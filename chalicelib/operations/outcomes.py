"""What a redrive says at its end: what it moved, and what it saw that it did not move; pure."""

from typing import NamedTuple

import msgspec

from chalicelib.operations.model import Redrive, RedriveJobStatus

ENDED = (RedriveJobStatus.DONE, RedriveJobStatus.NOTHING_TO_MOVE)


class Left(NamedTuple):
    """What SQS counts at the end, approximately: letters, and messages that are not dead yet."""

    letters: int
    trying: int


def finish(job: Redrive, left: Left) -> Redrive:
    """The job at its end. One that moved nothing is not called done: it may have come too early."""
    status = RedriveJobStatus.DONE if job.moved else RedriveJobStatus.NOTHING_TO_MOVE
    first = f"{job.moved} letters were moved" if job.moved else "no letter was there to be moved"
    seen = [
        f"about {left.letters} are there now" if left.letters else "",
        f"about {left.trying} messages of the queue are not dead yet" if left.trying else "",
    ]
    outcome = "; ".join([first, *filter(None, seen)])
    return msgspec.structs.replace(job, status=status, outcome=outcome)
