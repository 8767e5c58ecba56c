"""Where a deployment goes: AWS by the caller's own credentials, or an emulator on loopback."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from infra.deploy.policies import Place
from infra.local.config import CREDENTIALS
from infra.local.environment import isolate

_ATTEMPTS = 8  # control planes throttle early, and nobody waits for a single answer here


@dataclass(frozen=True)
class Cloud:
    """A region of AWS, or of the emulator at `endpoint_url`."""

    region: str
    endpoint_url: str | None = None

    def client(self, service: str) -> Any:
        """A low-level client, made once."""
        return _client(service, self.region, self.endpoint_url)

    def client_of(self, credentials: Mapping[str, str], service: str) -> Any:
        """A client with an assumed role's credentials, as STS gives them."""
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        keys = [credentials[name] for name in names]
        return _new_client(service, self.region, self.endpoint_url, keys)

    def environment(self) -> dict[str, str]:
        """The environment of a command that works on it; an emulator's has nothing of AWS."""
        environment = dict(os.environ)
        if self.endpoint_url is not None:
            isolate(environment)
            environment["AWS_ENDPOINT_URL"] = self.endpoint_url
        return environment | {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}

    def place(self) -> Place:
        """The account that the credentials are of.

        Raises botocore's own errors when there are none, or none that are valid.
        """
        identity = self.client("sts").get_caller_identity()
        return Place(identity["Account"], self.region, identity["Arn"].split(":")[1])


@cache
def _client(service: str, region: str, endpoint_url: str | None) -> Any:
    return _new_client(service, region, endpoint_url, CREDENTIALS if endpoint_url else None)


def _new_client(
    service: str, region: str, endpoint_url: str | None, keys: Sequence[str] | None
) -> Any:
    session = botocore.session.get_session()
    if keys is not None:
        session.set_credentials(*keys)
    retries: Any = {"mode": "standard", "total_max_attempts": _ATTEMPTS}
    return session.create_client(
        service, region_name=region, endpoint_url=endpoint_url, config=Config(retries=retries)
    )
