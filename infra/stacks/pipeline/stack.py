"""The pipeline stack: a push to the branch builds the worker's image and deploys the stage."""

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codestarconnections as connections
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.pipeline.builds import Builds, grant_objects
from infra.stacks.shared.base import LOG_RETENTION_DAYS, StageStack
from infra.stacks.shared.buckets import private_bucket
from infra.stacks.shared.logs import month_of_logs

SOURCE = "Source"
Action = codepipeline.CfnPipeline.ActionDeclarationProperty


class PipelineStack(StageStack):
    """Seed 001's "future improvement". Deployed when asked for by name, with its parameters.

    The connection to GitHub is made pending: a person completes it once on AWS's own pages.
    """

    def __init__(
        self, scope: Construct, *, stage: Stage, repository: ecr.IRepository, logs: s3.IBucket
    ) -> None:
        super().__init__(scope, "pipeline", stage=stage)
        artifacts = private_bucket(
            self,
            "Artifacts",
            name=stage.bucket("omni-pipeline", cdk.Aws.ACCOUNT_ID),
            logs=logs,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            expires_after_days=LOG_RETENTION_DAYS,
        )
        log_group = month_of_logs(self, "Logs", name=f"/aws/codebuild/{stage.function_prefix}")
        builds = Builds(self, "Builds", artifacts=artifacts, log_group=log_group)
        image, deploy = builds.image(repository=repository), builds.deploy(stage=stage)
        connection = connections.CfnConnection(
            self, "GitHub", connection_name=stage.function_prefix, provider_type="GitHub"
        )
        codepipeline.CfnPipeline(
            self,
            "Pipeline",
            name=stage.function_prefix,
            pipeline_type="V2",
            execution_mode="QUEUED",
            role_arn=self._role(artifacts, connection, image, deploy).role_arn,
            artifact_store=codepipeline.CfnPipeline.ArtifactStoreProperty(
                type="S3", location=artifacts.bucket_name
            ),
            stages=[
                _stage(SOURCE, self._fetch(connection.attr_connection_arn)),
                _stage("Image", _build("BuildAndPush", image)),
                _stage(
                    "Deploy",
                    _build("MakeDeploy", deploy, WORKER_IMAGE_TAG="#{Source.CommitId}"),
                ),
            ],
        )
        self.output("ConnectionArn", connection.attr_connection_arn)

    def _role(
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
                resources=[each.project_arn for each in projects],
            )
        )
        return role

    def _fetch(self, connection_arn: str) -> Action:
        return Action(
            name="GitHub",
            namespace=SOURCE,
            action_type_id=_type("Source", "CodeStarSourceConnection"),
            configuration={
                "ConnectionArn": connection_arn,
                "FullRepositoryId": self._parameter("Repository", "owner/name on GitHub"),
                "BranchName": self._parameter("Branch", "what a push deploys", default="main"),
                "DetectChanges": True,
            },
            output_artifacts=[codepipeline.CfnPipeline.OutputArtifactProperty(name=SOURCE)],
        )

    def _parameter(self, name: str, description: str, default: str | None = None) -> str:
        made = cdk.CfnParameter(
            self,
            name,
            type="String",
            default=default,
            allowed_pattern=r"^[A-Za-z0-9_./-]{1,100}$",
            description=description,
        )
        return made.value_as_string


def _build(name: str, project: codebuild.IProject, **variables: str) -> Action:
    listed = [{"name": key, "value": value} for key, value in variables.items()]
    return Action(
        name=name,
        action_type_id=_type("Build", "CodeBuild"),
        configuration={
            "ProjectName": project.project_name,
            "EnvironmentVariables": cdk.Stack.of(project).to_json_string(listed),
        },
        input_artifacts=[codepipeline.CfnPipeline.InputArtifactProperty(name=SOURCE)],
    )


def _stage(name: str, action: Action) -> codepipeline.CfnPipeline.StageDeclarationProperty:
    return codepipeline.CfnPipeline.StageDeclarationProperty(name=name, actions=[action])


def _type(category: str, provider: str) -> codepipeline.CfnPipeline.ActionTypeIdProperty:
    return codepipeline.CfnPipeline.ActionTypeIdProperty(
        category=category, owner="AWS", provider=provider, version="1"
    )
