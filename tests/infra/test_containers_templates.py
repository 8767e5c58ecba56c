"""The stacks of a stage whose API is served by containers, and that others stay as they are."""

import json

import pytest

from infra.declared import containers as declared
from infra.declared.functions import FUNCTIONS
from infra.declared.stages import DEV
from infra.deploy.policies import Place, policy, resource_arns

ACCOUNT = "${AWS::AccountId}"
# The stacks that a serverless stage has too, and that know of the containers.
CHANGED = {"access", "edge", "monitoring", "pipeline"}


@pytest.fixture(scope="module")
def stack(containers):
    return containers["containers"]


def test_a_serverless_stage_has_no_stack_of_them(dev, prod, first):
    for templates in (dev, prod, first):
        assert not templates.units & {"containers", "images"}


def test_all_else_is_shared_and_stays_as_it_is(dev, containers):
    assert containers.units == dev.units | {"containers", "images"}
    for unit in dev.units - CHANGED:
        assert containers[unit].body == dev[unit].body, unit


def test_containers_need_the_image_the_data_and_the_api(containers):
    taken = containers.dependencies()
    assert taken["containers"] == {"api", "data", "edge", "images"}
    assert taken["images"] == set()
    assert "containers" in taken["monitoring"]


def test_no_stack_of_a_serverless_stage_is_kept_by_what_the_containers_import(containers, dev):
    """Else a stage could not leave them: an export in use cannot be taken away."""
    imported = set(find_imports(containers["containers"].body))
    exported = {
        output["Export"]["Name"]
        for unit in dev.units
        for output in dev[unit].body.get("Outputs", {}).values()
    }
    assert imported
    assert imported <= exported


def find_imports(value):
    if isinstance(value, dict):
        if list(value) == ["Fn::ImportValue"]:
            yield value["Fn::ImportValue"]
        for item in value.values():
            yield from find_imports(item)
    if isinstance(value, list):
        for item in value:
            yield from find_imports(item)


def test_the_load_balancer_is_inside_and_cloudfront_alone_reaches_it(stack, containers):
    balancer = stack.one("ElasticLoadBalancingV2::LoadBalancer")
    assert balancer["Scheme"] == "internal"
    inbound = [
        rule
        for group in stack.all("EC2::SecurityGroup").values()
        for rule in group.get("SecurityGroupIngress", [])
    ]
    assert [(rule["CidrIp"], rule["FromPort"]) for rule in inbound] == [("10.0.0.0/16", 80)]
    (subnets,) = [
        names for names in [balancer["Subnets"]] if all("IsolatedSubnet" in name for name in names)
    ]
    assert len(subnets) == 2
    origin = stack.one("CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    assert origin["OriginProtocolPolicy"] == "http-only"
    origins = containers["edge"].one("CloudFront::Distribution")["DistributionConfig"]["Origins"]
    api = [origin for origin in origins if "VpcOriginConfig" in origin]
    assert [(origin["DomainName"], origin["VpcOriginConfig"]["VpcOriginId"]) for origin in api] == [
        ("internal-omni-api.elb.amazonaws.com", "vo_123")
    ]
    assert "execute-api" not in json.dumps(origins)


def test_cloudfront_stays_at_the_rest_api_until_the_containers_are_there(secured):
    origins = secured["edge"].one("CloudFront::Distribution")["DistributionConfig"]["Origins"]
    assert any("execute-api" in origin["DomainName"] for origin in origins)
    assert not any("VpcOriginConfig" in origin for origin in origins)


def test_with_a_certificate_it_speaks_https_alone(secured):
    stack = secured["containers"]
    listener = stack.one("ElasticLoadBalancingV2::Listener")
    assert (listener["Port"], listener["Protocol"]) == (443, "HTTPS")
    assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13")
    assert listener["Certificates"][0]["CertificateArn"].startswith("arn:aws:acm:eu-west-1:")
    origin = stack.one("CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    assert origin["OriginProtocolPolicy"] == "https-only"
    assert stack.outputs[declared.ORIGIN_HOST_OUTPUT]["Value"] == "api.example.com"


def find_task(stack, family):
    task = stack.one("ECS::TaskDefinition", Family=family)
    (container,) = task["ContainerDefinitions"]
    variables = {variable["Name"]: variable["Value"] for variable in container["Environment"]}
    return task, container, variables


def test_the_tasks_run_what_the_image_has(stack):
    _, api, _ = find_task(stack, "omni-api-dev")
    _, events, _ = find_task(stack, "omni-events-dev")
    assert api["Command"] == list(declared.API_COMMAND)
    assert events["Command"] == list(declared.EVENTS_COMMAND)
    assert events["HealthCheck"]["Command"] == ["CMD", *declared.EVENTS_HEALTH_COMMAND]
    for container in (api, events):
        assert "omni-api-repo-dev:0123abc" in container["Image"]
        assert container["ReadonlyRootFilesystem"] is True
        assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
        assert container["StopTimeout"] == 120


def test_a_container_is_told_what_the_functions_are_told_and_what_only_it_needs(stack):
    _, _, api = find_task(stack, "omni-api-dev")
    _, _, events = find_task(stack, "omni-events-dev")
    assert api["STAGE"] == "dev"
    assert api["OPEN_INTAKE"] == "0"
    assert api["ORDERS_TABLE"] == "orders-dev"
    assert api["ORDERS_QUEUE_URL"] == (
        f"https://sqs.us-east-1.${{AWS::URLSuffix}}/{ACCOUNT}/POC-Queue-dev"
    )
    assert api["ORDERS_TABLE_STREAM_ARN"] == "${omnidata-dev-OrdersTableStreamArn}"
    assert api["USER_POOL_ARN"] == "${omnidata-dev-UserPoolArn}"
    assert api["USER_POOL_CLIENT_ID"] == "${omnidata-dev-UserPoolClientId}"
    assert (api["PROXY_NETWORKS"], api["PROXY_HOPS"]) == ("10.0.0.0/16", "2")
    assert int(api["DRAIN_S"]) + int(api["STOP_BUDGET_S"]) < 120
    assert set(api) - set(events) == {
        "DRAIN_S",
        "PROXY_HOPS",
        "PROXY_NETWORKS",
        "USAGE_PLAN",
        "USER_POOL_CLIENT_ID",
    }
    assert set(events) < set(api)


def allowed(stack, role):
    """Pairs of action and resource that a task role has."""
    return {
        (action, resource)
        for statement in stack.statements(role)
        for action in as_list(statement["Action"])
        for resource in as_list(statement.get("Resource", "phone numbers"))
    }


def as_list(value):
    return [value] if isinstance(value, str) else value


def wanted(functions):
    """The same of the functions' own policies, without what is Lambda's."""
    place = Place(ACCOUNT, DEV.region, "${AWS::Partition}")
    outputs = {
        "OrdersTableStreamArn": "${omnidata-dev-OrdersTableStreamArn}",
        "TenantReaderRoleArn": f"arn:${{AWS::Partition}}:iam::{ACCOUNT}:role/OmniTenantReader-dev",
    }
    arns = resource_arns(DEV.resources(ACCOUNT), place, outputs)
    return {
        (action, resource)
        for function in functions
        for statement in policy(function, name="f", place=place, arns=arns)["Statement"]
        if statement["Sid"] not in ("Logs", "Traces", "Source", "SourceList")
        for action in statement["Action"]
        for resource in as_list(statement.get("Resource", "phone numbers"))
    }


def test_the_api_may_what_the_functions_behind_the_routes_may_and_read_its_keys(stack):
    functions = [function for function in FUNCTIONS if function.handler in (None, "tenant_key")]
    base = "arn:${AWS::Partition}:apigateway:us-east-1::"
    keys = {
        ("apigateway:GET", f"{base}{path}")
        for path in ("/usageplans", "/usageplans/*/keys", "/apikeys/*")
    }
    assert allowed(stack, "ApiRole") == wanted(functions) | keys


def test_the_event_sources_may_what_the_other_functions_may_and_read_their_sources(stack):
    functions = [function for function in FUNCTIONS if function.source is not None]
    beyond = allowed(stack, "EventsRole") - wanted(functions)
    assert wanted(functions) <= allowed(stack, "EventsRole")
    assert {action for action, _ in beyond} == {
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
        "sqs:DeleteMessage",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    }
    queues = {
        resource.rpartition(":")[2] for action, resource in beyond if action == "sqs:GetQueueUrl"
    }
    sources = [
        function.source
        for function in FUNCTIONS
        if function.source and function.source.service == "sqs"
    ]
    assert len(queues) == len(sources)


def test_a_tenants_logs_are_read_by_the_api_of_either_kind(dev, containers):
    def readers(templates):
        role = next(
            role
            for role in templates["access"].all("IAM::Role").values()
            if role["RoleName"] == "OmniTenantReader-dev"
        )
        statements = role["AssumeRolePolicyDocument"]["Statement"]
        return as_list(statements[0]["Condition"]["ArnEquals"]["aws:PrincipalArn"])

    assert len(readers(dev)) == 1
    assert readers(containers)[:1] == readers(dev)
    assert readers(containers)[1].endswith(":role/OmniApiTaskRole-dev")


def test_apis_grow_with_their_load_and_new_tasks_come_before_old_ones_go(stack, secured):
    services = stack.all("ECS::Service").values()
    assert {service["ServiceName"]: service["DesiredCount"] for service in services} == {
        "omni-api-dev": 1,
        "omni-events-dev": 1,
    }
    for service in services:
        rules = service["DeploymentConfiguration"]
        assert (rules["MinimumHealthyPercent"], rules["MaximumPercent"]) == (100, 200)
        assert rules["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    targets = secured["containers"].all("ApplicationAutoScaling::ScalableTarget").values()
    assert sorted((target["MinCapacity"], target["MaxCapacity"]) for target in targets) == [
        (1, 8),
        (2, 8),
    ]


def test_containers_are_watched_in_the_functions_place(containers, dev):
    def names(templates):
        alarms = templates["monitoring"].all("CloudWatch::Alarm").values()
        return {alarm["AlarmName"] for alarm in alarms}

    assert names(containers) - names(dev) == {
        "omnidata-dev-containers-errors",
        "omnidata-dev-containers-p95",
        "omnidata-dev-containers-unwell",
        "omnidata-dev-events-silent",
    }
    assert names(dev) <= names(containers)
    traffic = containers["monitoring"].one(
        "CloudWatch::Alarm", AlarmName="omnidata-dev-high-traffic"
    )
    (metric,) = traffic["Metrics"]
    assert metric["MetricStat"]["Metric"]["Namespace"] == "AWS/ApplicationELB"
    assert metric["MetricStat"]["Metric"]["MetricName"] == "RequestCount"


def test_the_pipeline_tells_the_stage_that_it_has_containers(containers, dev):
    def told(templates):
        return {
            variable["Name"]: variable["Value"]
            for project in templates["pipeline"].all("CodeBuild::Project").values()
            for variable in project["Environment"]["EnvironmentVariables"]
        }

    assert told(containers)["INFRA_TYPE"] == "containers"
    assert "INFRA_TYPE" not in told(dev)


def test_the_stack_may_be_deleted_where_the_stage_keeps_its_data(secured):
    manifest = json.loads((secured.folder / "manifest.json").read_text())
    protected = {
        name: made["properties"].get("terminationProtection", False)
        for name, made in manifest["artifacts"].items()
        if made["type"] == "aws:cloudformation:stack"
    }
    assert protected["omnidata-prod-containers"] is False
    assert protected["omnidata-prod-images"] is True
