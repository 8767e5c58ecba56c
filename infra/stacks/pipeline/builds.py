"""The pipeline's two builds: the worker's image, and `make deploy`."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.declared.function_kinds import Function
from infra.declared.stages import Stage
from infra.stacks.pipeline.deploy_rights import list_deploy_permissions
from infra.stacks.shared.base import accept

RUNTIMES = {"python": "3.12", "nodejs": "22"}
TIMEOUT_MINUTES = 60
IMAGE_COMMANDS = (
    "TAG=$CODEBUILD_RESOLVED_SOURCE_VERSION",
    (
        "aws ecr get-login-password --region $AWS_REGION"
        " | docker login --username AWS --password-stdin ${REPOSITORY_URI%%/*}"
    ),
    # Tags are immutable: a commit that was built before is not built again.
    (
        "aws ecr describe-images --repository-name ${REPOSITORY_URI#*/} --image-ids imageTag=$TAG"
        " || (docker build -f worker/Dockerfile -t $REPOSITORY_URI:$TAG ."
        " && docker push $REPOSITORY_URI:$TAG"
        " && docker tag $REPOSITORY_URI:$TAG $REPOSITORY_URI:latest"
        " && docker push $REPOSITORY_URI:latest)"
    ),
)
# Its tags are commits alone: tasks that run for long do not look at a tag that moves.
API_IMAGE_COMMANDS = (
    "python3 -m infra.containers.context build/image-context",
    (
        "aws ecr describe-images --repository-name ${API_REPOSITORY_URI#*/}"
        " --image-ids imageTag=$TAG"
        " || (docker build -t $API_REPOSITORY_URI:$TAG build/image-context"
        " && docker push $API_REPOSITORY_URI:$TAG)"
    ),
)
DEPLOY_COMMANDS = ("make check", "make deploy STAGE=$STAGE")


class Builds(Construct):
    """CodeBuild projects on arm64, as the functions run; each has its own role."""

    def __init__(
        self, scope: Construct, unit: str, *, artifacts: s3.Bucket, log_group: logs.ILogGroup
    ) -> None:
        super().__init__(scope, unit)
        self._artifacts = artifacts
        self._log_group = log_group

    def add_image_build(
        self, *, repository: ecr.IRepository, of_api: ecr.IRepository | None
    ) -> codebuild.PipelineProject:
        """Build the worker's image and push it with the tags of the commit and `latest`.

        `of_api` gets the API's image, where containers serve it.
        """
        role = self._add_role("ImageRole")
        for images in filter(None, (repository, of_api)):
            images.grant_pull_push(role)
            images.grant(role, "ecr:DescribeImages")
        accept(
            role,
            {"AwsSolutions-IAM5[Resource::*]": "ecr:GetAuthorizationToken takes no resource."},
        )
        return self._add_project(
            "Image",
            role=role,
            commands=(*IMAGE_COMMANDS, *(API_IMAGE_COMMANDS if of_api else ())),
            variables={
                "REPOSITORY_URI": repository.repository_uri,
                **({"API_REPOSITORY_URI": of_api.repository_uri} if of_api else {}),
            },
            docker=True,
        )

    def add_deploy_build(
        self, *, stage: Stage, functions: Sequence[Function], of_api: ecr.IRepository | None
    ) -> codebuild.PipelineProject:
        """Run `make check`, then `make deploy`."""
        role = self._add_role("DeployRole")
        for statement in list_deploy_permissions(stage, functions):
            role.add_to_policy(statement.policy)
            accept(role, statement.accepted)
        if of_api is not None:
            of_api.grant(role, "ecr:DescribeImages")
        return self._add_project(
            "Deploy",
            role=role,
            commands=DEPLOY_COMMANDS,
            # A deploy without these settings would remove the domain, the alert address and so on.
            variables={"STAGE": stage.name, **stage.variables()},
            runtimes=RUNTIMES,
        )

    def _add_role(self, unit: str) -> iam.Role:
        role = iam.Role(self, unit, assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"))
        grant_objects(role, bucket=self._artifacts)
        self._log_group.grant_write(role)
        return role

    def _add_project(  # noqa: PLR0913 keyword-only: the differences of the two builds
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
            build_spec=_build_spec(commands, runtimes),
        )
        accept(
            project,
            {
                "AwsSolutions-CB4": "Build artifacts are stored in the artifact bucket, encrypted "
                "with S3's own key."
            },
        )
        return project


def grant_objects(role: iam.Role, *, bucket: s3.Bucket) -> None:
    """Let `role` read and write the objects of `bucket`, whose keys CodePipeline chooses."""
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


def _build_spec(commands: Sequence[str], runtimes: Mapping[str, str] | None) -> codebuild.BuildSpec:
    phases: dict[str, object] = {"build": {"on-failure": "ABORT", "commands": list(commands)}}
    if runtimes:
        phases = {"install": {"runtime-versions": dict(runtimes)}, **phases}
    return codebuild.BuildSpec.from_object({"version": "0.2", "phases": phases})
