"""How many resources of each kind stage dev is made of: a change here is meant, or a mistake."""

from collections import Counter

COUNTS = {
    "access": {"IAM::Policy": 2, "IAM::Role": 2},
    "analytics": {
        "Athena::NamedQuery": 1,
        "Athena::WorkGroup": 1,
        "Glue::Database": 1,
        "Glue::Table": 1,
        "S3::Bucket": 1,
        "S3::BucketPolicy": 1,
    },
    "api": {
        "ApiGateway::ApiKey": 1,
        "ApiGateway::UsagePlan": 1,
        "ApiGateway::UsagePlanKey": 1,
        "IAM::Role": 1,
        "Logs::LogGroup": 1,
        "WAFv2::WebACL": 1,
        "WAFv2::WebACLAssociation": 1,
    },
    "auth": {
        "Cognito::UserPool": 1,
        "Cognito::UserPoolClient": 1,
        "Cognito::UserPoolDomain": 1,
        "Cognito::UserPoolGroup": 2,
    },
    "data": {
        "DynamoDB::Table": 6,
        "Kinesis::Stream": 1,
        "S3::Bucket": 5,
        "S3::BucketPolicy": 5,
        "SES::ConfigurationSet": 1,
        "SES::ConfigurationSetEventDestination": 1,
        "SNS::Subscription": 2,
        "SNS::Topic": 2,
        "SNS::TopicPolicy": 2,
        "SQS::Queue": 14,
        "SQS::QueuePolicy": 14,
        "SecretsManager::Secret": 3,
    },
    "edge": {
        "CloudFront::CachePolicy": 2,
        "CloudFront::Distribution": 1,
        "CloudFront::Function": 1,
        "CloudFront::OriginAccessControl": 1,
        "CloudFront::ResponseHeadersPolicy": 5,
        "S3::Bucket": 2,
        "S3::BucketPolicy": 2,
        "SecretsManager::Secret": 1,
        "WAFv2::WebACL": 1,
    },
    "monitoring": {
        "CloudWatch::Alarm": 49,
        "CloudWatch::Dashboard": 1,
        "SNS::Subscription": 2,
        "SNS::Topic": 2,
        "SNS::TopicPolicy": 2,
        "XRay::SamplingRule": 1,
    },
    "pipeline": {
        "CodeBuild::Project": 2,
        "CodePipeline::Pipeline": 1,
        "CodeStarConnections::Connection": 1,
        "IAM::Policy": 3,
        "IAM::Role": 3,
        "Logs::LogGroup": 1,
        "S3::Bucket": 1,
        "S3::BucketPolicy": 1,
    },
    "security": {"GuardDuty::Detector": 1, "SecurityHub::Hub": 1, "SecurityHub::Standard": 1},
    "worker": {
        "ApplicationAutoScaling::ScalableTarget": 1,
        "ApplicationAutoScaling::ScalingPolicy": 2,
        "CloudWatch::Alarm": 2,
        "EC2::FlowLog": 1,
        "EC2::InternetGateway": 1,
        "EC2::Route": 2,
        "EC2::RouteTable": 2,
        "EC2::SecurityGroup": 1,
        "EC2::Subnet": 2,
        "EC2::SubnetRouteTableAssociation": 2,
        "EC2::VPC": 1,
        "EC2::VPCEndpoint": 2,
        "EC2::VPCGatewayAttachment": 1,
        "ECR::Repository": 1,
        "ECS::Cluster": 1,
        "ECS::ClusterCapacityProviderAssociations": 1,
        "ECS::Service": 1,
        "ECS::TaskDefinition": 1,
        "IAM::Policy": 3,
        "IAM::Role": 3,
        "Logs::LogGroup": 2,
    },
}


def test_stage_dev_is_made_of_these_resources(dev):
    counted = {
        unit: dict(
            Counter(
                resource["Type"].removeprefix("AWS::")
                for resource in dev[unit].body["Resources"].values()
            )
        )
        for unit in dev.units
    }

    assert counted == COUNTS


def test_no_stack_brings_a_function_or_an_asset_of_its_own(dev):
    """Chalice makes every function; so nothing has to be built or uploaded but the templates."""
    assert all("Lambda" not in kind for counts in COUNTS.values() for kind in counts)
    assert not list(dev.folder.glob("asset.*"))
