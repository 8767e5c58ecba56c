"""Finds where a stage is and who calls it, by its outputs and the environment."""

import getpass
import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.settings import LOCAL_STAGE
from infra.cli.api import Session
from infra.cli.failures import BadUsage, CannotSignIn, Unreachable
from infra.cli.signing_in import local
from infra.cli.signing_in.cognito import Cognito
from infra.cli.signing_in.tokens import CachedSession, GivenSession, TokenCache, Tokens
from infra.deploy.project import Project

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Caller:
    """What the options and the environment say of a call; None where they say nothing."""

    stage: str
    url: str | None
    user: str | None
    environment: Mapping[str, str]

    def find_url(self) -> str:
        """The API's address without a slash at its end.

        Raises BadUsage for one that a token must not go to, and as `read_outputs`.
        """
        url = (self.url or self._output("ApiUrl")).rstrip("/")
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
        if parts.scheme not in ("http", "https") or not parts.hostname or not is_safe:
            raise BadUsage(f"{url} must begin with https://, or with http:// on this machine")
        return url

    def find_api_key(self) -> str:
        """The key for searches. Raises CannotSignIn where there is none."""
        key = self.environment.get("OMNI_API_KEY") or self.read_outputs().get("ApiKey")
        if not key:
            raise CannotSignIn(f"a search on stage {self.stage} needs OMNI_API_KEY")
        return key

    def open_session(self, say: Callable[[str], None]) -> Session:
        """Who calls: the token of the environment, or a user that signs in; `say` prints warnings.

        Raises CannotSignIn without a user, and as `read_outputs`.
        """
        given = self.environment.get("OMNI_TOKEN")
        if given and not self.user:
            return GivenSession(given)
        outputs = self.read_outputs()
        user = self.user or outputs.get("DemoUser")
        if not user:
            raise CannotSignIn(f"stage {self.stage} needs --user, or a token in OMNI_TOKEN")
        return CachedSession(
            self._find_cache(user, outputs), *self._choose_flow(user, outputs), time.time, say
        )

    def read_outputs(self) -> dict[str, str]:
        """The outputs of the stage.

        Raises Unreachable where no local system runs, CannotSignIn where nothing is deployed.
        """
        if self.stage == LOCAL_STAGE:
            return local.read_outputs(self.environment)
        outputs = Project().outputs(self.stage)
        if not outputs:
            raise CannotSignIn(f"stage {self.stage} was not deployed from this checkout")
        return outputs

    def _output(self, name: str) -> str:
        value = self.read_outputs().get(name)
        if not value:
            raise Unreachable(f"stage {self.stage} has no {name} yet: is it deployed?")
        return value

    def _choose_flow(
        self, user: str, outputs: Mapping[str, str]
    ) -> tuple[Callable[[], Tokens], Callable[[str], Tokens | None]]:
        """How to sign in, and how to refresh."""
        if self.stage == LOCAL_STAGE:
            return lambda: local.sign_in(self.environment, user), lambda _: None
        cognito = build_cognito(outputs)
        return (
            lambda: cognito.sign_in(user, self._ask_password(user), _ask_code),
            cognito.refresh,
        )

    def _ask_password(self, user: str) -> str:
        given = self.environment.get("OMNI_PASSWORD")
        return given or _ask(f"Password of {user}: ", "OMNI_PASSWORD or OMNI_TOKEN")

    def _find_cache(self, user: str, outputs: Mapping[str, str]) -> TokenCache:
        """A file for each user of each client: another pool of the same stage has another."""
        home = self.environment.get("HOME") or str(Path.home())
        base = Path(self.environment.get("XDG_CACHE_HOME") or Path(home) / ".cache")
        named = f"{user.lower()}\n{outputs['UserPoolClientId']}"
        digest = hashlib.sha256(named.encode()).hexdigest()[:32]
        return TokenCache(base / "omnidata" / f"{self.stage}-{digest}.json")


def build_cognito(outputs: Mapping[str, str]) -> Cognito:
    """The user pool of a stage on AWS; its id begins with its region."""
    region = outputs["UserPoolId"].partition("_")[0]
    return Cognito(
        f"https://cognito-idp.{region}.amazonaws.com/",
        outputs["UserPoolId"],
        outputs["UserPoolClientId"],
        outputs.get("ConsoleUrl", "the console"),
    )


def _ask_code() -> str:
    return _ask("Code of your authenticator app: ", "OMNI_TOKEN")


def _ask(prompt: str, instead: str) -> str:
    """What somebody types, unseen. Raises CannotSignIn where nobody is."""
    if not sys.stdin.isatty():
        raise CannotSignIn(f"there is no terminal to ask in: set {instead}")
    try:
        return getpass.getpass(prompt)
    except EOFError as error:
        raise CannotSignIn("nothing was entered") from error
