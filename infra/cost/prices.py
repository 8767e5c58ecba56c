"""AWS's prices in US$, us-east-1, without free tier or savings plan, entered by hand.

AS_OF is when they were entered. They were not compared with AWS's price list, unless a line names
its source: check it before you rely on a figure.
"""

AS_OF = "November 2026"
REGION_NAME = "US East (N. Virginia)"

HOURS_A_MONTH = 730
DAYS_A_MONTH = 30.4
SECONDS_A_MONTH = HOURS_A_MONTH * 3600
MILLION = 1_000_000
GB = 1024**3

# Ends of tiers in units, the last without end, each with its price.
Tiers = tuple[tuple[float, float], ...]
ENDLESS = float("inf")

API_GATEWAY_REST_M = 3.50  # per million requests, in the first tier
LAMBDA_REQUESTS_M = 0.20
LAMBDA_ARM_GB_S = 0.0000133334
LAMBDA_X86_GB_S = 0.0000166667
API_GATEWAY_HTTP_M = 1.00
SNS_PUBLISH_M = 0.50
SNS_EMAIL_100K = 2.00
# A part of a text message in the US, without the carrier's fee. No source: AWS shows the prices of
# text messages by country in its console and on https://aws.amazon.com/sns/sms-pricing/ alone.
SNS_SMS = 0.00645
# The plan Essentials, which new accounts have since 21 July 2026; by the single feature it is 0.10.
# Source: AWS's price list for AmazonSES of 22 July 2026, as github.com/api-evangelist/amazon-ses
# (plans/amazon-ses-plans-pricing.yml) had read it on 13 August 2026.
SES_EMAIL_1K = 0.16
# Claude Haiku 4.5, a million tokens.
BEDROCK_INPUT_M, BEDROCK_OUTPUT_M = 1.00, 5.00
DYNAMODB_WRITE_M = 0.625  # per million write request units, on demand
DYNAMODB_READ_M = 0.125
DYNAMODB_STORAGE_GB = 0.25
DYNAMODB_WRITE_UNIT_H, DYNAMODB_READ_UNIT_H = 0.00065, 0.00013  # provisioned, per unit and hour
# Reserved for a year: 100 units, what is paid at once and by the hour; for standard tables alone.
DYNAMODB_RESERVED_WRITES = (150.00 / 8760 + 0.0128) / 100
DYNAMODB_RESERVED_READS = (30.00 / 8760 + 0.0025) / 100
# Standard-Infrequent Access: on demand, provisioned, and what is kept.
DYNAMODB_RARE_WRITE_M, DYNAMODB_RARE_READ_M = 0.78, 0.155
DYNAMODB_RARE_WRITE_UNIT_H, DYNAMODB_RARE_READ_UNIT_H = 0.00081, 0.00016
DYNAMODB_RARE_STORAGE_GB = 0.10
DYNAMODB_PITR_GB = 0.20
DYNAMODB_STREAM_READS_M = 0.20  # by others than Lambda
SQS_M = 0.40
S3_PUT_M = 5.00
S3_STORAGE_GB = 0.023
KINESIS_SHARD_H = 0.015
KINESIS_PUT_M = 0.014
FARGATE_X86_VCPU_H = 0.04048
FARGATE_X86_GB_H = 0.004445
FARGATE_ARM_VCPU_H = 0.03238
FARGATE_ARM_GB_H = 0.00356
FARGATE_SPOT_SHARE = 0.30  # Spot is about 70 % off; its price moves
PUBLIC_IPV4_H = 0.005
ECR_STORAGE_GB = 0.10
LOGS_GB = 0.50
XRAY_TRACES_M = 5.00
ALARM_METRIC = 0.10  # a month, for each metric that an alarm looks at
DASHBOARD = 3.00
SECRET = 0.40
COGNITO_USER = 0.015  # Essentials, a monthly active user
CLOUDFRONT_REQUESTS_M = 1.00  # HTTPS
CLOUDFRONT_OUT_GB = 0.085
# Flat-rate plans of one distribution with its web ACL: millions of requests, and US$ a month.
# Source: AWS's page of CloudFront's prices and its developer guide, as
# github.com/api-evangelist/cloudfront (plans/cloudfront-plans-pricing.yml) had read them on 5
# September 2026.
CLOUDFRONT_PLANS = (
    (1, 0.0),
    (10, 15.0),
    (125, 200.0),
    (500, 1_000.0),
    (750, 1_450.0),
    (1_250, 2_250.0),
    (2_000, 3_500.0),
    (3_500, 6_000.0),
    (6_000, 10_000.0),
)
WAF_ACL = 5.00
WAF_RULE = 1.00
WAF_REQUESTS_M = 0.60
GUARDDUTY_EVENTS_M = 4.00  # management events
GUARDDUTY_S3_EVENTS_M = 0.80
GUARDDUTY_NETWORK_LOGS_GB = 1.00
OUT_GB = 0.09  # of data from a region to the internet
SECURITY_HUB_CHECK = 0.0010
CONFIG_ITEM = 0.003
AMPLIFY_BUILD_MINUTE = 0.01
AMPLIFY_OUT_GB = 0.15
ALB_H = 0.0225
ALB_LCU_H = 0.008
NAT_GATEWAY_H = 0.045
RDS_T4G_SMALL_H = 0.032  # PostgreSQL, one zone
RDS_STORAGE_GB = 0.115

# By service and line. Source of API Gateway's: AWS's whitepaper "Best practices for designing
# Amazon API Gateway private APIs and private integration", cost optimization, table 4, read in
# November 2026. The others have none.
TIERS: dict[tuple[str, str], Tiers] = {
    ("API Gateway", "requests (M)"): (
        (333, API_GATEWAY_REST_M),
        (1_000, 2.80),
        (20_000, 2.38),
        (ENDLESS, 1.51),
    ),
    ("API Gateway", "HTTP requests (M)"): ((300, API_GATEWAY_HTTP_M), (ENDLESS, 0.90)),
    ("CloudFront", "answers (GB)"): (
        (10 * 1024, CLOUDFRONT_OUT_GB),
        (50 * 1024, 0.080),
        (150 * 1024, 0.060),
        (ENDLESS, 0.040),
    ),
}
