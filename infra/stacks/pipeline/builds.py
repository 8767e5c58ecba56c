"""The pipeline's two builds: the worker's image, and the deploy of everything."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.pipeline.deploy_rights import deploy_statements
from infra.stacks.shared.base import accept

RUNTIMES = {"python": "3.12", "nodejs": "22"}
TIMEOUT_MINUTES = 60
IMAGE_COMMANDS = (
    "TAG=$CODEBUILD_RESOLVED_SOURCE_VERSION",
    (
        "aws ecr get-login-password --region $AWS_REGION"
        " | docker login --username AWS --password-stdin ${REPOSITORY_URI%%/*}"
    ),
    # A commit's tag is for good: built once, and then only found again.
    (
        "aws ecr describe-images --repository-name ${REPOSITORY_URI#*/} --image-ids imageTag=$TAG"
        " || (docker build -f worker/Dockerfile -t $REPOSITORY_URI:$TAG ."
        " && docker push $REPOSITORY_URI:$TAG"
        " && docker tag $REPOSITORY_URI:$TAG $REPOSITORY_URI:latest"
        " && docker push $REPOSITORY_URI:latest)"
    ),
)
DEPLOY_COMMANDS = ("make check", "make deploy STAGE=$STAGE")


class Builds(Construct):
    """Builds on arm64, as the product runs; each with a role of its own and a month of logs."""

    def __init__(
        self, scope: Construct, unit: str, *, artifacts: s3.Bucket, log_group: logs.ILogGroup
    ) -> None:
        super().__init__(scope, unit)
        self._artifacts = artifacts
        self._log_group = log_group

    def image(self, *, repository: ecr.IRepository) -> codebuild.PipelineProject:
        """Builds the worker's image and pushes it under the commit and as `latest`."""
        role = self._role("ImageRole")
        repository.grant_pull_push(role)
        repository.grant(role, "ecr:DescribeImages")
        accept(
            role,
            {"AwsSolutions-IAM5[Resource::*]": "ecr:GetAuthorizationToken takes no resource."},
        )
        return self._project(
            "Image",
            role=role,
            commands=IMAGE_COMMANDS,
            variables={"REPOSITORY_URI": repository.repository_uri},
            docker=True,
        )

    def deploy(self, *, stage: Stage) -> codebuild.PipelineProject:
        """Runs what a person would: `make check`, then `make deploy`."""
        role = self._role("DeployRole")
        for statement in deploy_statements(stage):
            role.add_to_policy(statement.policy)
            accept(role, statement.accepted)
        return self._project(
            "Deploy",
            role=role,
            commands=DEPLOY_COMMANDS,
            # A deploy without them would take them back: the domain, the alert address, ...
            variables={"STAGE": stage.name, **stage.variables()},
            runtimes=RUNTIMES,
        )

    def _role(self, unit: str) -> iam.Role:
        role = iam.Role(self, unit, assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"))
        grant_objects(role, bucket=self._artifacts)
        self._log_group.grant_write(role)
        return role

    def _project(  # noqa: PLR0913 keyword-only: what the two builds differ in
        self,
        unit: str,
        *,
        role: iam.Role,
        commands: Sequence[str],
        variables: Mapping[str, str],
        runtimes: Mapping[str, str] | None = None,
        docker: bool = False,
    ) -> codebuild.PipelineProject:
        project = codebuild.PipelineProject(
            self,
            unit,
            role=role.without_policy_updates(),
            grant_report_group_permissions=False,
            timeout=cdk.Duration.minutes(TIMEOUT_MINUTES),
            environment=codebuild.BuildEnvironment(
                build_image=codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0,
                compute_type=codebuild.ComputeType.MEDIUM,
                privileged=docker,
            ),
            environment_variables={
                name: codebuild.BuildEnvironmentVariable(value=value)
                for name, value in variables.items()
            },
            logging=codebuild.LoggingOptions(
                cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=self._log_group)
            ),
            build_spec=_spec(commands, runtimes),
        )
        accept(
            project,
            {
                "AwsSolutions-CB4": "What a build leaves behind lies in the artifact bucket, "
                "encrypted under S3's own key."
            },
        )
        return project


def grant_objects(role: iam.Role, *, bucket: s3.Bucket) -> None:
    """Let `role` read and write the objects of `bucket`; their keys are CodePipeline's."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            resources=[bucket.arn_for_objects("*")],
        )
    )
    logical = cdk.Stack.of(bucket).resolve(bucket.bucket_arn)["Fn::GetAtt"][0]
    accept(
        role,
        {
            f"AwsSolutions-IAM5[Resource::<{logical}.Arn>/*]": "The objects of the pipeline's own "
            "bucket, whose keys CodePipeline chooses."
        },
    )


def _spec(commands: Sequence[str], runtimes: Mapping[str, str] | None) -> codebuild.BuildSpec:
    phases: dict[str, object] = {"build": {"on-failure": "ABORT", "commands": list(commands)}}
    if runtimes:
        phases = {"install": {"runtime-versions": dict(runtimes)}, **phases}
    return codebuild.BuildSpec.from_object({"version": "0.2", "phases": phases})
