"""Runs the CDK's commands for the stacks of a stage."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.declared.stages import Stage
from infra.deploy.cloud import Cloud
from infra.deploy.config import ROOT

COMMAND = "infra/node_modules/.bin/cdk"  # pinned in infra/package.json

Run = Callable[[list[str], Path, Mapping[str, str]], int]


class CdkFailed(Exception):
    """A command of the CDK failed; its output says why."""


def run_in_folder(command: list[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Run a command in a folder; return its exit code."""
    completed = subprocess.run(command, cwd=folder, env=dict(environment), check=False)  # noqa: S603 the CDK itself
    return completed.returncode


@dataclass(frozen=True)
class Cdk:
    """The stacks `omnidata-<stage>-<unit>` of one stage; `run` runs a command in `folder`."""

    cloud: Cloud
    stage: Stage
    folder: Path = ROOT
    run: Run = run_in_folder

    def deploy(
        self,
        units: Iterable[str],
        *,
        alone: bool = False,
        parameters: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """Deploy stacks and, unless `alone`, their dependencies; return their outputs.

        Raises CdkFailed.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "outputs.json"
            options = ["--require-approval", "never", "--outputs-file", str(file)]
            options += ["--exclusively"] if alone else []
            for name, value in (parameters or {}).items():
                options += ["--parameters", f"{name}={value}"]
            self._run_cdk("deploy", units, options)
            return _read_outputs(file)

    def destroy(self, units: Iterable[str], *, alone: bool = False) -> None:
        """Destroy stacks and, unless `alone`, their dependents; what does not exist is skipped.

        Raises CdkFailed.
        """
        self._run_cdk("destroy", units, ["--force", *(["--exclusively"] if alone else [])])

    def plan(self) -> None:
        """Show what a deployment would change.

        Raises CdkFailed.
        """
        self._run_cdk("diff", (), ["--all"])

    def build_stack_name(self, unit: str) -> str:
        """The name of a stack."""
        return f"{self.stage.function_prefix}-{unit}"

    def _run_cdk(self, verb: str, units: Iterable[str], options: list[str]) -> None:
        names = [self.build_stack_name(unit) for unit in units]
        variables = {"STAGE": self.stage.name, **self.stage.variables()}
        environment = self.cloud.build_environment() | variables
        if self.run([COMMAND, verb, *names, *options], self.folder, environment):
            raise CdkFailed(f"cdk {verb} {' '.join(names)} failed".replace("  ", " "))


def _read_outputs(file: Path) -> dict[str, str]:
    """The outputs of all stacks that were deployed; without any, there is no file."""
    by_stack = json.loads(file.read_text()) if file.exists() else {}
    return {name: value for outputs in by_stack.values() for name, value in outputs.items()}
