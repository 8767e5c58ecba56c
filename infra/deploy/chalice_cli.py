"""Runs Chalice's commands on a project, with our own deployment package."""

import subprocess
import sys
from pathlib import Path

from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from infra.deploy.boundaries import VARIABLE as BOUNDARY
from infra.deploy.cloud import Cloud
from infra.deploy.config import ROOT
from infra.deploy.package import Package, build
from infra.deploy.project import Project
from infra.deploy.wheels import CACHE, HOST, Target

# Behind the project's own folder, whose modules Chalice imports.
_CHALICE = (
    f"import sys; sys.path.append({str(ROOT)!r}); "
    "from infra.deploy.chalice_command import main; sys.exit(main())"
)


class ChaliceFailed(Exception):
    """A command of Chalice failed; its output says why."""


def deploy(
    cloud: Cloud, project: Project, stage: str, target: Target, boundary: str | None = None
) -> Package:
    """`chalice deploy`, with our package instead of the one that Chalice builds by pip; returns it.

    Roles are created with the permissions boundary, if one is given.
    Raises ChaliceFailed, and what `package.build` raises.
    """
    package = provide_package(project, stage, target)
    run(cloud, project, "deploy", "--stage", stage, boundary=boundary)
    return package


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
    """Build the package in the file that Chalice uses if it exists, and would else create.

    Its name has a hash of the sources, the interpreter's version and the architecture.
    """
    osutils, architecture = OSUtils(), project.architecture(stage)
    builder = DependencyBuilder(osutils, architecture=architecture)
    packager = LambdaDeploymentPackager(osutils, builder, UI(), architecture)
    name = packager.deployment_package_filename(str(project.root), f"python{HOST.version}")
    return build(Path(name), target, root=project.root, cache=cache)


def run(cloud: Cloud, project: Project, *arguments: str, boundary: str | None = None) -> None:
    """Run Chalice on the project without writing bytecode, which would change the sources' hash.

    Raises ChaliceFailed.
    """
    environment = cloud.build_environment() | {"PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {BOUNDARY: boundary} if boundary else {}
    command = [sys.executable, "-c", _CHALICE, *arguments]
    completed = subprocess.run(command, cwd=project.root, env=environment, check=False)  # noqa: S603 Chalice itself
    if completed.returncode:
        raise ChaliceFailed(f"chalice {' '.join(arguments)} failed")
