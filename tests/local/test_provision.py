"""What is declared is made on a real emulator: once, again without harm, and on other ports."""

import base64
import dataclasses
import json
import os
import signal
import stat

import pytest
from support.local_system import aws_of, free_ports, local, running_emulator

from chalicelib import times
from infra.declared.kinds import Bucket, Index, Queue, Secret, Stream, Table, Topic
from infra.declared.resources import resources
from infra.local.config import LocalConfig
from infra.local.environment import isolate
from infra.local.provision.declared_resources import OtherKeys, ensure_bucket, ensure_table
from infra.local.provision.provision import local_resources, provision
from infra.local.provision.sign_in import id_token

VISIBLE = {"visibility_timeout_s": 5}
BUCKETS = [
    "omni-analytics-data-000000000000-us-east-1",
    "omni-log-claims-000000000000-us-east-1",
    "omni-media-000000000000-us-east-1",
]
MAILBOX = "arn:aws:sqs:us-east-1:000000000000:omnidata-mailbox"


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """An emulator that was provisioned once: its configuration and what that answered."""
    config = local(tmp_path_factory.mktemp("provision"))
    with running_emulator(config):
        yield config, provision(config)


def clients_of(config, pool_id):
    answer = aws_of(config).client("cognito-idp").list_user_pool_clients(UserPoolId=pool_id)
    return [item["ClientName"] for item in answer["UserPoolClients"]]


def subscriptions(config, made):
    sns = aws_of(config).client("sns")
    found = sns.list_subscriptions_by_topic(TopicArn=made.outputs["OrdersTopicArn"])
    return sorted(
        (subscription["Protocol"], subscription["Endpoint"])
        for subscription in found["Subscriptions"]
    )


def user_pool_client(config, made):
    answer = (
        aws_of(config)
        .client("cognito-idp")
        .describe_user_pool_client(
            UserPoolId=made.outputs["UserPoolId"], ClientId=made.outputs["UserPoolClientId"]
        )
    )
    return answer["UserPoolClient"]


def test_the_outputs_name_everything_that_exists(first):
    config, made = first

    assert set(made.outputs) == {
        "ApiUrl",
        "ConsoleUrl",
        "UserPoolId",
        "UserPoolClientId",
        "ApiKey",
        "StateTable",
        "RecordsTable",
        "OrdersTable",
        "OrdersTableStreamArn",
        "LogsTable",
        "SearchQueueUrl",
        "OrdersQueueUrl",
        "LogsQueueUrl",
        "JobsQueueUrl",
        "MailEventsQueueUrl",
        "MailEventsTopicArn",
        "WebhooksQueueUrl",
        "WebhooksTable",
        "AnnounceFailuresUrl",
        "DeliverFailuresUrl",
        "MessagesTable",
        "MessagesStream",
        "MediaBucket",
        "OrdersTopicArn",
        "AnalyticsBucket",
        "ClaimsBucket",
        "AwsEndpointUrl",
        "MailboxUrl",
        "api_endpoint",
        "DemoUser",
        "DemoPassword",
    }
    assert made.outputs["RecordsTable"] == made.variables["RECORDS_TABLE"] == "OmniData"
    assert made.outputs["SearchQueueUrl"] == f"{config.endpoint_url}/000000000000/OmniQueue"
    assert made.outputs["ApiUrl"] == f"http://127.0.0.1:{config.port}/"
    assert made.outputs["api_endpoint"] == f"http://127.0.0.1:{config.port}/ingest"
    assert made.outputs["MailboxUrl"] == f"http://127.0.0.1:{config.port}/_local/mailbox"
    assert made.outputs["OrdersTopicArn"] == made.variables["ORDERS_TOPIC_ARN"]
    stream = made.variables["ORDERS_TABLE_STREAM_ARN"]
    assert made.outputs["OrdersTableStreamArn"] == stream
    assert ":table/orders/stream/" in stream


def test_provisioning_again_makes_nothing_twice(first):
    config, made = first
    aws = aws_of(config)

    again = provision(config)

    assert again == made
    assert len(aws.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]) == 1
    assert clients_of(config, made.outputs["UserPoolId"]) == ["OmniWebClient"]
    assert len(aws.client("apigateway").get_api_keys()["items"]) == 1
    assert len(aws.client("apigateway").get_usage_plans()["items"]) == 1
    assert {
        queue_url.rpartition("/")[2] for queue_url in aws.client("sqs").list_queues()["QueueUrls"]
    } == {
        "OmniDeliver-Failures",
        "OmniJobs",
        "OmniJobs-dlq",
        "OmniMailEvents",
        "OmniMailEvents-dlq",
        "OmniWebhooks",
        "OmniWebhooks-dlq",
        "OmniLogQueue",
        "OmniLogQueue-dlq",
        "OmniQueue",
        "OmniQueue-dlq",
        "POC-Announce-Failures",
        "POC-Queue",
        "POC-Queue-dlq",
        "omnidata-mailbox",
    }
    assert [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]] == BUCKETS
    assert subscriptions(config, made) == [("email", "demo@example.com"), ("sqs", MAILBOX)]


def test_tables_have_their_keys_and_ttl(first):
    config, _ = first
    dynamodb = aws_of(config).client("dynamodb")

    state = dynamodb.describe_table(TableName="OmniState")["Table"]
    ttl = dynamodb.describe_time_to_live(TableName="OmniState")["TimeToLiveDescription"]

    assert state["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert state["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert (ttl["AttributeName"], ttl["TimeToLiveStatus"]) == ("expires_at", "ENABLED")


def test_a_queue_gives_up_a_message_to_its_dead_letter_queue_after_five_receives(first):
    config, made = first
    sqs = aws_of(config).client("sqs")

    asked = sqs.get_queue_attributes(
        QueueUrl=made.outputs["SearchQueueUrl"], AttributeNames=["All"]
    )

    assert asked["Attributes"]["VisibilityTimeout"] == "120"
    assert asked["Attributes"]["MessageRetentionPeriod"] == "1209600"
    assert json.loads(asked["Attributes"]["RedrivePolicy"]) == {
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:OmniQueue-dlq",
        "maxReceiveCount": 5,
    }


def test_an_attribute_that_differs_from_the_declared_one_is_corrected(first):
    config, made = first
    sqs = aws_of(config).client("sqs")
    url = made.outputs["SearchQueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})

    provision(config)

    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert asked["Attributes"] == {"VisibilityTimeout": "120"}


def test_the_key_is_in_the_plan_with_its_limits(first):
    config, made = first
    client = aws_of(config).client("apigateway")

    (plan,) = client.get_usage_plans()["items"]
    (member,) = client.get_usage_plan_keys(usagePlanId=plan["id"])["items"]

    assert (plan["name"], plan["throttle"]) == ("BasicPlan", {"rateLimit": 10, "burstLimit": 20})
    assert (plan["quota"]["limit"], plan["quota"]["period"]) == (100_000, "DAY")
    key = client.get_api_key(apiKey=member["id"], includeValue=True)
    assert (key["name"], key["value"]) == ("OmniKey", made.outputs["ApiKey"])


def test_a_limit_that_was_declared_anew_reaches_the_plan(first):
    config, _ = first
    declared = local_resources()
    slower = dataclasses.replace(declared.usage_plan, rate_limit=3)
    fewer = dataclasses.replace(config, searches_per_day=70)

    provision(fewer, dataclasses.replace(declared, usage_plan=slower))

    (plan,) = aws_of(config).client("apigateway").get_usage_plans()["items"]
    provision(config)
    assert float(plan["throttle"]["rateLimit"]) == 3
    assert int(plan["quota"]["limit"]) == 70


def test_the_demo_users_token_carries_tenant_and_groups(first):
    config, made = first
    pool, client, user, password = (
        made.outputs[name]
        for name in ("UserPoolId", "UserPoolClientId", "DemoUser", "DemoPassword")
    )

    token = id_token(aws_of(config).client("cognito-idp"), pool, client, user, password)

    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["custom:tenant_id"] == "acme"
    assert sorted(claims["cognito:groups"]) == ["operator", "publisher"]
    assert (claims["aud"], claims["token_use"]) == (client, "id")


def test_the_public_client_offers_no_password_flow_and_may_not_move_its_tenant(first):
    config, made = first

    client = user_pool_client(config, made)

    assert client["ExplicitAuthFlows"] == [
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["WriteAttributes"] == ["email"]
    assert "ClientSecret" not in client


def test_generated_values_are_readable_by_their_owner_alone(first):
    config, _ = first

    mode = (config.state_dir / "generated.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_a_kept_table_with_other_keys_is_refused(first):
    config, _ = first
    other = Table(output="X", variable="X", name="OmniData", partition_key="name")

    with pytest.raises(OtherKeys, match="OmniData"):
        ensure_table(aws_of(config).client("dynamodb"), other)


def test_what_is_declared_anew_appears_in_outputs_and_variables(first):
    config, made = first
    declared = local_resources()
    more = dataclasses.replace(
        declared,
        queues=(
            *declared.queues,
            Queue(label="q", output="Q", variable="VQ", name="q2", **VISIBLE),
        ),
        streams=(
            *declared.streams,
            Stream(output="S", variable="VS", name="s2", retention_h=48),
        ),
        topics=(*declared.topics, Topic(output="T", variable="VT", name="t2")),
    )

    provision(config, more)
    again = provision(config, more)

    new = {
        "Q": f"{config.endpoint_url}/000000000000/q2",
        "S": "s2",
        "T": "arn:aws:sns:us-east-1:000000000000:t2",
    }
    assert again.outputs == {**made.outputs, **new}
    watched = json.loads(again.variables["WATCHED"])
    assert watched["queues"]["q"] == {
        "url": new["Q"],
        "dead_letters_url": f"{new['Q']}-dlq",
        "function": "worker",
        "max_receives": 5,
    }
    assert again.variables == {
        **made.variables,
        **{f"V{output}": value for output, value in new.items()},
        "WATCHED": again.variables["WATCHED"],
    }
    stream = aws_of(config).client("kinesis").describe_stream_summary(StreamName="s2")
    assert stream["StreamDescriptionSummary"]["RetentionPeriodHours"] == 48


def test_a_kept_table_gets_the_index_and_the_stream_that_are_declared_later(first):
    config, _ = first
    client = aws_of(config).client("dynamodb")
    plain = Table(output="O", variable="VO", name="later", partition_key="PK", sort_key="SK")
    ensure_table(client, plain)
    client.put_item(
        TableName="later", Item={"PK": {"S": "a"}, "SK": {"S": "b"}, "GSI1PK": {"S": "c"}}
    )

    index = Index(name="GSI1", partition_key="GSI1PK", sort_key="SK")
    grown = dataclasses.replace(plain, indexes=(index,), stream_view="NEW_IMAGE")
    ensure_table(client, grown)
    ensure_table(client, grown)

    found = client.query(
        TableName="later",
        IndexName="GSI1",
        KeyConditionExpression="GSI1PK = :c",
        ExpressionAttributeValues={":c": {"S": "c"}},
    )
    assert [item["PK"]["S"] for item in found["Items"]] == ["a"]
    described = client.describe_table(TableName="later")["Table"]
    assert described["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"


def test_a_rehearsal_of_another_stage_gets_no_mailbox(tmp_path):
    config = local(tmp_path)
    declared = resources(stage="dev", account="000000000000", region="us-east-1")
    with running_emulator(config):
        made = provision(config, declared)
        assert subscriptions(config, made) == []

    assert made.outputs["OrdersTable"] == "orders-dev"
    assert not {"MailboxUrl", "api_endpoint"} & set(made.outputs)


def test_a_versioned_bucket_keeps_versions(first):
    config, _ = first
    client = aws_of(config).client("s3")

    for _ in range(2):
        ensure_bucket(
            client, Bucket(output="B", variable="VB", name="versions", versioned=True), ""
        )

    assert client.get_bucket_versioning(Bucket="versions")["Status"] == "Enabled"
    client.delete_bucket(Bucket="versions")


def test_the_same_state_on_other_ports_keeps_messages_and_moves_the_callbacks(tmp_path):
    before = local(tmp_path)
    with running_emulator(before):
        made = provision(before)
        aws_of(before).client("sqs").send_message(
            QueueUrl=made.outputs["SearchQueueUrl"], MessageBody="sent before"
        )
    after = LocalConfig(*free_ports(2), tmp_path, None)

    with running_emulator(after):
        again = provision(after)
        received = (
            aws_of(after).client("sqs").receive_message(QueueUrl=again.outputs["SearchQueueUrl"])
        )
        client = user_pool_client(after, again)

    assert [message["Body"] for message in received["Messages"]] == ["sent before"]
    urls = [f"http://127.0.0.1:{after.port}/", f"http://localhost:{after.port}/"]
    urls.append("http://127.0.0.1:5173/")  # `make dev`
    assert client["CallbackURLs"] == client["LogoutURLs"] == urls
    for name in ("UserPoolId", "UserPoolClientId", "ApiKey", "DemoPassword"):
        assert again.outputs[name] == made.outputs[name]
    assert again.outputs["SearchQueueUrl"] == f"{after.endpoint_url}/000000000000/OmniQueue"
    assert again.outputs["OrdersTableStreamArn"] == made.outputs["OrdersTableStreamArn"]


def test_password_key_and_secret_outlive_an_emulator_that_lost_its_state(tmp_path):
    seen = []
    for _ in range(2):
        config = local(tmp_path)
        with running_emulator(config) as emulator:
            made = provision(config)
            secret = (
                aws_of(config)
                .client("secretsmanager")
                .get_secret_value(SecretId="omnidata/cursor-key")
            )
            seen.append((made, secret["SecretString"]))
            os.kill(int(config.pid_file("emulator").read_text()), signal.SIGKILL)
            emulator.stop(0)

    (first_made, first_secret), (second_made, second_secret) = seen
    assert first_made.outputs["UserPoolId"] != second_made.outputs["UserPoolId"]
    assert first_made.outputs["ApiKey"] == second_made.outputs["ApiKey"]
    assert first_made.outputs["DemoPassword"] == second_made.outputs["DemoPassword"]
    assert first_secret == second_secret


def test_kinds_that_later_workloads_use_are_made_as_declared(first):
    config, _ = first
    aws = aws_of(config)
    declared = local_resources()
    later = dataclasses.replace(
        declared,
        streams=(Stream(output="LaterStream", variable="S", name="later", shards=2),),
        buckets=(
            *declared.buckets,
            Bucket(output="LaterBucket", variable="B", name="later-b", console_methods=("POST",)),
        ),
        secrets=(
            *declared.secrets,
            Secret(variable="T", name="later/token", generated=False, sandbox_value='{"t":"s"}'),
        ),
        tables=(
            *declared.tables,
            Table(
                output="LaterTable",
                variable="LT",
                name="later-kinds",
                partition_key="PK",
                indexes=(Index(name="GSI2", partition_key="GSI2PK", projection="KEYS_ONLY"),),
            ),
        ),
    )

    for _ in range(2):
        made = provision(config, later)

    stream = aws.client("kinesis").describe_stream_summary(StreamName="later")
    facts = stream["StreamDescriptionSummary"]
    assert made.outputs["LaterStream"] == "later"
    assert (facts["OpenShardCount"], facts["EncryptionType"]) == (2, "KMS")
    assert facts["KeyId"] == "alias/aws/kinesis"
    (rule,) = aws.client("s3").get_bucket_cors(Bucket="later-b")["CORSRules"]
    assert rule["AllowedOrigins"] == [f"http://127.0.0.1:{config.port}"]
    assert rule["AllowedMethods"] == ["POST"]
    table = aws.client("dynamodb").describe_table(TableName="later-kinds")["Table"]
    assert table["GlobalSecondaryIndexes"][0]["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    secrets = aws.client("secretsmanager")
    assert secrets.get_secret_value(SecretId="later/token")["SecretString"] == '{"t":"s"}'
    secrets.put_secret_value(SecretId="later/token", SecretString="a person's")
    provision(config, later)
    assert secrets.get_secret_value(SecretId="later/token")["SecretString"] == "a person's"
    aws.client("kinesis").delete_stream(StreamName="later")
    aws.client("s3").delete_bucket(Bucket="later-b")


def test_nothing_of_the_callers_aws_account_or_proxy_is_left():
    env = {"AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "t", "HTTP_PROXY": "http://p:1", "A": "b"}

    isolate(env)

    assert "AWS_PROFILE" not in env
    assert "AWS_SESSION_TOKEN" not in env
    assert env["AWS_ACCESS_KEY_ID"] == "test"
    assert env["NO_PROXY"] == "127.0.0.1,localhost"
    assert env["A"] == "b"


def test_records_of_a_version_that_did_not_count_are_known(tmp_path):
    """What is counted from the first record on is known, too, and stays so."""
    config = local(tmp_path)
    key = {"pk": {"S": "LOG-COUNTS"}, "sk": {"S": "BEGIN"}}
    with running_emulator(config):
        provision(config)
        dynamodb = aws_of(config).client("dynamodb")

        def begin():
            return dynamodb.get_item(TableName="OmniState", Key=key)["Item"]["at"]["S"]

        assert begin().startswith("0001-01-01T")
        record = {"tenant_id": {"S": "acme"}, "sk": {"S": "2026-01-31T09:30:00.000000Z#1"}}
        dynamodb.put_item(TableName="MultiTenantLogs", Item=record)
        provision(config)
        assert begin().startswith("0001-01-01T")
        dynamodb.delete_item(TableName="OmniState", Key=key)
        provision(config)
        assert begin() > times.sortable_text(times.now())
