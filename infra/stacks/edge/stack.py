"""The edge stack: the console's bucket, distribution and web ACL, in CloudFront's region.

CloudFront's web ACL must be in us-east-1, so the whole stack is; stacks in the stage's region use
its URL by a cross-region reference.
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.declared.stages import CLOUDFRONT_REGION, CONSOLE_BUCKET, Stage
from infra.stacks.edge.api_origin import build_api_origin
from infra.stacks.edge.api_paths import list_api_patterns
from infra.stacks.edge.distribution import ConsoleDistribution
from infra.stacks.edge.headers import build_content_security_policy
from infra.stacks.shared.base import StageStack, accept, choose_removal_policy
from infra.stacks.shared.buckets import add_log_bucket, add_private_bucket
from infra.stacks.shared.web_acl import add_web_acl

# Rotate by renaming: CloudFormation reads a secret again only if its reference changes.
EDGE_KEY = "edge-key"
EDGE_KEY_LENGTH = 40


class EdgeStack(StageStack):
    """`console_url` is for people; `edge_key_name` names the secret of CloudFront's header."""

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        sign_in_origin: str,
        bucket_origins: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, "edge", stage=stage, region=CLOUDFRONT_REGION)
        self.edge_key_name = f"{stage.function_prefix}/{EDGE_KEY}"
        logs = add_log_bucket(self, "AccessLogs", cloudfront=True)
        bucket = add_private_bucket(
            self,
            "Console",
            name=stage.bucket(CONSOLE_BUCKET, cdk.Aws.ACCOUNT_ID, CLOUDFRONT_REGION),
            logs=logs,
            removal_policy=choose_removal_policy(stage),
            versioned=True,
        )
        acl = add_web_acl(
            self, "WebAcl", name=f"{stage.function_prefix}-console", waf_scope="CLOUDFRONT"
        )
        console = ConsoleDistribution(
            self,
            "Cdn",
            name=f"{stage.function_prefix}-console",
            bucket=bucket,
            logs=logs,
            web_acl_arn=acl.attr_arn,
            api=build_api_origin(self, stage, self._add_edge_key().secret_value.unsafe_unwrap()),
            api_patterns=list_api_patterns(),
            page_policy=build_content_security_policy(
                [sign_in_origin, f"https://cognito-idp.{stage.region}.amazonaws.com"],
                bucket_origins,
            ),
            domain=stage.domain,
        )
        self.console_url = console.url
        self.add_output("ConsoleUrl", console.url)
        self.add_output("ConsoleBucket", bucket.bucket_name)
        self.add_output("DistributionId", console.distribution.distribution_id)

    def _add_edge_key(self) -> secretsmanager.Secret:
        """The secret that CloudFront sends, by which the API's WAF knows a counted request."""
        replica_regions = [] if self.stage.region == CLOUDFRONT_REGION else [self.stage.region]
        key = secretsmanager.Secret(
            self,
            "EdgeKey",
            secret_name=self.edge_key_name,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=EDGE_KEY_LENGTH, exclude_punctuation=True
            ),
            replica_regions=[
                secretsmanager.ReplicaRegion(region=region) for region in replica_regions
            ],
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        accept(
            key,
            {
                "AwsSolutions-SMG4": "It grants no access: by it the API's WAF excludes requests "
                "that CloudFront's WAF has counted."
            },
        )
        return key
