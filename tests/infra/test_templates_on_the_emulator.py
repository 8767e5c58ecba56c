"""The templates that the emulator's CloudFormation understands are deployed, and then looked at.

The others are of kinds that it does not make: WAF associations, scaling, metric math, GuardDuty.
"""

import json

import pytest
from ministack.services.cloudformation import provisioners
from support.local_system import aws_of, local, running_emulator
from support.waiting import until

from infra.declared import stages
from infra.rehearsal import placeholders

ACCOUNT = "000000000000"
BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
UNITS = ("edge", "data", "auth", "access")


@pytest.fixture(scope="module")
def deployed(dev, tmp_path_factory):
    """Clients of the emulator, and what the stacks put out."""
    config = local(tmp_path_factory.mktemp("stacks"))
    with running_emulator(config, guarded=False):
        client = aws_of(config).client
        client("ssm").put_parameter(Name=BOOTSTRAP, Value="30", Type="String")
        outputs = {}
        for unit in UNITS:
            outputs |= _deploy(client("cloudformation"), unit, dev)
        yield client, outputs


def _deploy(cloudformation, unit, templates):
    name = f"omnidata-dev-{unit}"
    cloudformation.create_stack(
        StackName=name,
        # Inline, a template may have 51,200 bytes; CDK itself deploys it from its bucket.
        TemplateBody=json.dumps(templates[unit].body, separators=(",", ":")),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    def settled():
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack

    stack = until(settled, within_s=30, what=f"an end of {name}")
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack.get("StackStatusReason")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_the_tables_are_there_with_their_keys(deployed):
    client, outputs = deployed
    dynamodb = client("dynamodb")

    for table in stages.DEV.resources(ACCOUNT).tables:
        made = dynamodb.describe_table(TableName=outputs[table.output])["Table"]
        keys = [item["AttributeName"] for item in made["KeySchema"]]
        assert keys == [name for name in (table.partition_key, table.sort_key) if name]


def test_what_is_received_in_vain_ends_among_the_dead_letters(deployed):
    client, outputs = deployed
    sqs = client("sqs")
    queue = outputs["SearchQueueUrl"]
    dead = sqs.get_queue_url(QueueName="OmniQueue-dev-dlq")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    for _ in range(5):
        sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)
    sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=0)

    until(lambda: sqs.receive_message(QueueUrl=dead).get("Messages"), what="a dead letter")


def test_the_secret_has_a_value_that_nobody_wrote_down(deployed):
    client, _ = deployed
    value = client("secretsmanager").get_secret_value(SecretId="omnidata-dev/cursor-key")

    assert len(value["SecretString"]) >= 32


def test_the_client_signs_in_for_the_distributions_address(deployed):
    client, outputs = deployed
    made = client("cognito-idp").describe_user_pool_client(
        UserPoolId=outputs["UserPoolId"], ClientId=outputs["UserPoolClientId"]
    )["UserPoolClient"]

    assert outputs["ConsoleUrl"].startswith("https://")
    assert outputs["ConsoleUrl"] in made["CallbackURLs"]
    assert made["WriteAttributes"] == ["email"]


def test_the_pools_groups_are_there(deployed):
    client, outputs = deployed
    groups = client("cognito-idp").list_groups(UserPoolId=outputs["UserPoolId"])["Groups"]

    assert {group["GroupName"] for group in groups} == {"operator", "publisher"}


def test_the_evaluators_role_can_be_taken(deployed):
    client, outputs = deployed
    taken = client("sts").assume_role(RoleArn=outputs["EvaluatorRoleArn"], RoleSessionName="test")

    assert taken["Credentials"]["AccessKeyId"]


def test_the_stacks_go_again_and_leave_nothing(deployed):
    client, _ = deployed
    cloudformation = client("cloudformation")
    for unit in reversed(UNITS):
        cloudformation.delete_stack(StackName=f"omnidata-dev-{unit}")

    until(lambda: not client("dynamodb").list_tables()["TableNames"], within_s=20)
    assert client("sqs").list_queues().get("QueueUrls", []) == []


def test_the_rehearsal_makes_or_records_every_type_of_the_stacks(dev):
    """All but the guards' and the pipeline's, whose stacks it does not deploy."""
    known = {*provisioners._RESOURCE_HANDLERS, *placeholders.TYPES}
    units = set(dev.units) - {"security", "pipeline"}
    types = {r["Type"] for unit in units for r in dev[unit].body["Resources"].values()}
    assert types <= known
    assert len(types) > 40
