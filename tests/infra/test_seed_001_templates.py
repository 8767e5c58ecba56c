"""What seed 001 adds: traces and alarms, the network, the waking worker, and its three wishes."""

import json

SCALING = "ApplicationAutoScaling::ScalingPolicy"


def test_images_are_scanned_when_they_are_pushed(dev):
    repository = dev["worker"].one("ECR::Repository")

    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_a_commits_tag_never_moves_and_latest_does(dev):
    repository = dev["worker"].one("ECR::Repository")

    assert repository["ImageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert [
        item["ImageTagMutabilityExclusionFilterValue"]
        for item in repository["ImageTagMutabilityExclusionFilters"]
    ] == ["latest"]


def test_the_worker_has_a_network_of_its_own_without_a_nat_gateway(dev):
    worker = dev["worker"]
    routes = worker.all("EC2::Route").values()

    assert len(worker.all("EC2::VPC")) == 1
    assert worker.all("EC2::NatGateway") == {}
    assert all(route["GatewayId"].startswith("${NetworkVpcIGW") for route in routes)
    assert worker.one("EC2::FlowLog")["TrafficType"] == "REJECT"


def test_s3_and_dynamodb_are_reached_by_gateway_endpoints(dev):
    endpoints = dev["worker"].all("EC2::VPCEndpoint").values()

    assert {endpoint["VpcEndpointType"] for endpoint in endpoints} == {"Gateway"}
    assert {endpoint["ServiceName"].rpartition(".")[2] for endpoint in endpoints} == {
        "s3",
        "dynamodb",
    }


def test_nothing_may_come_in_and_only_https_go_out(dev):
    group = dev["worker"].one("EC2::SecurityGroup")

    assert "SecurityGroupIngress" not in group
    assert dev["worker"].all("EC2::SecurityGroupIngress") == {}
    (out,) = group["SecurityGroupEgress"]
    assert (out["IpProtocol"], out["FromPort"], out["ToPort"]) == ("tcp", 443, 443)


def test_the_workers_log_can_be_watched_for_a_month(dev):
    worker = dev["worker"]
    (container,) = worker.one("ECS::TaskDefinition")["ContainerDefinitions"]
    log = container["LogConfiguration"]

    assert log["LogDriver"] == "awslogs"
    assert worker.one("Logs::LogGroup", LogGroupName="/ecs/omnidata-dev-worker")[
        "RetentionInDays"
    ] == (30)
    assert log["Options"]["awslogs-stream-prefix"] == "worker"


def test_every_log_group_of_every_stage_is_kept_for_a_month(dev, prod, europe):
    groups = [
        group
        for templates in (dev, prod, europe)
        for unit in templates.units
        for group in templates[unit].all("Logs::LogGroup").values()
    ]

    assert len(groups) == 12
    assert {item["RetentionInDays"] for item in groups} == {30}


def test_the_worker_wakes_with_the_first_message_and_sleeps_after_the_last(dev):
    worker = dev["worker"]
    target = worker.one("ApplicationAutoScaling::ScalableTarget")
    alarms = {
        item["ComparisonOperator"]: item["Threshold"]
        for item in worker.all("CloudWatch::Alarm").values()
    }
    steps = {
        step["ScalingAdjustment"]
        for policy in worker.all(SCALING).values()
        for step in policy["StepScalingPolicyConfiguration"]["StepAdjustments"]
    }

    assert worker.one("ECS::Service")["DesiredCount"] == 0
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 2)
    assert alarms == {"LessThanOrEqualToThreshold": 0, "GreaterThanOrEqualToThreshold": 1}
    assert steps == {0, 1, 2}


def test_the_worker_is_scaled_by_messages_waiting_and_in_flight(dev):
    for alarm in dev["worker"].all("CloudWatch::Alarm").values():
        expression, *metrics = alarm["Metrics"]
        assert expression["Expression"] == "waiting + in_flight"
        assert {metric["MetricStat"]["Metric"]["MetricName"] for metric in metrics} == {
            "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible",
        }


def test_prod_has_room_for_four_larger_tasks(prod):
    worker = prod["worker"]
    task = worker.one("ECS::TaskDefinition")

    assert worker.one("ApplicationAutoScaling::ScalableTarget")["MaxCapacity"] == 4
    assert (task["Cpu"], task["Memory"]) == ("512", "1024")


def test_tasks_run_on_spot_and_on_arm(dev):
    worker = dev["worker"]

    assert worker.one("ECS::Service")["CapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 1}
    ]
    assert worker.one("ECS::TaskDefinition")["RuntimePlatform"]["CpuArchitecture"] == "ARM64"


def test_a_stopped_task_has_time_to_flush(dev):
    (container,) = dev["worker"].one("ECS::TaskDefinition")["ContainerDefinitions"]

    assert container["StopTimeout"] == 30  # the worker's own budget is 25


def test_a_task_is_replaced_when_it_no_longer_polls(dev):
    (container,) = dev["worker"].one("ECS::TaskDefinition")["ContainerDefinitions"]

    assert container["HealthCheck"] == {
        "Command": ["CMD", "python", "-m", "worker.health"],
        "Interval": 30,
        "Retries": 3,
        "StartPeriod": 60,
        "Timeout": 5,
    }


def test_a_task_can_write_to_a_small_tmp_alone(dev):
    (container,) = dev["worker"].one("ECS::TaskDefinition")["ContainerDefinitions"]

    assert container["ReadonlyRootFilesystem"] is True
    (scratch,) = container["LinuxParameters"]["Tmpfs"]
    assert scratch == {"ContainerPath": "/tmp", "Size": 16}  # noqa: S108 the container's own
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}


def test_a_failing_deployment_rolls_itself_back(dev):
    deployment = dev["worker"].one("ECS::Service")["DeploymentConfiguration"]

    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


# "Future improvements".


def test_a_push_builds_the_image_and_deploys_the_stage(dev):
    pipeline = dev["pipeline"].one("CodePipeline::Pipeline")
    source, image, deploy = [stage["Actions"][0] for stage in pipeline["Stages"]]

    assert source["Configuration"]["DetectChanges"] is True
    assert source["Configuration"]["FullRepositoryId"] == "${Repository}"
    assert [item["ActionTypeId"]["Provider"] for item in (source, image, deploy)] == [
        "CodeStarSourceConnection",
        "CodeBuild",
        "CodeBuild",
    ]
    assert json.loads(deploy["Configuration"]["EnvironmentVariables"]) == [
        {"name": "WORKER_IMAGE_TAG", "value": "#{Source.CommitId}"}
    ]


def test_the_image_is_pushed_under_the_commit_and_the_deploy_is_make_deploy(dev):
    commands = {
        name.startswith("BuildsImage"): json.loads(resource["Source"]["BuildSpec"])["phases"][
            "build"
        ]
        for name, resource in dev["pipeline"].all("CodeBuild::Project").items()
    }

    assert commands[False]["commands"] == ["make check", "make deploy STAGE=$STAGE"]
    image = commands[True]["commands"][-1]
    assert "docker push $REPOSITORY_URI:$TAG" in image
    assert "docker build -f worker/Dockerfile" in image


def test_the_pipeline_may_change_the_mappings_of_the_stages_own_functions_alone(dev):
    (mappings,) = [
        statement
        for policy in dev["pipeline"].all("IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "lambda:UpdateEventSourceMapping" in statement["Action"]
    ]

    (own,) = mappings["Condition"]["ArnLike"].values()
    assert own.endswith(":function:omnidata-dev*")


def test_the_pipelines_deploy_knows_every_setting_that_a_person_gave(prod):
    projects = prod["pipeline"].all("CodeBuild::Project").items()
    (deploy,) = [project for name, project in projects if name.startswith("BuildsDeploy")]
    told = {
        environment_variable["Name"]: environment_variable["Value"]
        for environment_variable in deploy["Environment"]["EnvironmentVariables"]
    }

    assert told["STAGE"] == "prod"
    assert told["CONSOLE_DOMAIN"] == "console.example.com"
    assert told["EVALUATOR_ARN"] == "arn:aws:iam::111122223333:role/Graders"
    assert told["GITHUB_ISSUER"] == "https://github-oidc.example.com"
    assert told["GUARDS_ACCOUNT"] == "0"


def test_only_the_image_build_runs_privileged_and_both_build_for_arm(dev):
    environments = {
        name: resource["Environment"]
        for name, resource in dev["pipeline"].all("CodeBuild::Project").items()
    }

    privileged = {
        name for name, environment in environments.items() if environment["PrivilegedMode"]
    }
    assert [name.startswith("BuildsImage") for name in privileged] == [True]
    assert {environment["Type"] for environment in environments.values()} == {"ARM_CONTAINER"}


def test_the_archive_is_a_table_whose_partitions_are_computed(dev):
    table = dev["analytics"].one("Glue::Table")["TableInput"]
    parameters = table["Parameters"]

    assert [partition_key["Name"] for partition_key in table["PartitionKeys"]] == ["dt", "hour"]
    assert parameters["projection.enabled"] == "true"
    assert parameters["projection.dt.type"] == "date"
    assert parameters["projection.dt.format"] == "yyyy-MM-dd"
    assert parameters["projection.dt.range"] == "2025-01-01,NOW"
    assert parameters["projection.hour.range"] == "0,23"
    assert parameters["projection.hour.digits"] == "2"
    assert parameters["storage.location.template"].startswith("s3://${omnidata-dev-data:")
    assert parameters["storage.location.template"].endswith("}/searches/dt=${dt}/hour=${hour}/")
    assert table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"] == (
        "org.openx.data.jsonserde.JsonSerDe"
    )


def test_the_workgroup_encrypts_its_results_and_bounds_what_a_query_reads(dev):
    group = dev["analytics"].one("Athena::WorkGroup")
    settings = group["WorkGroupConfiguration"]

    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["BytesScannedCutoffPerQuery"] == 10 * 1024**3
    assert settings["ResultConfiguration"]["EncryptionConfiguration"] == {
        "EncryptionOption": "SSE_S3"
    }
