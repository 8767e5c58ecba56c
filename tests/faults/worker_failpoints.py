"""The worker, ending or failing at an exact point: `python worker_failpoints.py <failpoint>`."""

import itertools
import signal
import sys
from types import SimpleNamespace

from botocore.awsrequest import AWSResponse
from worker_system import die, on_call

from chalicelib import observability
from chalicelib.aws import Aws
from chalicelib.settings import worker_settings
from worker.__main__ import SIGNALS, run


def after_receive(aws):
    """SIGKILL when the third receive has brought messages."""
    received = itertools.count(1)

    def handler(parsed, **_):
        if parsed.get("Messages") and next(received) == 3:
            die()

    on_call(aws, "after-call.sqs.ReceiveMessage", handler)


def after_put(aws):
    """SIGKILL when the first part is confirmed and nothing is deleted yet."""
    on_call(aws, "after-call.s3.PutObject", lambda **_: die())


def mid_delete(aws):
    """SIGKILL when two batches are deleted and the third is about to be."""
    deletes = itertools.count(1)

    def handler(**_):
        if next(deletes) == 3:
            die()

    on_call(aws, "before-send.sqs.DeleteMessageBatch", handler)


def s3_down(aws):
    """S3 answers 503 to every put."""
    on_call(aws, "before-send.s3.PutObject", lambda request, **_: unavailable(request))


def defect(aws):
    """A put raises what no one expects."""

    def handler(**_):
        raise TypeError("a defect")

    on_call(aws, "before-call.s3.PutObject", handler)


def unavailable(request):
    """S3's answer when it is overloaded."""
    body = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
    raw = SimpleNamespace(stream=lambda *_, **__: iter([body]), read=lambda *_: b"")
    return AWSResponse(request.url, 503, {"content-type": "application/xml"}, raw)


if __name__ == "__main__":
    failpoints = {
        "after-receive": after_receive,
        "after-put": after_put,
        "mid-delete": mid_delete,
        "s3-down": s3_down,
        "defect": defect,
    }
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    observability.configure()
    settings = worker_settings()
    aws = Aws(settings.aws)
    failpoints[sys.argv[1]](aws)
    sys.exit(run(settings, aws))
