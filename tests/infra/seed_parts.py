"""What the five seeds consist of: their parts, and the names and figures that they give."""

# Every part of every seed, in its order.
PARTS = {
    "Seed 000": [
        "Phase 1: The foundation",
        "Phase 2: The retrieval",
        "Phase 3: Security and observability",
        "Phase 4: Frontend hosting",
        "Phase 5: Professional security",
        "Phase 6: The asynchronous architecture",
        "Phase 7: The heavy lifter",
    ],
    "Seed 001": [
        "Design and services",
        "Phase 1: The serverless core",
        "Phase 2: API and security layer",
        "Phase 3: Frontend and edge security",
        "Phase 4: Asynchronous decoupling",
        "Phase 5: Containerised worker",
        "Verification tests",
        "Challenges",
        "Future improvements",
    ],
    "Seed 002": [
        "Overview diagram",
        "Cost comparison",
        "CDK stacks",
        "Data layer: the table",
        "Data layer: stream and bucket",
        "API layer",
        "Worker layer",
        "Scheduler layer",
        "Security layer",
        "Observability",
        "Deployment",
        "Comparison",
        "Migration path",
    ],
    "Seed 003": [
        "Architecture",
        "Task 1: IAM policies and roles",
        "Task 2: DynamoDB table",
        "Task 3: SQS queue",
        "Task 4: Function and trigger",
        "Task 5: DynamoDB Streams",
        "Task 6: SNS topic and subscription",
        "Task 7: Function that publishes",
        "Task 8: API",
        "Task 9: Testing",
        "Task 10: Cleaning up",
    ],
    "Seed 004": [
        "Architecture",
        "Project structure",
        "Deploy",
        "Evaluator",
        "Scenarios",
        "The flood and crashes",
        "Cleanup",
    ],
}
# Names and figures that the seeds give; each stands in the first column of its seed's rows.
GIVEN = {
    "Seed 000": (
        "OmniData|user_id|OmniIngest|Python 3.12|OmniAPI|/stream|ServerlessUserGetter|/get-user|"
        "Dev|OmniKey|BasicPlan|10 requests/s|500 requests/day|API key required|X-Ray|above 5|"
        "1 minute|HighTrafficAlert|omni-data-frontend-|OAC|redirected to HTTPS|index.html|"
        "OmniUsers|OmniWebClient|Callback URL|OmniCognito|OmniQueue|AmazonSQSFullAccess|"
        "AmazonS3FullAccess|omni-analytics-data-|omni-worker-repo|SQS_QUEUE_URL|S3_BUCKET_NAME|"
        "20 seconds|search_log_|5 seconds|python:3.9-slim|OmniCluster|OmniWorkerTaskRole|SQS_URL|"
        "BUCKET_NAME|public IP"
    ),
    "Seed 001": (
        "15 minutes|Sub-millisecond|10 requests/min|OAI|JWT|1. |2. |3. |401|403|OPTIONS|Terraform|"
        "CodePipeline|QuickSight"
    ),
    "Seed 002": (
        "TLS 1.3|$180-200|$5-15|90 %+|$200-250|$20-40|80 %+|$250-350|$50-80|70 %+|GSI1PK|GSI2PK|"
        "ttl|CHANNEL#<type>|STATUS#scheduled|CERT#<id>|omnichannel-messages|1 shard|24 hours|"
        "SSE-S3|v1|1000 requests/s|2000|512 MB|30 seconds|1 month|1024 MB|5 minutes|"
        "Concurrency 10|10 records|5 seconds|Retry attempts 3|USE_AI_AGENT|256 MB|Timeout 1 minute|"
        "anthropic.claude-haiku-4-5-20251001-v1:0|priority 1|priority 2|priority 3|"
        "every 15 minutes|> 1 %|2000 requests per 5 minutes|> 10 s|> 0|ConcurrentExecutions|"
        "INFRA_TYPE|100-500 ms|15 minutes"
    ),
    "Seed 003": (
        "dynamodb:PutItem|dynamodb:DescribeTable|sns:Publish|sns:GetTopicAttributes|sns:ListTopics|"
        "dynamodb:GetShardIterator|dynamodb:DescribeStream|dynamodb:ListStreams|"
        "dynamodb:GetRecords|sqs:DeleteMessage|sqs:ReceiveMessage|sqs:GetQueueAttributes|"
        "sqs:ChangeMessageVisibility|orders|orderID|POC-Queue|POC-Lambda-1|Python 3.9|new image|"
        "POC-Lambda-Test-1|POC-Topic|POC-Lambda-2|New Order Notification|POC-API"
    ),
    "Seed 004": (
        "202|tenant_id|main.tf|ingest.py|worker.py|terraform init|terraform apply|api_endpoint|"
        "us-west-1|/ingest|evaluator_access_key|evaluator_secret_key|MultiTenantLogs|acme|101|"
        "X-Tenant-ID: beta_inc|batch of 5|terraform destroy"
    ),
}
