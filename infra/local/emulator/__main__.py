"""The embedded AWS emulator: `python -m infra.local.emulator` is ministack, corrected at start."""

import logging
import os
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

from infra.local.emulator.guard import Guard

# Seconds that a stop waits for requests in flight. Its clients are gone by then, but hypercorn
# would wait three seconds for their long polls, and the state is saved only after that.
GRACE_S = 0.2
RENEWAL = "TokenGeneration_RefreshTokens"


def main() -> None:
    """Be the emulator until SIGTERM, then save the state."""
    from hypercorn.config import Config  # noqa: PLC0415 the parent has no use for a web server
    from ministack import app as ministack  # type: ignore[import-untyped]  # noqa: PLC0415 as above

    from infra.local.emulator import queries, saving, sign_in_page  # noqa: PLC0415 as above

    Config.graceful_timeout = GRACE_S
    _stream_inserts()
    _keep_groups()
    queries.install()
    ministack.save_all = saving.save
    if os.environ["GUARDED"] == "1":
        port, console_port = int(os.environ["GATEWAY_PORT"]), int(os.environ["CONSOLE_PORT"])
        bucket = os.environ["MEDIA_BUCKET"]
        ministack.app = Guard(
            ministack.app, port=port, console_port=console_port, media_bucket=bucket
        )
        sign_in_page.install(Path(os.environ["GENERATED_FILE"]))
    ministack.main()
    _leave()


def _leave() -> None:
    """End at once: all is saved, and freeing 50,000 items one by one takes longer than saving."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _stream_inserts() -> None:
    """Let PartiQL inserts leave stream records, as on AWS: in ministack 1.5 they leave none."""
    from ministack.services import dynamodb  # type: ignore[import-untyped]  # noqa: PLC0415 as above

    insert = dynamodb._partiql_insert  # noqa: SLF001 there is no other way in

    def insert_and_tell(table: dict[str, Any], parsed: dict[str, Any]) -> Any:
        response = insert(table, parsed)
        if response[0] == HTTPStatus.OK:
            item = parsed["item"].get("M", parsed["item"])
            dynamodb._emit_stream_event(parsed["table"], "INSERT", None, item)  # noqa: SLF001 as above
        return response

    dynamodb._partiql_insert = insert_and_tell  # noqa: SLF001 as above


def _keep_groups() -> None:
    """Name the groups in renewed tokens too, as Cognito does: in ministack 1.5 they are lost."""
    from ministack.services import cognito  # noqa: PLC0415 as above

    make = cognito._fake_token  # noqa: SLF001 as above

    def make_with_groups(sub: str, pool_id: str, *rest: Any, **fields: Any) -> str:
        if fields.get("trigger_source") == RENEWAL and not fields.get("groups"):
            user = cognito._user_pools[pool_id]["_users"][fields["username"]]  # noqa: SLF001 as above
            fields["groups"] = user.get("_groups", [])
        token: str = make(sub, pool_id, *rest, **fields)
        return token

    cognito._fake_token = make_with_groups  # noqa: SLF001 as above


if __name__ == "__main__":
    main()
