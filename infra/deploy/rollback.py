"""Describes the live release of a stage's functions, and puts an older one in its place."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.deploy.function_updates import wait_until_updated
from infra.deploy.releases import Release

_SETTINGS = ("Runtime", "Handler", "MemorySize", "Timeout", "TracingConfig", "LoggingConfig")
_AT_ONCE = 8

Client = Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStage:
    """A stage's functions and their roles by physical name, and its API's id if there is one."""

    client: Client
    roles: Mapping[str, str]
    rest_api_id: str | None
    name: str

    def describe(self, sha256: str) -> Release:
        """The release that is live, of the package with this hash."""
        return Release(
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            sha256=sha256,
            functions={name: self._read_settings(name) for name in self.roles},
            policies={role: self._read_policies(role) for role in self.roles.values()},
            deployment_id=self._read_deployment_id(),
        )

    def restore(self, release: Release, package: bytes) -> None:
        """Put the release in place: policies, then all functions at once, then the API.

        Raises botocore's errors; it can then be run again.
        """
        iam = self.client("iam")
        for role, policies in release.policies.items():
            for name, document in policies.items():
                iam.put_role_policy(
                    RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document)
                )
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            names = list(release.functions)
            list(pool.map(lambda name: self._restore_function(release, package, name), names))
        if self.rest_api_id is not None and release.deployment_id is not None:
            patch = {"op": "replace", "path": "/deploymentId", "value": release.deployment_id}
            self.client("apigateway").update_stage(
                restApiId=self.rest_api_id, stageName=self.name, patchOperations=[patch]
            )

    def _restore_function(self, release: Release, package: bytes, name: str) -> None:
        client = self.client("lambda")
        client.update_function_code(FunctionName=name, ZipFile=package)
        wait_until_updated(client, name)
        client.update_function_configuration(FunctionName=name, **release.functions[name])
        wait_until_updated(client, name)

    def _read_settings(self, name: str) -> dict[str, Any]:
        found = self.client("lambda").get_function_configuration(FunctionName=name)
        settings = {setting: found[setting] for setting in _SETTINGS if setting in found}
        variables = found.get("Environment", {}).get("Variables", {})
        return settings | {"Environment": {"Variables": variables}}

    def _read_policies(self, role: str) -> dict[str, Any]:
        iam = self.client("iam")
        return {
            name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        }

    def _read_deployment_id(self) -> str | None:
        if self.rest_api_id is None:
            return None
        stage = self.client("apigateway").get_stage(restApiId=self.rest_api_id, stageName=self.name)
        return str(stage["deploymentId"])
