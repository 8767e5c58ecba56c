"""Creates things exactly once: the same idempotency key goes with every attempt."""

from infra.cli.api import IDEMPOTENCY_KEY, JSON, CliRequest
from infra.cli.arguments import Argument, Context, argument
from infra.cli.failures import Unreachable

IDEMPOTENCY: Argument = argument(
    "--idempotency-key", metavar="KEY", help="of an earlier try, to repeat it safely"
)


def post_new(
    context: Context, path: str, body: bytes, media_type: str = JSON, part: int | None = None
) -> bytes:
    """The response to what creates something; `part` is its number where it is one of several.

    Raises Unreachable that says how to repeat the command without a second effect.
    """
    key = context.key if part is None else f"{context.key}-{part}"
    headers = {"Content-Type": media_type, IDEMPOTENCY_KEY: key}
    try:
        return context.api.send(CliRequest("POST", path, (), body, headers)).body
    except Unreachable as failure:
        raise Unreachable(
            f"{failure}; it may have been done: repeat it with --idempotency-key {context.key}"
        ) from failure
