"""Chalice's own template of stage dev: REST API, functions, roles, for the stacks' judges.

A deploy makes the same by Chalice's calls; `chalice package` says it as a template. Nothing of AWS
is called.
"""

from pathlib import Path

from infra.declared.access import TENANT_READER_OUTPUT
from infra.declared.stages import DEV, LOCAL_ACCOUNT
from infra.declared.variables import predict_outputs
from infra.deploy import chalice_cli
from infra.deploy.cloud import Cloud
from infra.deploy.config import ROOT
from infra.deploy.copying import copy_project
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.wheels import HOST

NAME = "omnidata-dev-chalice.template.json"
_PLACE = Place(LOCAL_ACCOUNT, DEV.region)
_NOWHERE = "http://127.0.0.1:9"


def write_template(folder: Path, boundary: str | None = None) -> Path:
    """Package a copy of the project below `folder`; return the template's path.

    Roles have the permissions boundary, if one is given.
    Raises what a package raises.
    """
    project = Project(copy_project(ROOT, folder / "project", ROOT / "app.py"))
    declared = DEV.resources(_PLACE.account)
    outputs = predict_outputs(declared, account=_PLACE.account, region=_PLACE.region)
    others = {
        "UserPoolId": f"{_PLACE.region}_example",
        "ConsoleUrl": "https://console.example.com/",
        TENANT_READER_OUTPUT: f"arn:aws:iam::{_PLACE.account}:role/OmniTenantReader-dev",
    }
    project.keep(DEV, _PLACE, outputs | others)
    project.generate(DEV.name)
    chalice_cli.provide_package(project, DEV.name, HOST)
    out = folder / "package"
    cloud = Cloud(DEV.region, _NOWHERE)
    chalice_cli.run(cloud, project, "package", "--stage", DEV.name, str(out), boundary=boundary)
    template = folder / "template" / NAME
    template.parent.mkdir()
    (out / "sam.json").rename(template)
    return template
