"""The API's client: sends a request with a token, tries again where that is safe."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from infra.cli.failures import CannotSignIn, CliFailure, Refused, Unreachable

ATTEMPTS = 4
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 10.0
IDEMPOTENCY_KEY = "Idempotency-Key"
JSON = "application/json"
# API Gateway ends a request after 29 s.
_TIMEOUT = urllib3.Timeout(connect=5, read=35)
_TRY_AGAIN = (429, 502, 503, 504)
_UNAUTHORIZED = 401
_FIRST_ERROR = 300


class Session(Protocol):
    """Who calls."""

    def token(self) -> str:
        """A valid ID token; raises CannotSignIn or Unreachable."""

    def renew(self) -> str | None:
        """Another one, after the API refused the last, if there is any; raises the same."""


class Problem(msgspec.Struct, frozen=True):
    """The body of an error; gateways leave fields out."""

    message: str = ""
    code: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class CliRequest:
    """One call of the API; `path` is quoted already."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_repeat(self) -> bool:
        """Whether a second one has no second effect."""
        return self.method == "GET" or IDEMPOTENCY_KEY in self.headers

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class CliResponse:
    """A success; names of headers are in lower case."""

    headers: Mapping[str, str]
    body: bytes


def open_pool() -> urllib3.PoolManager:
    """Connections that leave retries to `Api`."""
    return urllib3.PoolManager(retries=False, timeout=_TIMEOUT)


@dataclass(frozen=True, slots=True)
class Api:
    """The API at `url`, which has no slash at its end. `say` prints that it tries again."""

    url: str
    session: Session
    say: Callable[[str], None]
    sleep: Callable[[float], None]
    pool: urllib3.PoolManager

    def get(self, path: str, query: Mapping[str, str | None] | None = None) -> CliResponse:
        """GET with those parameters that have a value."""
        given = ((name, value) for name, value in (query or {}).items() if value is not None)
        return self.send(CliRequest("GET", path, tuple(given)))

    def post(self, path: str, document: object, key: str | None = None) -> CliResponse:
        """POST `document` as JSON, with the idempotency key of what it creates."""
        headers = {"Content-Type": JSON} | ({IDEMPOTENCY_KEY: key} if key else {})
        return self.send(CliRequest("POST", path, (), msgspec.json.encode(document), headers))

    def send(self, request: CliRequest, attempts: int = ATTEMPTS) -> CliResponse:
        """Send, again after a failure where that is safe.

        Raises Refused, CannotSignIn, or Unreachable after the last attempt.
        """
        wait_s = FIRST_WAIT_S
        for _ in range(attempts - 1 if request.may_repeat else 0):
            try:
                return self._send_signed(request)
            except Unreachable as failure:
                waits_s = min(failure.retry_after_s or wait_s, LONGEST_WAIT_S)
                self.say(f"{failure}; trying again in {waits_s:g} s")
            self.sleep(waits_s)
            wait_s *= 2
        return self._send_signed(request)

    def _send_signed(self, request: CliRequest) -> CliResponse:
        """Once more with another token where the API refuses it: its user pool may be new."""
        status, response = self._exchange(request, self.session.token())
        if status == _UNAUTHORIZED and (renewed := self.session.renew()):
            status, response = self._exchange(request, renewed)
        if status >= _FIRST_ERROR:
            raise _build_failure(status, response)
        return response

    def _exchange(self, request: CliRequest, token: str) -> tuple[int, CliResponse]:
        try:
            answer = self.pool.request(
                request.method,
                self.url + request.target,
                body=request.body,
                headers={**request.headers, "Authorization": token},
                redirect=False,  # the token is for this API alone
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(f"{self.url} cannot be reached: {describe_error(error)}") from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, CliResponse(headers, answer.data)


def quote_id(value: str) -> str:
    """An id as a part of a path."""
    return quote(value, safe="@+")


def describe_error(error: Exception) -> str:
    """The end of what urllib3 says: the cause, without its objects."""
    return str(error).rsplit(": ", 1)[-1].rstrip(".") or type(error).__name__


def _build_failure(status: int, response: CliResponse) -> CliFailure:
    sentence = _describe(status, response)
    if status == _UNAUTHORIZED:
        return CannotSignIn(sentence)
    if status in _TRY_AGAIN:
        seconds = response.headers.get("retry-after", "")
        return Unreachable(sentence, float(seconds) if seconds.isdigit() else None)
    return Refused(sentence)


def _describe(status: int, response: CliResponse) -> str:
    try:
        problem = msgspec.json.decode(response.body, type=Problem)
    except msgspec.DecodeError:  # a gateway's page: the status is all there is to say
        problem = Problem()
    request_id = problem.request_id or response.headers.get("x-amzn-requestid", "unknown")
    message = (problem.message or "the API gave no reason").rstrip(".")
    return f"{message} ({problem.code or status}, request {request_id})"
