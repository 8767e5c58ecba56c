"""The pipeline stack: a push to the branch builds the worker's image and deploys the stage."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codestarconnections as connections
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.declared.containers import REPOSITORY
from infra.declared.function_kinds import Function
from infra.declared.stages import Stage
from infra.stacks.pipeline.builds import Builds, grant_objects
from infra.stacks.shared.base import LOG_RETENTION_DAYS, StageStack
from infra.stacks.shared.buckets import add_private_bucket
from infra.stacks.shared.logs import add_log_group

SOURCE = "Source"
COMMIT = "#{Source.CommitId}"
Action = codepipeline.CfnPipeline.ActionDeclarationProperty


class PipelineStack(StageStack):
    """Seed 001's "future improvement". Deployed only by name, with its parameters.

    The connection to GitHub is created pending: a person completes it once in the AWS console.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        functions: Sequence[Function],
        repository: ecr.IRepository,
        logs: s3.IBucket,
    ) -> None:
        super().__init__(scope, "pipeline", stage=stage)
        artifacts = add_private_bucket(
            self,
            "Artifacts",
            name=stage.bucket("omni-pipeline", cdk.Aws.ACCOUNT_ID),
            logs=logs,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            expires_after_days=LOG_RETENTION_DAYS,
        )
        log_group = add_log_group(self, "Logs", name=f"/aws/codebuild/{stage.function_prefix}")
        builds = Builds(self, "Builds", artifacts=artifacts, log_group=log_group)
        of_api = self._find_api_repository()
        image = builds.add_image_build(repository=repository, of_api=of_api)
        deploy = builds.add_deploy_build(stage=stage, functions=functions, of_api=of_api)
        connection = connections.CfnConnection(
            self, "GitHub", connection_name=stage.function_prefix, provider_type="GitHub"
        )
        self._add_pipeline(artifacts, connection, image, deploy)
        self.add_output("ConnectionArn", connection.attr_connection_arn)

    def _find_api_repository(self) -> ecr.IRepository | None:
        """By name: the images stack may be gone when the stage has left its containers."""
        if not self.stage.has_containers:
            return None
        name = self.stage.physical(REPOSITORY)
        return ecr.Repository.from_repository_name(self, "ApiRepository", name)

    def _list_tags(self) -> list[str]:
        """The settings that name the images of this commit."""
        return ["WORKER_IMAGE_TAG", *(["API_IMAGE_TAG"] if self.stage.has_containers else [])]

    def _add_pipeline(
        self,
        artifacts: s3.Bucket,
        connection: connections.CfnConnection,
        image: codebuild.IProject,
        deploy: codebuild.IProject,
    ) -> None:
        codepipeline.CfnPipeline(
            self,
            "Pipeline",
            name=self.stage.function_prefix,
            pipeline_type="V2",
            execution_mode="QUEUED",
            role_arn=self._add_role(artifacts, connection, image, deploy).role_arn,
            artifact_store=codepipeline.CfnPipeline.ArtifactStoreProperty(
                type="S3", location=artifacts.bucket_name
            ),
            stages=[
                _build_stage(SOURCE, self._build_source_action(connection.attr_connection_arn)),
                _build_stage("Image", _build_codebuild_action("BuildAndPush", image)),
                _build_stage(
                    "Deploy",
                    _build_codebuild_action(
                        "MakeDeploy", deploy, **dict.fromkeys(self._list_tags(), COMMIT)
                    ),
                ),
            ],
        )

    def _add_role(
        self,
        artifacts: s3.Bucket,
        connection: connections.CfnConnection,
        *projects: codebuild.IProject,
    ) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("codepipeline.amazonaws.com"))
        grant_objects(role, bucket=artifacts)
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["codestar-connections:UseConnection"],
                resources=[connection.attr_connection_arn],
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["codebuild:StartBuild", "codebuild:BatchGetBuilds"],
                resources=[project.project_arn for project in projects],
            )
        )
        return role

    def _build_source_action(self, connection_arn: str) -> Action:
        return Action(
            name="GitHub",
            namespace=SOURCE,
            action_type_id=_build_action_type("Source", "CodeStarSourceConnection"),
            configuration={
                "ConnectionArn": connection_arn,
                "FullRepositoryId": self._add_parameter("Repository", "owner/name on GitHub"),
                "BranchName": self._add_parameter("Branch", "what a push deploys", default="main"),
                "DetectChanges": True,
            },
            output_artifacts=[codepipeline.CfnPipeline.OutputArtifactProperty(name=SOURCE)],
        )

    def _add_parameter(self, name: str, description: str, default: str | None = None) -> str:
        parameter = cdk.CfnParameter(
            self,
            name,
            type="String",
            default=default,
            allowed_pattern=r"^[A-Za-z0-9_./-]{1,100}$",
            description=description,
        )
        return parameter.value_as_string


def _build_codebuild_action(name: str, project: codebuild.IProject, **variables: str) -> Action:
    listed = [{"name": key, "value": value} for key, value in variables.items()]
    return Action(
        name=name,
        action_type_id=_build_action_type("Build", "CodeBuild"),
        configuration={
            "ProjectName": project.project_name,
            "EnvironmentVariables": cdk.Stack.of(project).to_json_string(listed),
        },
        input_artifacts=[codepipeline.CfnPipeline.InputArtifactProperty(name=SOURCE)],
    )


def _build_stage(name: str, action: Action) -> codepipeline.CfnPipeline.StageDeclarationProperty:
    return codepipeline.CfnPipeline.StageDeclarationProperty(name=name, actions=[action])


def _build_action_type(
    category: str, provider: str
) -> codepipeline.CfnPipeline.ActionTypeIdProperty:
    return codepipeline.CfnPipeline.ActionTypeIdProperty(
        category=category, owner="AWS", provider=provider, version="1"
    )
