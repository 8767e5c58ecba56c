"""The account before a deployment: each look says what a person must do, and changes nothing."""

import json
from dataclasses import replace
from types import SimpleNamespace

import boto3
import pytest
from botocore.stub import Stubber

from infra.declared.functions import FUNCTIONS
from infra.declared.stage_parts import Domain
from infra.declared.stages import DEV, PROD
from infra.deploy import stack_failures
from infra.deploy.doctor import account, guards, reach
from infra.deploy.doctor.examination import Examination
from infra.deploy.doctor.finding import Outcome, fails, ok
from infra.deploy.doctor.place import check_other_regions, check_place
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused

HERE = Place("123456789012", "us-east-1")
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1a2b"
DOMAIN = Domain(name="console.example.com", certificate_arn=CERTIFICATE)
UNVERIFIED = (
    'Access denied for operation "AWS::CloudFront::Distribution: Your account must be verified '
    'before you can add new CloudFront resources. To verify your account, please contact AWS"'
)
MISSING_STACK = ("ValidationError", "Stack with id omnidata-prod-security does not exist")


class Clients:
    """A client of each service; it returns what a test gave it, in that order, and nothing else."""

    region = "us-east-1"

    def __init__(self):
        self.made = {}

    def stub(self, service):
        if service not in self.made:
            client = boto3.client(
                service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
            )
            self.made[service] = (client, Stubber(client))
            self.made[service][1].activate()
        return self.made[service][1]

    def client(self, service):
        self.stub(service)
        return self.made[service][0]


@pytest.fixture
def clients():
    return Clients()


def test_a_region_that_is_bootstrapped_is_fine(clients):
    clients.stub("ssm").add_response(
        "get_parameter", {"Parameter": {"Value": "28"}}, {"Name": account.BOOTSTRAP}
    )
    finding = account.check_bootstrap(clients.client("ssm"), HERE.account, "us-east-1")
    assert finding.describe() == "ok    cdk bootstrap of us-east-1: version 28"


def test_a_region_without_bootstrap_names_the_command(clients):
    clients.stub("ssm").add_client_error("get_parameter", "ParameterNotFound")
    finding = account.check_bootstrap(clients.client("ssm"), HERE.account, "eu-west-1")
    assert finding.outcome == "fails"
    assert "cdk bootstrap aws://123456789012/eu-west-1" in finding.text


def test_a_bootstrap_from_years_ago_is_to_be_repeated(clients):
    clients.stub("ssm").add_response("get_parameter", {"Parameter": {"Value": "5"}})
    finding = account.check_bootstrap(clients.client("ssm"), HERE.account, "us-east-1")
    assert (finding.outcome, "too old" in finding.text) == ("fails", True)


def limit(clients, total, unreserved, reserved=None):
    stub = clients.stub("lambda")
    limits = {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": unreserved}
    stub.add_response("get_account_settings", {"AccountLimit": limits})
    which = {"FunctionName": "omnidata-dev-deliver_messages"}
    if reserved is None:
        stub.add_client_error(
            "get_function_concurrency", "ResourceNotFoundException", expected_params=which
        )
    else:
        stub.add_response(
            "get_function_concurrency", {"ReservedConcurrentExecutions": reserved}, which
        )
    return account.check_concurrency(clients.client("lambda"), FUNCTIONS, "omnidata-dev")


def test_a_new_accounts_ten_executions_are_too_few(clients):
    finding = limit(clients, 10, 10)
    assert finding.outcome == "fails"
    assert finding.text.startswith("the account's limit is 10, of which 100 must stay unreserved")
    assert "the stage reserves 10 and its queues may take 29" in finding.text
    assert "L-B99A9384" in finding.text


@pytest.mark.parametrize(
    ("unreserved", "reserved", "outcome"),
    [(1000, None, "ok"), (110, None, "ok"), (109, None, "fails"), (100, 10, "ok")],
)
def test_what_the_stage_reserves_already_is_not_counted_twice(
    clients, unreserved, reserved, outcome
):
    assert limit(clients, 1000, unreserved, reserved).outcome == outcome


def test_the_table_says_what_app_py_lets_the_queues_take():
    from app import app

    decorated = {
        source.name: getattr(source, "maximum_concurrency", None) for source in app.event_sources
    }
    declared = {
        function.handler: function.source.maximum_concurrency
        for function in FUNCTIONS
        if function.source and not function.source.is_schedule
    }
    assert {name: decorated[name] for name in declared} == declared


def vpcs(clients, count, quota):
    clients.stub("service-quotas").add_response(
        "get_service_quota",
        {"Quota": {"Value": quota}},
        {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"},
    )
    clients.stub("ec2").add_response("describe_vpcs", {"Vpcs": [{}] * count})
    return account.check_vpcs(
        clients.client("ec2"), clients.client("service-quotas"), has_network=False
    )


def test_the_worker_needs_room_for_a_vpc(clients):
    assert vpcs(clients, 4, 5.0).outcome == "ok"
    full = vpcs(clients, 5, 5.0)
    assert (full.outcome, full.text[:21]) == ("fails", "the region has 5 of 5")


BOUNDARY = "arn:aws:iam::123456789012:policy/Boundary"


def test_a_boundary_that_is_there_is_fine(clients):
    policy = {"Policy": {"Arn": BOUNDARY}}
    clients.stub("iam").add_response("get_policy", policy, {"PolicyArn": BOUNDARY})
    finding = account.check_boundary(clients.client("iam"), BOUNDARY)
    assert finding == ok(account.BOUNDARY, f"the stage's roles are bounded by {BOUNDARY}")


def test_a_boundary_that_nobody_made_is_named_before_anything_is_made(clients):
    clients.stub("iam").add_client_error("get_policy", "NoSuchEntity")
    finding = account.check_boundary(clients.client("iam"), BOUNDARY)
    assert finding.outcome == "fails"
    assert BOUNDARY in finding.text


def test_a_stage_without_boundary_asks_for_none(clients):
    assert account.check_boundary(clients.client("iam"), None).outcome == "ok"


def test_a_missing_role_of_ecs_is_no_failure(clients):
    clients.stub("iam").add_client_error("get_role", "NoSuchEntity")
    finding = account.check_ecs_role(clients.client("iam"))
    assert (finding.outcome, "made by the deploy" in finding.text) == ("note", True)


def guard(clients, detectors, hub):
    clients.stub("cloudformation").add_client_error("describe_stacks", *MISSING_STACK)
    clients.stub("guardduty").add_response("list_detectors", {"DetectorIds": detectors})
    if hub:
        clients.stub("securityhub").add_response("describe_hub", {"HubArn": "arn:hub"})
    else:
        clients.stub("securityhub").add_client_error("describe_hub", "InvalidAccessException")


@pytest.mark.parametrize(
    ("detectors", "hub", "is_left"),
    [([], False, False), (["a1"], False, True), ([], True, True), (["a1"], True, True)],
)
def test_guards_that_are_on_are_left_to_their_owner(clients, detectors, hub, is_left):
    guard(clients, detectors, hub)
    assert guards.leave_to_owner(clients, PROD).guards_account is not is_left
    guard(clients, detectors, hub)
    assert guards.check_guards(clients, PROD).outcome == ("note" if is_left else "ok")


def test_guards_that_the_stage_made_stay_its_own(clients):
    stack = {
        "StackName": "omnidata-prod-security",
        "CreationTime": "2026-01-01T00:00:00Z",
        "StackStatus": "CREATE_COMPLETE",
    }
    clients.stub("cloudformation").add_response("describe_stacks", {"Stacks": [stack]})
    assert guards.leave_to_owner(clients, PROD).guards_account


def test_dev_asks_for_no_guards_at_all(clients):
    assert guards.leave_to_owner(clients, DEV) is DEV
    assert guards.check_guards(clients, DEV).outcome == "ok"


def mail(clients, *verified, production=True):
    stub = clients.stub("sesv2")
    for is_verified in verified:
        if is_verified is None:
            stub.add_client_error("get_email_identity", "NotFoundException")
        else:
            stub.add_response("get_email_identity", {"VerifiedForSendingStatus": is_verified})
    stub.add_response("get_account", {"ProductionAccessEnabled": production})
    return reach.check_mail(clients.client("sesv2"), "team@example.com")


def test_an_address_or_its_domain_may_be_what_ses_has_verified(clients):
    assert mail(clients, True).outcome == "ok"


def test_a_verified_domain_is_enough(clients):
    assert mail(clients, None, True).outcome == "ok"


def test_an_address_that_ses_does_not_know_is_named(clients):
    finding = mail(clients, False, None)
    assert (finding.outcome, finding.text[:32]) == ("note", "team@example.com is not verified")


def test_the_sandbox_is_named_and_stops_no_deployment(clients):
    finding = mail(clients, True, production=False)
    assert (finding.outcome, "sandbox" in finding.text) == ("note", True)


def test_a_stage_without_sender_needs_no_ses(clients):
    assert reach.check_mail(clients.client("sesv2"), None).outcome == "ok"


def certificate(clients, status, *names):
    found = {"Status": status, "DomainName": names[0], "SubjectAlternativeNames": list(names)}
    clients.stub("acm").add_response("describe_certificate", {"Certificate": found})
    return reach.check_certificate(clients.client("acm"), DOMAIN)


@pytest.mark.parametrize("name", ["console.example.com", "*.example.com"])
def test_an_issued_certificate_of_the_domain_is_fine(clients, name):
    assert certificate(clients, "ISSUED", name).outcome == "ok"


@pytest.mark.parametrize(
    ("status", "name", "said"),
    [
        ("PENDING_VALIDATION", "console.example.com", "CNAME"),
        ("ISSUED", "example.com", "it is not for console.example.com"),
        ("ISSUED", "*.console.example.com", "it is not for console.example.com"),
    ],
)
def test_a_certificate_that_cloudfront_would_refuse_fails(clients, status, name, said):
    finding = certificate(clients, status, name)
    assert (finding.outcome, said in finding.text) == ("fails", True)


def test_a_certificate_that_is_elsewhere_fails(clients):
    clients.stub("acm").add_client_error("describe_certificate", "ResourceNotFoundException")
    finding = reach.check_certificate(clients.client("acm"), DOMAIN)
    assert (finding.outcome, "us-east-1" in finding.text) == ("fails", True)


def test_a_first_distribution_may_be_refused(clients):
    empty = {"Marker": "", "MaxItems": 1, "IsTruncated": False, "Quantity": 0}
    clients.stub("cloudfront").add_response("list_distributions", {"DistributionList": empty})
    finding = reach.check_cloudfront(clients.client("cloudfront"))
    assert (finding.outcome, "AWS Support" in finding.text) == ("note", True)


def events(*failed):
    """Of a stack, the newest first, behind those of an operation before."""
    stack = {"StackId": "s", "PhysicalResourceId": "s", "ResourceStatus": "CREATE_IN_PROGRESS"}
    old = {"StackId": "s", "ResourceStatus": "UPDATE_FAILED", "ResourceStatusReason": "long ago"}
    begun = stack | {"ResourceStatusReason": "User Initiated"}
    listed = [
        {"StackId": "s", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": reason}
        for reason in reversed(failed)
    ]
    return SimpleNamespace(
        describe_stack_events=lambda StackName: {"StackEvents": [*listed, begun, old]}  # noqa: N803 AWS's
    )


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        (
            [
                "Resource creation cancelled",
                UNVERIFIED,
            ],
            "AWS has not verified this account for CloudFront: ask AWS Support to",
        ),
        (["Unable to assume the service linked role."], "ECS did not know its new role yet"),
        (["The request failed because a detector already exists"], "GUARDS_ACCOUNT=0"),
        (["Bucket name is taken", "Resource creation cancelled"], "Bucket name is taken"),
    ],
)
def test_a_failed_stack_is_explained_in_one_sentence(reasons, said):
    assert said in stack_failures.explain(events(*reasons), ["omnidata-dev-edge"])


def test_a_stack_that_did_not_fail_this_time_is_not_explained():
    assert stack_failures.explain(events(), ["omnidata-dev-edge"]) is None


def remembering(tmp_path, place):
    project = Project(tmp_path)
    project.keep(DEV, place, {})
    return project


def test_the_stages_own_account_and_region_are_fine(tmp_path):
    assert check_place(remembering(tmp_path, HERE), "dev", HERE).outcome == "ok"
    assert check_place(Project(tmp_path / "new"), "dev", HERE).outcome == "ok"


@pytest.mark.parametrize(
    "place", [Place("999999999999", "us-east-1"), Place("123456789012", "eu-west-1")]
)
def test_another_account_or_region_than_the_stages_fails(tmp_path, place):
    finding = check_place(remembering(tmp_path, place), "dev", HERE)
    assert finding.outcome == "fails"
    assert f"stage dev is in account {place.account}, {place.region}" in finding.text


def test_what_chalice_recorded_names_its_account_too(tmp_path):
    project = Project(tmp_path)
    path = project.deployed_path("dev")
    path.parent.mkdir(parents=True)
    arn = "arn:aws:lambda:us-east-1:999999999999:function:omnidata-dev"
    path.write_text(json.dumps({"resources": [{"name": "api_handler", "lambda_arn": arn}]}))
    assert "999999999999" in check_place(project, "dev", HERE).text


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        ([], "ok"),
        (["omni-deploy-state-dev-123456789012-us-east-1"], "ok"),
        (["omni-deploy-state-dev-123456789012-eu-west-1"], "fails"),
    ],
)
def test_a_stage_in_another_region_is_found_by_its_memory(clients, names, outcome):
    buckets = {"Buckets": [{"Name": name} for name in names]}
    prefix = {"Prefix": "omni-deploy-state-dev-123456789012-"}
    clients.stub("s3").add_response("list_buckets", buckets, prefix)
    finding = check_other_regions(clients.client("s3"), DEV, HERE)
    assert finding.outcome == outcome
    assert outcome == "ok" or "give REGION=eu-west-1" in finding.text


class Sick(Examination):
    """An account with two looks."""

    def _list_looks(self):
        yield "one", lambda: ok("one", "is there")
        yield "two", lambda: fails("two", "do that")


def test_a_deployment_is_refused_with_every_failure_said(tmp_path):
    said = []
    with pytest.raises(DeployRefused, match=r"1 of 2 preflights fail.*make doctor STAGE=dev"):
        Sick(None, DEV, HERE, Project(tmp_path)).require_fit(said.append)
    assert said == ["fails two: do that"]


def test_a_look_that_is_denied_is_a_note_and_the_others_go_on(clients, tmp_path):
    class Denied(Sick):
        def _list_looks(self):
            client = self.cloud.client("ec2")
            yield "VPCs", client.describe_vpcs
            yield from super()._list_looks()

    clients.stub("ec2").add_client_error("describe_vpcs", "UnauthorizedOperation")
    findings = Denied(clients, DEV, HERE, Project(tmp_path)).examine()
    assert [finding.outcome for finding in findings] == [Outcome.NOTE, Outcome.OK, Outcome.FAILS]
    assert findings[0].text == "could not be looked at: UnauthorizedOperation"


def test_every_look_is_made_for_the_regions_of_the_stage(tmp_path):
    stage = replace(PROD, region="eu-west-1", domain=DOMAIN)
    cloud = Clients()
    looks = Examination(cloud, stage, HERE, Project(tmp_path))._list_looks()
    subjects = [subject for subject, _ in looks]
    assert subjects == [
        "account and region",
        "the stage elsewhere",
        "cdk bootstrap of eu-west-1",
        "cdk bootstrap of us-east-1",
        "ECS's role",
        "the permissions boundary",
        "Lambda's concurrency",
        "VPCs",
        "GuardDuty and Security Hub",
        "SES",
        "the console's certificate",
        "CloudFront",
    ]
