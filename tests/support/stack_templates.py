"""Reads synthesised templates: resources by type, and values with their references spelled out."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from infra.checks.nag_report import read_findings


class Template(NamedTuple):
    """One stack's template."""

    body: dict[str, Any]

    def all(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id; `kind` is the type without its `AWS::`."""
        return {
            name: plain(resource.get("Properties", {}))
            for name, resource in self.body["Resources"].items()
            if resource["Type"] == f"AWS::{kind}"
        }

    def one(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """The properties of the only resource of a type that has the wanted properties."""
        found = [
            item
            for item in self.all(kind).values()
            if all(item.get(name) == value for name, value in wanted.items())
        ]
        assert len(found) == 1, f"{len(found)} resources {kind} with {wanted}"
        return found[0]

    def policies(self, kind: str) -> dict[str, dict[str, Any]]:
        """Deletion policy and the like by logical id."""
        return {
            name: resource
            for name, resource in self.body["Resources"].items()
            if resource["Type"] == f"AWS::{kind}"
        }

    def statements(self, role: str) -> list[dict[str, Any]]:
        """What the inline policies of the role with this logical id prefix allow."""
        return [
            statement
            for policy in self.all("IAM::Policy").values()
            if any(item.startswith("${" + role) for item in policy["Roles"])
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """Outputs but those that CDK made for other stacks."""
        return {
            name: plain(output)
            for name, output in self.body.get("Outputs", {}).items()
            if not name.startswith("ExportsOutput")
        }


class Assembly(NamedTuple):
    """One `cdk.out`; stacks are known by their unit: `data`, `api`."""

    folder: Path

    def __getitem__(self, unit: str) -> Template:
        return Template(json.loads(self.file(unit).read_text()))

    @property
    def files(self) -> list[Path]:
        """All templates."""
        return sorted(self.folder.glob("*.template.json"))

    @property
    def units(self) -> set[str]:
        """The units that have a stack."""
        return {file.name.split(".")[0].split("-")[-1] for file in self.files}

    def file(self, unit: str) -> Path:
        """The template of a unit."""
        return next(item for item in self.files if item.name.endswith(f"-{unit}.template.json"))

    def dependencies(self) -> dict[str, set[str]]:
        """For each unit, those that must be deployed before it."""
        return {
            unit: {
                _unit(dependency)
                for dependency in made["dependencies"]
                if "assets" not in dependency
            }
            for unit, made in self._stacks()
        }

    def regions(self) -> dict[str, str]:
        """For each unit, its region."""
        return {unit: made["environment"].rpartition("/")[2] for unit, made in self._stacks()}

    def acknowledged(self) -> set[tuple[str, str, str]]:
        """cdk-nag's findings that are accepted: construct path, rule, reason."""
        return {
            (path.strip("/"), rule.partition("::")[2], reason)
            for file in self.folder.glob("*.metadata.json")
            for path, entries in json.loads(file.read_text()).items()
            for entry in entries
            if entry["type"] == "aws:cdk:acknowledged-rules"
            for rule, reason in entry["data"].items()
            if "AwsSolutions" in rule
        }

    def findings(self) -> set[tuple[str, str]]:
        """cdk-nag's findings that are not accepted: construct path, rule."""
        return read_findings(self.folder)

    def _stacks(self) -> Iterator[tuple[str, dict[str, Any]]]:
        manifest = json.loads((self.folder / "manifest.json").read_text())
        for name, made in manifest["artifacts"].items():
            if made["type"] == "aws:cloudformation:stack":
                yield _unit(name), made


def plain(value: Any) -> Any:
    """A template's value with its functions as text: `${Name}`, `${Name.Arn}`, `${import}`."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    for name, spelled in _FUNCTIONS.items():
        if list(value) == [name]:
            return spelled(value[name])
    return {name: plain(item) for name, item in value.items()}


_FUNCTIONS: dict[str, Callable[[Any], str]] = {
    "Ref": lambda name: f"${{{name}}}",
    "Fn::GetAtt": lambda path: f"${{{'.'.join(path)}}}",
    "Fn::ImportValue": lambda name: f"${{{plain(name)}}}",
    "Fn::Join": lambda both: both[0].join(str(plain(item)) for item in both[1]),
}


def _unit(stack: str) -> str:
    return stack.rpartition("-")[2]
