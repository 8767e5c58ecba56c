"""The order of a deployment, and that a run that failed is simply run again."""

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.declared.stages import DEV, PROD
from infra.deploy import deployed_stage, steps
from infra.deploy import flow as flows
from infra.deploy.cdk import Cdk, CdkFailed
from infra.deploy.cloud import Cloud
from infra.deploy.config import ROOT
from infra.deploy.console import NotBuilt
from infra.deploy.containers import UNITS as CONTAINER_UNITS
from infra.deploy.flow import AFTER, BEFORE, DeployRefused, Flow
from infra.deploy.package import Package
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.releases import Release, ReleaseIndex

GUARDED = replace(DEV, guards_account=True)
DECLARED = DEV.resources("123456789012")
OUTPUTS = {
    **{resource.output: resource.name for resource in DECLARED.with_outputs},
    **{table.stream_output: "arn:stream" for table in DECLARED.tables if table.stream_view},
    "TenantReaderRoleArn": "arn:aws:iam::1:role/OmniTenantReader-dev",
    "ApiEndpoint": "https://abc.execute-api.us-east-1.amazonaws.com/dev/ingest",
    "UserPoolId": "us-east-1_abc",
    "UserPoolClientId": "client",
    "ConsoleUrl": "https://d123.cloudfront.net",
    "ConsoleBucket": "console",
    "SignInUrl": "https://sign-in",
    "ApiAccessLogs": "arn:aws:logs:us-east-1:1:log-group:/aws/apigateway/omnidata-dev:*",
    "ApiLogsRole": "arn:aws:iam::1:role/logs",
}


class FakeCdk:
    """Every command as `cdk` was given it; one may fail."""

    def __init__(self, steps):
        self.steps = steps
        self.fails_on = None

    def run(self, arguments, folder, environment):
        verb, *rest = arguments[1:]
        names = [line for line in rest if line.startswith("omnidata-dev-")]
        self.steps.append((verb, [name.removeprefix("omnidata-dev-") for name in names]))
        if self.fails_on in names:
            return 1
        if "--outputs-file" in rest:
            file = Path(rest[rest.index("--outputs-file") + 1])
            file.write_text(json.dumps({"omnidata-dev-data": OUTPUTS}))
        return 0


def release(sha256):
    return Release(
        made_at=f"the day of {sha256}", sha256=sha256, functions={}, policies={}, deployment_id=None
    )


class FakeReleases:
    """Releases without a bucket."""

    def __init__(self):
        self.index, self.packages = ReleaseIndex(), {}

    def read(self):
        return self.index

    def write(self, index):
        self.index = index

    def add(self, added, package):
        self.packages[added.sha256] = package
        self.index = self.index.add(added)

    def read_package(self, wanted):
        return self.packages[wanted.sha256]


BOUNDARY = "arn:aws:iam::111122223333:policy/Boundary"


class Rig:
    """A flow whose steps are recorded in one list: the CDK's, Chalice's and the finishing ones."""

    def __init__(self, root, monkeypatch, stage=GUARDED):
        self.steps, self.said = [], []
        self.cdk = FakeCdk(self.steps)
        self.project = Project(root)
        cloud = Cloud(stage.region, "http://127.0.0.1:9")
        self.flow = Flow(
            stage=stage,
            cloud=cloud,
            place=Place("123456789012", stage.region),
            cdk=Cdk(cloud, stage, root, self.cdk.run),
            project=self.project,
            parameters={"Repository": "owner/name"},
            say=self.said.append,
        )

        def fake(name, stand_in):
            for module in (flows, steps):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, stand_in)

        fake(
            "chalice_cli",
            SimpleNamespace(
                deploy=self._chalice,
                delete=self._delete,
                provide_package=lambda *_: None,
                plan=self._plan,
            ),
        )
        fake(
            "finishing",
            SimpleNamespace(
                finish=self._finish,
                delete_logs=self._delete_logs,
                create_log_groups=self._create_log_groups,
            ),
        )
        fake("console", SimpleNamespace(publish=self._publish, require_built=self._require_built))
        fake("bound_existing_roles", self._bound)
        fake("adoption", SimpleNamespace(adopt=lambda *_: self.left_behind))
        fake(
            "preflight",
            SimpleNamespace(ensure_ecs_role=lambda iam: self.lacks_ecs_role),
        )
        fake("Examination", lambda *_: SimpleNamespace(require_fit=self._require_fit))
        fake("stack_failures", SimpleNamespace(explain=lambda client, names: self.reason))
        of_stage = partial(monkeypatch.setattr, deployed_stage)
        of_stage("ReleaseStore", lambda s3, bucket: self.releases)
        of_stage("LiveStage", lambda **_: SimpleNamespace(describe=release, restore=self._restore))
        fake("empty_stores", lambda cloud, name: [])
        of_stage(
            "deployment_state",
            SimpleNamespace(download=self._download_state, upload=self._upload_state),
        )
        self.recalled, self.remembered, self.is_built = 0, [], True
        self.lacks_ecs_role = False
        self.left_behind = []
        self.refusal = self.reason = None
        self.releases = FakeReleases()
        self.package = root / "package.zip"
        self.package.write_bytes(b"zip")

    def _restore(self, wanted, package):
        self.steps.append(("restore", wanted.sha256, package))

    def _require_fit(self, say):
        if self.refusal:
            raise self.refusal

    def _bound(self, _iam, names, arn):
        self.steps.append(("bound", arn))
        return list(names)[:1]

    def _chalice(self, *given):
        self.steps.append("chalice deploy")
        self.boundary = given[-1]
        deployed = {"resources": [{"name": "rest_api", "rest_api_id": "abc"}]}
        path = self.project.folder / "deployed" / "dev.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(deployed))
        return Package(self.package, 3, f"hash-{self.steps.count('chalice deploy')}", True)

    def _download_state(self, _, bucket, *__):
        self.recalled += 1

    def _upload_state(self, _, bucket, project, stage):
        self.remembered.append((bucket, self.steps[-1]))

    def _delete(self, *_):
        self.steps.append("chalice delete")

    def _plan(self, *_):
        self.steps.append("chalice plan")

    def _finish(self, client, deployed, functions, arns, **_):
        self.steps.append(("finish", deployed.api is not None))
        self.log_level = deployed.system_log_level

    def _create_log_groups(self, logs, functions):
        assert "omnidata-dev" in functions
        self.with_logs = self.steps.count("chalice deploy")

    def _delete_logs(self, *_):
        self.steps.append("remove logs")

    def _require_built(self):
        if not self.is_built:
            raise NotBuilt("the console is not built")

    def _publish(self, *_):
        self.steps.append("publish")
        return 1


@pytest.fixture
def rig(tmp_path, monkeypatch):
    (tmp_path / ".chalice").mkdir()
    template = (ROOT / ".chalice" / "config.template.json").read_text()
    (tmp_path / ".chalice" / "config.template.json").write_text(template)
    return Rig(tmp_path, monkeypatch)


def test_nothing_is_deployed_without_a_built_console(rig):
    rig.is_built = False
    with pytest.raises(NotBuilt):
        rig.flow.deploy()
    assert rig.steps == []


def test_a_deployment_goes_from_the_data_to_the_console(rig):
    rig.flow.deploy()
    assert rig.steps == [
        ("deploy", list(BEFORE)),
        "chalice deploy",
        ("deploy", list(AFTER)),
        ("finish", True),
        "publish",
    ]


def test_what_was_made_is_recalled_first_and_remembered_after_every_change(rig):
    rig.flow.deploy()
    bucket = "omni-deploy-state-dev-123456789012-us-east-1"
    assert rig.recalled == 1
    changes = [step for step in rig.steps if step == "chalice deploy" or step[0] == "deploy"]
    assert rig.remembered[:-1] == [(bucket, step) for step in changes]


def test_where_logs_are_sent_is_said_and_kept_under_the_seeds_name(rig):
    rig.flow.deploy()
    endpoint = "https://abc.execute-api.us-east-1.amazonaws.com/dev/ingest"
    assert rig.said[-1] == f"api_endpoint = {endpoint}"
    assert rig.project.outputs("dev")["api_endpoint"] == endpoint


def test_the_role_that_the_first_service_of_an_account_needs_is_made_before_the_stacks(rig):
    rig.lacks_ecs_role = True
    rig.flow.deploy("worker")
    assert rig.said[0] == "the account has ECS's role AWSServiceRoleForECS now"


def test_log_groups_exist_before_the_functions_that_may_not_create_them(rig):
    rig.flow.deploy()
    assert rig.with_logs == 0


def test_what_a_broken_deployment_left_is_adopted_and_named(rig):
    rig.left_behind = ["rest_api"]
    rig.flow.deploy()
    assert "already there, of a deployment that broke off: rest_api" in rig.said


def test_roles_are_bounded_before_chalice_writes_their_policies(rig):
    replace(rig.flow, stage=replace(GUARDED, permissions_boundary=BOUNDARY)).deploy()

    made = rig.steps.index("chalice deploy")
    assert rig.steps[made - 1] == ("bound", BOUNDARY)
    assert rig.boundary == BOUNDARY
    assert "roles with another permissions boundary now: omnidata-dev-api_handler" in rig.said


def test_without_a_boundary_no_role_is_touched(rig):
    rig.flow.deploy()
    assert rig.boundary is None
    assert not [step for step in rig.steps if step[0] == "bound"]


def test_the_finishing_step_is_told_of_lambdas_own_lines(rig):
    replace(rig.flow, stage=replace(GUARDED, system_log_level="WARN")).deploy()
    assert rig.log_level == "WARN"


def test_what_the_functions_alone_are_told_holds_at_later_deployments_too(rig):
    rig.flow.deploy()
    told = {"SYSTEM_LOG_LEVEL": "WARN"}
    replace(rig.flow, variables=told).deploy("functions")
    assert rig.project.variables("dev") == told


def test_nothing_is_deployed_to_an_account_that_is_not_ready(rig):
    rig.refusal = DeployRefused("2 of 10 preflights fail")
    with pytest.raises(DeployRefused, match="2 of 10"):
        rig.flow.deploy()
    assert rig.steps == []


@pytest.mark.parametrize("command", ["deploy", "destroy"])
def test_another_account_is_refused_before_anything_is_touched(rig, command):
    rig.project.keep(DEV, Place("999999999999", "us-east-1"), {"RecordsTable": "OmniData-dev"})
    with pytest.raises(DeployRefused, match=r"stage dev is in account 999999999999, us-east-1"):
        getattr(rig.flow, command)()
    assert rig.steps == []
    assert rig.recalled == 0
    assert rig.project.outputs("dev") == {"RecordsTable": "OmniData-dev"}


def test_a_stack_that_fails_says_what_a_person_must_do(rig):
    rig.cdk.fails_on, rig.reason = "omnidata-dev-edge", "ask AWS Support"
    with pytest.raises(CdkFailed, match="failed: ask AWS Support"):
        rig.flow.deploy()


def test_what_a_stage_is_told_is_kept_with_it(rig):
    told = {"ALERT_EMAIL": "ada@example.com"}
    replace(rig.flow, variables=told).deploy()
    assert rig.project.variables("dev") == told
    assert rig.project.place("dev") == rig.flow.place


def test_a_rollback_goes_one_release_back_and_no_further_than_the_first(rig):
    for _ in range(3):
        rig.flow.deploy()
    rig.steps.clear()
    rig.flow.roll_back()
    rig.flow.roll_back()
    assert rig.steps == [("restore", "hash-2", b"zip"), ("restore", "hash-1", b"zip")]
    assert rig.said[-1] == "going back to the release of the day of hash-1"
    with pytest.raises(DeployRefused, match="no release before"):
        rig.flow.roll_back()


def test_after_a_deployment_that_broke_off_the_last_whole_release_comes_back(rig, monkeypatch):
    rig.flow.deploy()
    rig.cdk.fails_on = "omnidata-dev-monitoring"
    with pytest.raises(CdkFailed):
        rig.flow.deploy()
    rig.steps.clear()
    rig.flow.roll_back()
    assert rig.steps == [("restore", "hash-1", b"zip")]


def test_a_stage_without_any_release_is_not_rolled_back(rig):
    with pytest.raises(DeployRefused, match="no release before this one"):
        rig.flow.roll_back()
    assert rig.steps == []


def test_deployed_again_it_takes_the_same_steps(rig):
    rig.flow.deploy()
    first = list(rig.steps)
    rig.flow.deploy()
    assert rig.steps == [*first, *first]


def test_a_stack_that_fails_stops_everything_behind_it(rig):
    rig.cdk.fails_on = "omnidata-dev-data"
    with pytest.raises(CdkFailed):
        rig.flow.deploy()
    assert rig.steps == [("deploy", list(BEFORE))]


def test_a_run_that_failed_is_completed_by_the_next(rig):
    rig.cdk.fails_on = "omnidata-dev-monitoring"
    with pytest.raises(CdkFailed):
        rig.flow.deploy()
    assert ("finish", True) not in rig.steps
    rig.cdk.fails_on = None
    rig.flow.deploy()
    assert rig.steps[-2:] == [("finish", True), "publish"]


def test_one_stack_is_deployed_with_what_the_cdk_knows_that_it_needs(rig):
    rig.flow.deploy("worker")
    assert rig.steps == [("deploy", ["worker"])]


def test_a_stack_that_needs_the_functions_brings_them_along(rig):
    rig.flow.deploy("monitoring")
    assert rig.steps == [
        ("deploy", list(BEFORE)),
        "chalice deploy",
        ("deploy", ["monitoring"]),
        ("finish", True),
    ]


def test_with_the_functions_there_such_a_stack_comes_alone(rig):
    rig.flow.deploy()
    rig.steps.clear()
    rig.flow.deploy("api")
    assert rig.steps == [("deploy", ["api"]), ("finish", True)]


def test_the_functions_alone_are_deployed_and_finished(rig):
    rig.flow.deploy()
    rig.steps.clear()
    rig.flow.deploy("functions")
    assert rig.steps == ["chalice deploy", ("finish", True)]


def test_the_pipeline_comes_only_when_asked_for_with_its_parameters(rig):
    rig.flow.deploy()
    assert not any("pipeline" in step[1] for step in rig.steps if step[0] == "deploy")
    commands = []
    rig.cdk.steps = SimpleNamespace(append=commands.append)
    rig.flow.deploy("pipeline")
    assert commands == [("deploy", ["pipeline"])]


def test_a_stack_that_there_is_not_is_refused(rig):
    with pytest.raises(DeployRefused, match=r"no stack nonsense: it is one of data, edge"):
        rig.flow.deploy("nonsense")
    assert rig.steps == []


def test_a_plan_shows_the_stacks_and_the_functions(rig):
    rig.flow.deploy()
    rig.steps.clear()
    rig.flow.plan()
    assert rig.steps == [("diff", []), "chalice plan"]


@pytest.mark.parametrize("deployed", [{}, {"RecordsTable": "OmniData-dev"}])
def test_a_plan_of_a_stage_that_lacks_stacks_shows_these_and_says_so(rig, deployed):
    if deployed:  # before the other stacks came
        rig.project.keep(DEV, rig.flow.place, deployed)
    rig.flow.plan()
    assert rig.steps == [("diff", [])]
    assert rig.said[-1].startswith(
        "The functions' changes can be shown after the stacks are deployed: "
    )


def test_a_stage_is_destroyed_from_the_newest_to_the_oldest(rig):
    rig.flow.deploy()
    rig.steps.clear()
    rig.flow.destroy()
    assert rig.steps == [
        ("destroy", ["api", "monitoring"]),
        "chalice delete",
        "remove logs",
        ("destroy", [*BEFORE, *steps.ON_REQUEST]),
    ]
    assert rig.project.outputs("dev") == {}


def test_a_stage_that_never_had_functions_is_destroyed_too(rig):
    rig.flow.destroy()
    assert "chalice delete" not in rig.steps


def test_a_stage_that_keeps_its_data_is_not_destroyed(tmp_path, monkeypatch):
    rig = Rig(tmp_path, monkeypatch, PROD)
    with pytest.raises(DeployRefused, match="keeps its data"):
        rig.flow.destroy()
    assert rig.steps == []


def test_a_stage_that_keeps_its_data_protects_it_after_everything_else(tmp_path, monkeypatch):
    assert flows.PROTECTED == ("data", "auth")
    flow = Rig(tmp_path, monkeypatch, PROD).flow
    assert flow._select_last() == (*AFTER, "data", "auth")


def test_every_stack_has_its_place_in_the_flow():
    sources = [path.read_text() for path in (ROOT / "infra" / "stacks").rglob("*.py")]
    units = {
        unit
        for source in sources
        for unit in re.findall(r'super\(\).__init__\(scope, "(\w+)", stage=', source)
    }
    assert units == {*BEFORE, *AFTER, *CONTAINER_UNITS, *steps.ON_REQUEST}
