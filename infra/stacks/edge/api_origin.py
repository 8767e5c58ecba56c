"""Where CloudFront sends calls of the API: to the REST API, or to the containers' load balancer."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.shared.web_acl import EDGE_KEY_HEADER

API_TIMEOUT_S = 30  # API Gateway times out after 29


def build_api_origin(scope: Construct, stage: Stage, edge_key: str) -> cloudfront.IOrigin:
    """The containers' origin once they are deployed, else the REST API's."""
    if stage.has_containers and stage.api_origin is not None:
        found = cloudfront.VpcOrigin.from_vpc_origin_attributes(
            scope,
            "Containers",
            vpc_origin_id=stage.api_origin.vpc_origin_id,
            domain_name=stage.api_origin.host,
        )
        return origins.VpcOrigin.with_vpc_origin(
            found,
            domain_name=stage.api_origin.host,
            read_timeout=cdk.Duration.seconds(API_TIMEOUT_S),
        )
    return origins.HttpOrigin(
        f"{stage.rest_api_id}.execute-api.{stage.region}.amazonaws.com",
        origin_path=f"/{stage.name}",
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        read_timeout=cdk.Duration.seconds(API_TIMEOUT_S),
        custom_headers={EDGE_KEY_HEADER: edge_key},
    )
