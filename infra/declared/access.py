"""Roles that people and sessions take in order to look into the logs, as plain data."""

EVALUATOR = "OmniEvaluator"  # seed 004's evaluator
EVALUATOR_READS = (
    "dynamodb:Scan",
    "dynamodb:Query",
    "dynamodb:GetItem",
    "dynamodb:DescribeTable",
)
TENANT_READER = "OmniTenantReader"  # whose sessions see one tenant's partition
TENANT_READER_OUTPUT = "TenantReaderRoleArn"  # of the access stack
TENANT_READS = ("dynamodb:Query", "dynamodb:GetItem")
TENANT_TAG = "tenant_id"
ECS = "ecs.amazonaws.com"
ECS_ROLE = "AWSServiceRoleForECS"  # by which ECS manages a service's network
