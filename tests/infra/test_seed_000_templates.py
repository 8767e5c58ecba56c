"""Every row of seed 000 that a template fulfils; Chalice's functions and routes are elsewhere."""

import pytest

PLAIN = {"prod": "", "dev": "-dev"}


@pytest.fixture(params=PLAIN)
def stage(request, dev, prod):
    """The templates of a stage, and what its names end in."""
    return {"dev": dev, "prod": prod}[request.param], PLAIN[request.param]


# Phase 1: the table.


def test_the_records_table_is_keyed_by_user_id_and_paid_by_request(stage):
    templates, end = stage
    table = templates["data"].one("DynamoDB::Table", TableName=f"OmniData{end}")

    assert table["KeySchema"] == [{"AttributeName": "user_id", "KeyType": "HASH"}]
    assert table["AttributeDefinitions"] == [{"AttributeName": "user_id", "AttributeType": "S"}]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}


# Phase 3: key, plan, alarm.


def test_the_plan_allows_ten_a_second_and_five_hundred_a_day(stage):
    templates, end = stage
    plan = templates["api"].one("ApiGateway::UsagePlan", UsagePlanName=f"BasicPlan{end}")

    assert plan["Throttle"] == {"RateLimit": 10, "BurstLimit": 20}
    assert plan["Quota"] == {"Limit": 500, "Period": "DAY"}


def test_the_key_is_linked_to_the_plan_and_the_plan_to_the_stage(dev):
    api = dev["api"]
    key, plan = api.all("ApiGateway::ApiKey"), api.all("ApiGateway::UsagePlan")
    link = api.one("ApiGateway::UsagePlanKey")

    assert [item["Name"] for item in key.values()] == ["OmniKey-dev"]
    assert [item["Enabled"] for item in key.values()] == [True]
    assert link["KeyId"] == "${" + next(iter(key)) + "}"
    assert link["UsagePlanId"] == "${" + next(iter(plan)) + "}"
    assert next(iter(plan.values()))["ApiStages"] == [{"ApiId": "abc123", "Stage": "dev"}]


def test_more_than_five_requests_a_minute_raise_the_high_traffic_alarm(dev):
    monitoring = dev["monitoring"]
    alarm = monitoring.one("CloudWatch::Alarm", AlarmName="omnidata-dev-high-traffic")
    threshold = monitoring.body["Parameters"]["HighTrafficThreshold"]
    metric = alarm["Metrics"][0]["MetricStat"]

    assert (threshold["Type"], threshold["Default"]) == ("Number", 5)
    assert alarm["Threshold"] == "${HighTrafficThreshold}"
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["EvaluationPeriods"] == 1
    assert (metric["Stat"], metric["Period"]) == ("Sum", 60)
    assert metric["Metric"] == {
        "Namespace": "AWS/ApiGateway",
        "MetricName": "Count",
        "Dimensions": [
            {"Name": "ApiName", "Value": "omnidata"},
            {"Name": "Stage", "Value": "dev"},
        ],
    }


def test_the_high_traffic_alarm_tells_its_topic_and_that_an_address(dev):
    monitoring = dev["monitoring"]
    alarm = monitoring.one("CloudWatch::Alarm", AlarmName="omnidata-dev-high-traffic")
    (topic,) = alarm["AlarmActions"]

    names = {f"${{{name}}}": resource for name, resource in monitoring.all("SNS::Topic").items()}
    assert names[topic]["TopicName"] == "HighTrafficAlert-dev"
    subscriptions = monitoring.all("SNS::Subscription").values()
    assert {"Protocol": "email", "TopicArn": topic, "Endpoint": "alerts@example.com"} in [
        {name: subscription[name] for name in ("Protocol", "TopicArn", "Endpoint")}
        for subscription in subscriptions
    ]


def test_without_an_address_nobody_is_subscribed(prod):
    assert prod["monitoring"].all("SNS::Subscription") == {}


# Phases 4 and 5: the console and its users.


def test_the_console_lies_in_a_private_bucket(stage):
    templates, end = stage
    bucket = templates["edge"].one(
        "S3::Bucket", BucketName=f"omni-data-frontend{end}-${{AWS::AccountId}}-us-east-1"
    )

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "WebsiteConfiguration" not in bucket


def test_only_the_distribution_may_read_the_console(dev):
    edge = dev["edge"]
    distribution = next(iter(edge.all("CloudFront::Distribution")))
    allowed = [
        statement
        for policy in edge.all("S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and "s3:GetObject" in statement["Action"]
    ]

    assert len(allowed) == 1
    assert allowed[0]["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed[0]["Condition"]["StringEquals"]["AWS:SourceArn"].endswith(
        f":distribution/${{{distribution}}}"
    )


def test_the_distribution_signs_its_reads_by_an_origin_access_control(dev):
    edge = dev["edge"]
    control = edge.one("CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    origins = edge.one("CloudFront::Distribution")["DistributionConfig"]["Origins"]
    (files,) = [origin for origin in origins if "S3OriginConfig" in origin]

    assert (control["SigningBehavior"], control["SigningProtocol"]) == ("always", "sigv4")
    assert files["OriginAccessControlId"].endswith(".Id}")


def test_every_viewer_is_redirected_to_https_and_the_root_is_the_index(dev):
    config = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]]

    assert {behavior["ViewerProtocolPolicy"] for behavior in behaviors} == {"redirect-to-https"}
    assert config["DefaultRootObject"] == "index.html"


def test_users_sign_in_by_email(stage):
    templates, end = stage
    pool = templates["auth"].one("Cognito::UserPool", UserPoolName=f"OmniUsers{end}")

    assert pool["UsernameAttributes"] == ["email"]
    assert pool["AutoVerifiedAttributes"] == ["email"]
    assert pool["UserAttributeUpdateSettings"] == {
        "AttributesRequireVerificationBeforeUpdate": ["email"]
    }
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}


def test_the_clients_callback_is_the_distribution(dev):
    client = dev["auth"].one("Cognito::UserPoolClient", ClientName="OmniWebClient-dev")
    url = client["CallbackURLs"][0]

    assert url.startswith("https://${omnidata-dev-edge:ExportsOutputFnGetAttCdnDistribution")
    assert client["CallbackURLs"] == client["LogoutURLs"]
    assert client["CallbackURLs"] == [
        url,
        f"{url}/",
        "http://localhost:8000",
        "http://localhost:8000/",
    ]


def test_the_client_of_prod_returns_to_its_own_domain_alone(prod):
    client = prod["auth"].one("Cognito::UserPoolClient", ClientName="OmniWebClient")

    assert client["CallbackURLs"] == ["https://console.example.com", "https://console.example.com/"]


# Phase 6: the queue.


def test_searches_are_queued_in_a_standard_queue(stage):
    templates, end = stage
    queue = templates["data"].one("SQS::Queue", QueueName=f"OmniQueue{end}")

    assert "FifoQueue" not in queue
    assert queue["VisibilityTimeout"] == 120


# Phase 7: the container.


def test_the_archive_bucket_and_the_image_repository_bear_the_seeds_names(stage):
    templates, end = stage

    templates["data"].one(
        "S3::Bucket", BucketName=f"omni-analytics-data{end}-${{AWS::AccountId}}-us-east-1"
    )
    templates["worker"].one("ECR::Repository", RepositoryName=f"omni-worker-repo{end}")


def test_the_task_runs_the_image_of_the_repository(dev, prod):
    for templates, tag in ((dev, "latest"), (prod, "0123abc")):
        worker = templates["worker"]
        repository = next(iter(worker.all("ECR::Repository")))
        (container,) = worker.one("ECS::TaskDefinition")["ContainerDefinitions"]
        assert container["Image"].endswith(f"/${{{repository}}}:{tag}")


def test_the_task_is_told_queue_and_bucket_by_the_seeds_variables(dev):
    (container,) = dev["worker"].one("ECS::TaskDefinition")["ContainerDefinitions"]
    told = {item["Name"]: item["Value"] for item in container["Environment"]}

    assert set(told) == {"STAGE", "AWS_REGION", "SQS_URL", "BUCKET_NAME", "STATE_TABLE"}
    assert told["SQS_URL"].startswith("${omnidata-dev-data:ExportsOutputRefQueuesSearchQueueUrl")
    assert told["BUCKET_NAME"] == "omni-analytics-data-dev-${AWS::AccountId}-us-east-1"
    assert (told["STAGE"], told["AWS_REGION"]) == ("dev", "us-east-1")


def test_the_cluster_runs_fargate_tasks_with_public_addresses(stage):
    templates, end = stage
    worker = templates["worker"]
    service = worker.one("ECS::Service")

    worker.one("ECS::Cluster", ClusterName=f"OmniCluster{end}")
    assert worker.one("ECS::TaskDefinition")["RequiresCompatibilities"] == ["FARGATE"]
    network = service["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "ENABLED"
    assert len(network["Subnets"]) == 2


def test_the_task_role_may_do_what_the_worker_does_and_no_more(dev):
    worker = dev["worker"]
    role = worker.one("IAM::Role", RoleName="OmniWorkerTaskRole-dev")
    queue, archive, heartbeat, failures = worker.statements("TaskRole")

    assert "ManagedPolicyArns" not in role  # the seed's two FullAccess policies
    assert queue["Action"] == [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:ReceiveMessage",
    ]
    assert "QueuesSearchQueueUrlQueue" in queue["Resource"]
    assert archive["Action"] == "s3:PutObject"
    assert archive["Resource"] == (
        "arn:${AWS::Partition}:s3:::omni-analytics-data-dev-${AWS::AccountId}-us-east-1/searches/*"
    )
    assert heartbeat["Action"] == "dynamodb:PutItem"
    assert "TablesStateTable" in heartbeat["Resource"]
    assert heartbeat["Condition"] == {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["HEARTBEAT"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
    assert failures["Action"] == "dynamodb:UpdateItem"
    assert failures["Resource"] == heartbeat["Resource"]
    assert failures["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["FAILURE#searches#*"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_the_execution_role_pulls_the_image_and_writes_the_log(dev):
    worker = dev["worker"]
    pull, token, logs = worker.statements("ExecutionRole")

    assert pull["Resource"].startswith("${Repository")
    assert token == {"Action": "ecr:GetAuthorizationToken", "Effect": "Allow", "Resource": "*"}
    assert logs["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert logs["Resource"].startswith("${Logs")


def test_the_service_is_deleted_before_its_clusters_capacity_providers(dev):
    worker = dev["worker"]
    (service,) = worker.policies("ECS::Service").values()
    (providers,) = worker.all("ECS::ClusterCapacityProviderAssociations")

    assert providers in service["DependsOn"]
