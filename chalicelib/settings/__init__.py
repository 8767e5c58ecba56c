"""Frozen settings, read once, at start; nothing else reads `os.environ`."""

from chalicelib.settings.api import ApiSettings, api_settings, queue_name
from chalicelib.settings.environment import (
    DEFAULT_REGION,
    LOCAL_STAGE,
    NO_SECRET,
    AwsSettings,
    trace_header,
)
from chalicelib.settings.publisher import PublisherSettings
from chalicelib.settings.watched import QueueUrls, StreamSource, Watched
from chalicelib.settings.worker import WorkerSettings, worker_settings

__all__ = [
    "DEFAULT_REGION",
    "LOCAL_STAGE",
    "NO_SECRET",
    "ApiSettings",
    "AwsSettings",
    "PublisherSettings",
    "QueueUrls",
    "StreamSource",
    "Watched",
    "WorkerSettings",
    "api_settings",
    "queue_name",
    "trace_header",
    "worker_settings",
]
