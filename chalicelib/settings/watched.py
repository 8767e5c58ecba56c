"""What operators watch, by one variable."""

import msgspec

from chalicelib.errors import MissingSetting
from chalicelib.settings.environment import Environment


class QueueUrls(msgspec.Struct, frozen=True):
    """A queue that operators watch."""

    url: str
    dead_letters_url: str
    function: str
    max_receives: int


class StreamSource(msgspec.Struct, frozen=True):
    """A stream that operators watch: by its handler, the Lambda function, and its failures."""

    handler: str
    function: str
    failures_url: str


class Watched(msgspec.Struct, frozen=True):
    """What operators watch, by the labels that they use."""

    queues: dict[str, QueueUrls]
    streams: dict[str, StreamSource]


def read_watched(env: Environment) -> Watched:
    """What operators watch.

    Raises MissingSetting, also for what is not the JSON of Watched.
    """
    try:
        watched = msgspec.json.decode(env.require("WATCHED"), type=Watched)
    except msgspec.MsgspecError as error:
        raise MissingSetting(f"WATCHED must be generated: {error}") from error
    return Watched(
        queues={label: _complete_queue(env, queue) for label, queue in watched.queues.items()},
        streams={label: _complete_stream(env, stream) for label, stream in watched.streams.items()},
    )


def _complete_queue(env: Environment, queue: QueueUrls) -> QueueUrls:
    url, dead_letters_url = env.complete(queue.url), env.complete(queue.dead_letters_url)
    return msgspec.structs.replace(queue, url=url, dead_letters_url=dead_letters_url)


def _complete_stream(env: Environment, stream: StreamSource) -> StreamSource:
    return msgspec.structs.replace(stream, failures_url=env.complete(stream.failures_url))
