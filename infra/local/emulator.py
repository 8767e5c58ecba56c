"""The embedded AWS: `python -m infra.local.emulator` is ministack, steered by its environment."""

import http.client
import importlib.util
import json
import os
from http import HTTPStatus
from types import SimpleNamespace
from typing import IO, Any
from urllib.parse import urlsplit

from infra.local.config import LocalConfig
from infra.local.environment import emulator_variables

# Seconds that a stop waits for requests in flight. Its clients are gone by then, but hypercorn
# would wait three seconds for their long polls, and the state is saved only after that.
GRACE_S = 0.2
_INHERITED = frozenset({"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "PYTHONDONTWRITEBYTECODE"})
_ANSWER_TIMEOUT_S = 2


def main() -> None:
    """Be the emulator until SIGTERM, then save the state."""
    from hypercorn.config import Config  # noqa: PLC0415 the parent has no use for a web server
    from ministack.app import main as ministack  # type: ignore[import-untyped]  # noqa: PLC0415 as above

    from infra.local import emulator_queries  # noqa: PLC0415 as above

    Config.graceful_timeout = GRACE_S
    _stream_inserts()
    emulator_queries.install()
    _save_at_once()
    ministack()


def _stream_inserts() -> None:
    """Let PartiQL inserts leave stream records, as on AWS: in ministack 1.5 they leave none."""
    from ministack.services import dynamodb  # type: ignore[import-untyped]  # noqa: PLC0415 as above

    insert = dynamodb._partiql_insert  # noqa: SLF001 there is no other way in

    def insert_and_tell(table: dict[str, Any], parsed: dict[str, Any]) -> Any:
        answer = insert(table, parsed)
        if answer[0] == HTTPStatus.OK:
            item = parsed["item"].get("M", parsed["item"])
            dynamodb._emit_stream_event(parsed["table"], "INSERT", None, item)  # noqa: SLF001 as above
        return answer

    dynamodb._partiql_insert = insert_and_tell  # noqa: SLF001 as above


def _save_at_once() -> None:
    """Let the state be written in one piece: twice as fast as `json.dump`, and stops are short."""
    from ministack.core import persistence  # type: ignore[import-untyped]  # noqa: PLC0415 as above

    def dump(state: Any, file: IO[str], **options: Any) -> None:
        file.write(json.dumps(state, **options))

    persistence.json = SimpleNamespace(**{**vars(json), "dump": dump})


def is_installed() -> bool:
    """Whether this environment has the emulator."""
    return importlib.util.find_spec("ministack") is not None


def environment(config: LocalConfig) -> dict[str, str]:
    """Its whole environment: dozens of variables steer it, and none of the caller's may."""
    inherited = {name: value for name, value in os.environ.items() if name in _INHERITED}
    return inherited | emulator_variables(config)


def answers(endpoint_url: str) -> bool:
    """Whether an emulator is there; any answer counts, since not all know the path."""
    url = urlsplit(endpoint_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=_ANSWER_TIMEOUT_S)
    try:
        connection.request("GET", "/_ministack/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


if __name__ == "__main__":
    main()
