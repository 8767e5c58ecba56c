"""Signs in to a stage's user pool by the flows that its web client allows: SRP and refresh.

These calls of Cognito need no AWS credentials, so that neither botocore nor a profile is loaded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import urllib3

from infra.cli.api import describe_error
from infra.cli.failures import CannotSignIn, Unreachable
from infra.cli.signing_in.srp import BadChallenge, Proof
from infra.cli.signing_in.tokens import Tokens

_TARGET = "AWSCognitoIdentityProviderService"
_BUSY = ("TooManyRequestsException", "InternalErrorException")
_OK = 200
_FIRST_SERVER_ERROR = 500


class _Result(msgspec.Struct, frozen=True, rename="pascal"):
    id_token: str
    refresh_token: str | None = None


class _Answer(msgspec.Struct, frozen=True, rename="pascal"):
    """Tokens, or one more challenge."""

    authentication_result: _Result | None = None
    challenge_name: str | None = None
    challenge_parameters: dict[str, str] = {}
    session: str | None = None


class _Error(msgspec.Struct, frozen=True):
    kind: str = msgspec.field(name="__type", default="")
    message: str = ""


class NotAuthorized(CannotSignIn):
    """Wrong name, password or refresh token."""


@dataclass(frozen=True, slots=True)
class Cognito:
    """The pool's web client. `console_url` is where a temporary password is replaced."""

    url: str
    pool_id: str
    client_id: str
    console_url: str
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=5, read=10)
        )
    )

    def sign_in(self, user: str, password: str, ask_code: Callable[[], str]) -> Tokens:
        """Tokens of the user; `ask_code` is for who has a second factor.

        Raises CannotSignIn or Unreachable.
        """
        proof = Proof(self.pool_id)
        given = {"USERNAME": user, "SRP_A": proof.public}
        answer = self._initiate("USER_SRP_AUTH", given)
        while answer.authentication_result is None:
            try:
                responses = self._answer(answer, proof, password, ask_code)
            except BadChallenge as error:
                raise CannotSignIn(str(error)) from error
            answer = self._respond(answer, responses)
        return _to_tokens(answer.authentication_result)

    def refresh(self, refresh_token: str) -> Tokens | None:
        """New tokens by an earlier sign-in; None if that is over. Raises as `sign_in`."""
        given = {"REFRESH_TOKEN": refresh_token}
        try:
            result = self._initiate("REFRESH_TOKEN_AUTH", given).authentication_result
        except NotAuthorized:
            return None
        return None if result is None else Tokens(result.id_token, refresh_token)

    def _answer(
        self, asked: _Answer, proof: Proof, password: str, ask_code: Callable[[], str]
    ) -> dict[str, str]:
        match asked.challenge_name:
            case "PASSWORD_VERIFIER":
                return proof.answer(asked.challenge_parameters, password, datetime.now(UTC))
            case "SOFTWARE_TOKEN_MFA":
                user = asked.challenge_parameters["USER_ID_FOR_SRP"]
                return {"USERNAME": user, "SOFTWARE_TOKEN_MFA_CODE": ask_code()}
            case "NEW_PASSWORD_REQUIRED":
                raise CannotSignIn(
                    "the password is a temporary one: sign in once at "
                    f"{self.console_url} to choose your own"
                )
            case other:
                raise CannotSignIn(f"the user pool asks for {other}, which omni cannot answer")

    def _initiate(self, flow: str, parameters: Mapping[str, str]) -> _Answer:
        return self._call(
            "InitiateAuth",
            {"AuthFlow": flow, "ClientId": self.client_id, "AuthParameters": parameters},
        )

    def _respond(self, asked: _Answer, responses: Mapping[str, str]) -> _Answer:
        document = {
            "ChallengeName": asked.challenge_name,
            "ClientId": self.client_id,
            "ChallengeResponses": responses,
        }
        return self._call(
            "RespondToAuthChallenge",
            document | ({"Session": asked.session} if asked.session else {}),
        )

    def _call(self, action: str, document: Mapping[str, object]) -> _Answer:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{_TARGET}.{action}",
        }
        body = msgspec.json.encode(document)
        try:
            answer = self.pool.request("POST", self.url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(f"{self.url} cannot be reached: {describe_error(error)}") from error
        if answer.status != _OK:
            _raise_refusal(answer.status, answer.data)
        return msgspec.json.decode(answer.data, type=_Answer)


def _raise_refusal(status: int, body: bytes) -> None:
    try:
        error = msgspec.json.decode(body, type=_Error)
    except msgspec.DecodeError:  # not Cognito, something before it
        error = _Error(message=f"status {status}")
    kind, sentence = error.kind.rpartition("#")[2], f"the sign-in failed: {error.message}"
    if status >= _FIRST_SERVER_ERROR or kind in _BUSY:
        raise Unreachable(sentence)
    if kind in ("NotAuthorizedException", "UserNotFoundException"):
        raise NotAuthorized(sentence)
    raise CannotSignIn(sentence)


def _to_tokens(result: _Result) -> Tokens:
    return Tokens(result.id_token, result.refresh_token)
