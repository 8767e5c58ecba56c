"""The target of a deployment: AWS with the caller's credentials, or an emulator on loopback."""

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

_ATTEMPTS = 8  # control planes throttle early, and a deploy can wait


@dataclass(frozen=True)
class Cloud:
    """An AWS region, or the emulator at `endpoint_url`."""

    region: str
    endpoint_url: str | None = None

    def client(self, service: str) -> Any:
        """A low-level client; it is cached."""
        return _get_client(service, self.region, self.endpoint_url)

    def client_with(self, credentials: Mapping[str, str], service: str) -> Any:
        """A client with the `Credentials` of an assumed role, as STS returns them."""
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        keys = [credentials[name] for name in names]
        return _create_client(service, self.region, self.endpoint_url, keys)

    def build_environment(self) -> dict[str, str]:
        """The environment for a command; for an emulator, without the caller's AWS settings."""
        environment = dict(os.environ)
        if self.endpoint_url is not None:
            isolate(environment)
            environment["AWS_ENDPOINT_URL"] = self.endpoint_url
        return environment | {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}

    def find_place(self) -> Place:
        """The partition, account and region of the credentials.

        Raises botocore's errors if the credentials are missing or invalid.
        """
        identity = self.client("sts").get_caller_identity()
        return Place(identity["Account"], self.region, identity["Arn"].split(":")[1])


@cache
def _get_client(service: str, region: str, endpoint_url: str | None) -> Any:
    return _create_client(service, region, endpoint_url, CREDENTIALS if endpoint_url else None)


def forget_clients() -> None:
    """Make new clients from now on: after a fork the old ones' connections are the parent's."""
    _get_client.cache_clear()


def _create_client(
    service: str, region: str, endpoint_url: str | None, keys: Sequence[str] | None
) -> Any:
    session = botocore.session.get_session()
    if keys is not None:
        session.set_credentials(*keys)
    retries: Any = {"mode": "standard", "total_max_attempts": _ATTEMPTS}
    return session.create_client(
        service, region_name=region, endpoint_url=endpoint_url, config=Config(retries=retries)
    )
