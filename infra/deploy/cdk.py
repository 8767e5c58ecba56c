"""The CDK's own commands on the stacks of a stage."""

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
    """A command of the CDK ended badly; it has said why."""


def in_folder(command: list[str], folder: Path, environment: Mapping[str, str]) -> int:
    """Run a command in a folder; answers its exit code."""
    ended = subprocess.run(command, cwd=folder, env=dict(environment), check=False)  # noqa: S603 the CDK itself
    return ended.returncode


@dataclass(frozen=True)
class Cdk:
    """The stacks `omnidata-<stage>-<unit>` of one stage; `run` runs a command in `folder`."""

    cloud: Cloud
    stage: Stage
    folder: Path = ROOT
    run: Run = in_folder

    def deploy(
        self,
        units: Iterable[str],
        *,
        alone: bool = False,
        parameters: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """Deploy stacks, and unless `alone` those that they need; answers their outputs.

        Raises CdkFailed.
        """
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "outputs.json"
            options = ["--require-approval", "never", "--outputs-file", str(file)]
            options += ["--exclusively"] if alone else []
            for name, value in (parameters or {}).items():
                options += ["--parameters", f"{name}={value}"]
            self._cdk("deploy", units, options)
            found = json.loads(file.read_text()) if file.exists() else {}
        return {name: value for outputs in found.values() for name, value in outputs.items()}

    def destroy(self, units: Iterable[str]) -> None:
        """Destroy stacks and what depends on them; those that do not exist are gone already.

        Raises CdkFailed.
        """
        self._cdk("destroy", units, ["--force"])

    def plan(self) -> None:
        """Show what a deployment would change.

        Raises CdkFailed.
        """
        self._cdk("diff", (), ["--all"])

    def stack_name(self, unit: str) -> str:
        """The name of a stack."""
        return f"{self.stage.function_prefix}-{unit}"

    def _cdk(self, verb: str, units: Iterable[str], options: list[str]) -> None:
        names = [self.stack_name(unit) for unit in units]
        told = {"STAGE": self.stage.name, **self.stage.variables()}
        environment = self.cloud.environment() | told
        if self.run([COMMAND, verb, *names, *options], self.folder, environment):
            raise CdkFailed(f"cdk {verb} {' '.join(names)} failed".replace("  ", " "))
