"""The edge stack: the console's bucket and distribution behind the WAF, in CloudFront's region.

The web ACL of CloudFront has to be there, so the whole edge is; its address travels to the stacks
of the stage's region as an explicit cross-region reference.
"""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.declared.stages import CLOUDFRONT_REGION, CONSOLE_BUCKET, Stage
from infra.stacks.edge.api_paths import api_paths
from infra.stacks.edge.distribution import ConsoleDistribution
from infra.stacks.edge.headers import content_security_policy
from infra.stacks.shared.base import StageStack, accept, removal
from infra.stacks.shared.buckets import log_bucket, private_bucket
from infra.stacks.shared.web_acl import web_acl

# Another name makes another key: CloudFormation reads a secret only where its reference changes.
EDGE_KEY = "edge-key"
EDGE_KEY_LENGTH = 40


class EdgeStack(StageStack):
    """`console_url` is where people go; `edge_key_name` the secret that its calls carry."""

    def __init__(self, scope: Construct, *, stage: Stage, sign_in_origin: str) -> None:
        super().__init__(scope, "edge", stage=stage, region=CLOUDFRONT_REGION)
        self.edge_key_name = f"{stage.function_prefix}/{EDGE_KEY}"
        logs = log_bucket(self, "AccessLogs", cloudfront=True)
        bucket = private_bucket(
            self,
            "Console",
            name=stage.bucket(CONSOLE_BUCKET, cdk.Aws.ACCOUNT_ID, CLOUDFRONT_REGION),
            logs=logs,
            removal_policy=removal(stage),
            versioned=True,
        )
        acl = web_acl(
            self, "WebAcl", name=f"{stage.function_prefix}-console", waf_scope="CLOUDFRONT"
        )
        console = ConsoleDistribution(
            self,
            "Cdn",
            name=f"{stage.function_prefix}-console",
            bucket=bucket,
            logs=logs,
            web_acl_arn=acl.attr_arn,
            api_host=f"{stage.rest_api_id}.execute-api.{stage.region}.amazonaws.com",
            api_stage=stage.name,
            api_patterns=api_paths(),
            edge_key=self._edge_key().secret_value.unsafe_unwrap(),
            page_policy=content_security_policy(
                sign_in_origin=sign_in_origin,
                issuer_origin=f"https://cognito-idp.{stage.region}.amazonaws.com",
            ),
            domain=stage.domain,
        )
        self.console_url = console.url
        self.output("ConsoleUrl", console.url)
        self.output("ConsoleBucket", bucket.bucket_name)
        self.output("DistributionId", console.distribution.distribution_id)

    def _edge_key(self) -> secretsmanager.Secret:
        """CloudFront sends it to the API, whose own WAF then knows who was counted already."""
        elsewhere = [] if self.stage.region == CLOUDFRONT_REGION else [self.stage.region]
        key = secretsmanager.Secret(
            self,
            "EdgeKey",
            secret_name=self.edge_key_name,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=EDGE_KEY_LENGTH, exclude_punctuation=True
            ),
            replica_regions=[secretsmanager.ReplicaRegion(region=region) for region in elsewhere],
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        accept(
            key,
            {
                "AwsSolutions-SMG4": "It opens nothing: it only spares requests that CloudFront's "
                "WAF has counted from being counted twice."
            },
        )
        return key
