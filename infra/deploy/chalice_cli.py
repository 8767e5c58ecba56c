"""Chalice's own commands, run on a project with a package that was built beforehand."""

import subprocess
import sys
from pathlib import Path

from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from infra.deploy.cloud import Cloud
from infra.deploy.package import Package, build
from infra.deploy.project import Project
from infra.deploy.wheels import CACHE, HOST, Target

_CHALICE = "from chalice.cli import main; raise SystemExit(main())"


class ChaliceFailed(Exception):
    """A command of Chalice ended badly; it has said why."""


def deploy(cloud: Cloud, project: Project, stage: str, target: Target) -> None:
    """`chalice deploy`, with our package in the place of one that it would make by pip.

    Raises ChaliceFailed, and what `package.build` raises.
    """
    provide_package(project, stage, target)
    run(cloud, project, "deploy", "--stage", stage)


def delete(cloud: Cloud, project: Project, stage: str) -> None:
    """`chalice delete`: functions, roles, mappings and the API.

    Raises ChaliceFailed.
    """
    run(cloud, project, "delete", "--stage", stage)


def plan(cloud: Cloud, project: Project, stage: str) -> None:
    """`chalice dev plan`: the calls that a deployment would make.

    Raises ChaliceFailed.
    """
    run(cloud, project, "dev", "plan", "--stage", stage)


def provide_package(project: Project, stage: str, target: Target, cache: Path = CACHE) -> Package:
    """Build the package where Chalice looks for one of the same sources before it makes its own.

    Its name holds a hash of the sources, this interpreter's version and the architecture.
    """
    osutils, architecture = OSUtils(), project.architecture(stage)
    builder = DependencyBuilder(osutils, architecture=architecture)
    packager = LambdaDeploymentPackager(osutils, builder, UI(), architecture)
    name = packager.deployment_package_filename(str(project.root), f"python{HOST.version}")
    return build(Path(name), target, root=project.root, cache=cache)


def run(cloud: Cloud, project: Project, *arguments: str) -> None:
    """Run Chalice on the project, writing no byte code: it would count as another source.

    Raises ChaliceFailed.
    """
    environment = cloud.environment() | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _CHALICE, *arguments]
    ended = subprocess.run(command, cwd=project.root, env=environment, check=False)  # noqa: S603 Chalice itself
    if ended.returncode:
        raise ChaliceFailed(f"chalice {' '.join(arguments)} failed")
