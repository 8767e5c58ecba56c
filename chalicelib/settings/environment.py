"""Looks variables up, and says where AWS is."""

import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from chalicelib.errors import MissingSetting

LOCAL_STAGE = "local"
DEFAULT_REGION = "us-east-1"
NO_SECRET = "{}"  # noqa: S105 the text of a secret until a person has given it another
# What `make venv` generates for stage `local`; no other stage reads it.
GENERATED = Path(__file__).parents[2] / ".chalice" / "config.json"


class AwsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where AWS is. `endpoint_url` is None on AWS itself; credentials are set on `local` alone."""

    region: str
    endpoint_url: str | None
    credentials: tuple[str, str] | None


class Environment:
    """Looks variables up: a stage other than `local` has no defaults for its resources."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.stage = self.optional("STAGE", LOCAL_STAGE)
        self.is_local = self.stage == LOCAL_STAGE

    def optional(self, name: str, default: str) -> str:
        """The variable, or `default` when it is missing or empty."""
        return self._variables.get(name) or default

    def list(self, name: str, default: str) -> tuple[str, ...]:
        """The parts of a variable between commas."""
        parts = (part.strip() for part in self.optional(name, default).split(","))
        return tuple(part for part in parts if part)

    def require(self, *names: str) -> str:
        """The first of `names` that is set.

        Raises MissingSetting, which names the variable.
        """
        for name in names:
            if value := self._variables.get(name):
                return value
        spellings = " or ".join(names)
        raise MissingSetting(f"stage {self.stage!r} needs the environment variable {spellings}")

    def queue_url(self, *names: str) -> str:
        """The URL of a queue; stage `local` may give its path alone, on whatever port AWS is.

        Raises MissingSetting.
        """
        return self.complete(self.require(*names))

    def complete(self, queue_url: str) -> str:
        """The URL of a queue that is given as its path alone."""
        return self.endpoint() + queue_url if queue_url.startswith("/") else queue_url

    def number(
        self, name: str, default: float, *, at_least: float = 0, at_most: float = math.inf
    ) -> float:
        """The variable as a number.

        Raises MissingSetting when it is no number, or a smaller or greater one.
        """
        value = self.optional(name, str(default))
        try:
            number = float(value)
        except ValueError as error:
            raise MissingSetting(f"{name} must be a number, not {value!r}") from error
        if not at_least <= number <= at_most or math.isinf(number):
            most = "" if math.isinf(at_most) else f" and at most {at_most}"
            raise MissingSetting(f"{name} must be at least {at_least}{most}, not {value!r}")
        return number

    def aws(self) -> AwsSettings:
        """The AWS coordinates of this process."""
        region = self.optional("AWS_REGION", self.optional("AWS_DEFAULT_REGION", DEFAULT_REGION))
        if not self.is_local:
            return AwsSettings(
                region=region,
                endpoint_url=self._variables.get("AWS_ENDPOINT_URL") or None,
                credentials=None,
            )
        return AwsSettings(
            region=region,
            endpoint_url=self.endpoint(),
            credentials=(
                self.optional("AWS_ACCESS_KEY_ID", "test"),
                self.optional("AWS_SECRET_ACCESS_KEY", "test"),
            ),
        )

    def endpoint(self) -> str:
        """The emulator's URL on stage `local`."""
        return self.optional(
            "AWS_ENDPOINT_URL", f"http://127.0.0.1:{self.optional('AWS_PORT', '4566')}"
        )


def process_environment() -> Mapping[str, str]:
    """The environment; on stage `local`, what it lacks comes from the generated file.

    So a bare `import app` works on a laptop. `make run` and Lambda set every variable.
    """
    if os.environ.get("STAGE", LOCAL_STAGE) != LOCAL_STAGE or not GENERATED.exists():
        return os.environ
    stages = json.loads(GENERATED.read_text())["stages"]
    return {**stages[LOCAL_STAGE]["environment_variables"], **os.environ}


def trace_header(read: Callable[[str], str | None] | None = None) -> str | None:
    """The X-Ray header of this invocation; Lambda sets it anew before each one."""
    # Chalice's test client puts another environment in the place of `os.environ`.
    return (read or os.environ.get)("_X_AMZN_TRACE_ID") or None
