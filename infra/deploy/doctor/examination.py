"""Every look at an account, in the order of a deployment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.failures import error_code
from infra.declared.stages import CLOUDFRONT_REGION, Stage
from infra.deploy.cloud import Cloud
from infra.deploy.doctor import account, guards, reach
from infra.deploy.doctor.finding import Finding, Outcome, note
from infra.deploy.doctor.place import check_other_regions, check_place
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused

Look = tuple[str, Callable[[], Finding]]


@dataclass(frozen=True)
class Examination:
    """Looks at the account of `place` for a stage; nothing is changed."""

    cloud: Cloud
    stage: Stage
    place: Place
    project: Project

    def examine(self) -> list[Finding]:
        """All findings; a look that AWS does not allow is a note."""
        return [_look(subject, look) for subject, look in self._list_looks()]

    def require_fit(self, say: Callable[[str], None]) -> None:
        """Say what is not in order.

        Raises DeployRefused if a deployment would fail.
        """
        findings = self.examine()
        for finding in findings:
            if finding.outcome is not Outcome.OK:
                say(finding.describe())
        count = sum(finding.outcome is Outcome.FAILS for finding in findings)
        if count:
            raise DeployRefused(
                f"the account is not ready, {count} of {len(findings)} preflights fail, and "
                f"nothing was changed: `make doctor STAGE={self.stage.name}` looks again"
            )

    def _list_looks(self) -> Iterator[Look]:
        client, stage = self.cloud.client, self.stage
        yield "account and region", lambda: check_place(self.project, stage.name, self.place)
        yield "the stage elsewhere", lambda: check_other_regions(client("s3"), stage, self.place)
        for region in sorted({stage.region, CLOUDFRONT_REGION}):
            yield f"cdk bootstrap of {region}", self._look_at_bootstrap(region)
        yield "ECS's role", lambda: account.check_ecs_role(client("iam"))
        yield (
            account.BOUNDARY,
            lambda: account.check_boundary(client("iam"), stage.permissions_boundary),
        )
        yield (
            "Lambda's concurrency",
            lambda: account.check_concurrency(
                client("lambda"), self.project.functions, stage.function_prefix
            ),
        )
        yield "VPCs", self._look_at_vpcs
        yield guards.SUBJECT, lambda: guards.check_guards(self.cloud, stage)
        yield "SES", self._look_at_mail
        yield (
            "the console's certificate",
            lambda: reach.check_certificate(self._of_cloudfront("acm"), stage.domain),
        )
        yield "CloudFront", lambda: reach.check_cloudfront(self._of_cloudfront("cloudfront"))

    def _look_at_bootstrap(self, region: str) -> Callable[[], Finding]:
        def look() -> Finding:
            ssm = replace(self.cloud, region=region).client("ssm")
            return account.check_bootstrap(ssm, self.place.account, region)

        return look

    def _look_at_vpcs(self) -> Finding:
        name = f"{self.stage.function_prefix}-worker"
        has_network = account.has_stack(self.cloud.client("cloudformation"), name)
        client = self.cloud.client
        return account.check_vpcs(client("ec2"), client("service-quotas"), has_network=has_network)

    def _look_at_mail(self) -> Finding:
        sender = self.project.template_variables(self.stage.name).get("MAIL_FROM")
        return reach.check_mail(self.cloud.client("sesv2"), sender)

    def _of_cloudfront(self, service: str) -> object:
        return replace(self.cloud, region=CLOUDFRONT_REGION).client(service)


def _look(subject: str, look: Callable[[], Finding]) -> Finding:
    """A look that AWS refuses says nothing of a deployment, whose roles may be others."""
    try:
        return look()
    except ClientError as error:
        return note(subject, f"could not be looked at: {error_code(error)}")
    except BotoCoreError as error:
        return note(subject, f"could not be looked at: {error}")
