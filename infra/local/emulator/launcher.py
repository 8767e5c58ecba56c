"""The emulator as a process: whether it is installed, its environment, and whether it responds."""

import http.client
import importlib.util
import os
from urllib.parse import urlsplit

from infra.local.config import LocalConfig
from infra.local.environment import emulator_variables

_INHERITED = frozenset({"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "PYTHONDONTWRITEBYTECODE"})
_ANSWER_TIMEOUT_S = 2


def is_installed() -> bool:
    """Whether this environment has the emulator."""
    return importlib.util.find_spec("ministack") is not None


def environment(config: LocalConfig) -> dict[str, str]:
    """Its whole environment: dozens of variables steer it, and none of the caller's may."""
    inherited = {name: value for name, value in os.environ.items() if name in _INHERITED}
    return inherited | emulator_variables(config)


def responds(endpoint_url: str) -> bool:
    """Whether an emulator is there; any response counts, since not all know the path."""
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
