"""`infra/declared/resources.py` against the data stack: everything declared, nothing more."""

import pytest

from chalicelib.analytics.model import ArchivedSearch
from infra.declared import stages
from infra.declared.functions import FUNCTIONS

ACCOUNT = "${AWS::AccountId}"


@pytest.fixture(params=["dev", "prod", "europe"])
def both(request, synthesis):
    """What is declared for a stage, and its templates."""
    stage = {"dev": stages.DEV, "prod": stages.PROD}.get(request.param)
    stage = stage or stages.stage("prod", {"REGION": "eu-west-1"})
    return stage.resources(ACCOUNT), request.getfixturevalue(request.param)


def test_the_tables_are_the_declared_ones(both):
    declared, templates = both
    made = {item["TableName"]: item for item in templates["data"].all("DynamoDB::Table").values()}

    assert set(made) == {table.name for table in declared.tables}
    for table in declared.tables:
        expiry = made[table.name].get("TimeToLiveSpecification", {}).get("AttributeName")
        assert _keys(made[table.name]) == (table.partition_key, table.sort_key)
        assert expiry == table.ttl
        indexes = made[table.name].get("GlobalSecondaryIndexes", [])
        assert {item["IndexName"]: _keys(item) for item in indexes} == {
            index.name: (index.partition_key, index.sort_key) for index in table.indexes
        }
        view = made[table.name].get("StreamSpecification", {}).get("StreamViewType")
        assert view == table.stream_view


def test_tables_are_on_demand(dev):
    for table in dev["data"].all("DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert "TableClass" not in table
    assert not dev["data"].all("ApplicationAutoScaling::ScalableTarget")


def test_provisioned_tables_and_all_their_indexes_follow_what_is_used(europe):
    data, units = europe["data"], {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
    tables = data.all("DynamoDB::Table").values()
    keyed = [*tables, *(index for t in tables for index in t.get("GlobalSecondaryIndexes", []))]
    targets = data.all("ApplicationAutoScaling::ScalableTarget").values()
    policies = data.all("ApplicationAutoScaling::ScalingPolicy").values()

    assert all(each["ProvisionedThroughput"] == units for each in keyed)
    assert not any("BillingMode" in table for table in tables)  # provisioned is the default
    assert {(target["MinCapacity"], target["MaxCapacity"]) for target in targets} == {(10, 4000)}
    assert len(targets) == len({(t["ResourceId"], t["ScalableDimension"]) for t in targets})
    assert len(targets) == len(policies) == 2 * len(keyed)
    assert {
        policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for policy in policies
    } == {70}


def test_items_without_end_are_in_tables_of_the_class_that_is_cheap_to_keep(europe):
    declared = stages.PROD.resources(ACCOUNT)
    endless = {table.name for table in declared.tables if table.ttl is None}
    made = europe["data"].all("DynamoDB::Table").values()
    rarely_read = {t["TableName"] for t in made if "TableClass" in t}

    assert rarely_read == endless
    assert {t.get("TableClass") for t in made} == {None, "STANDARD_INFREQUENT_ACCESS"}


def _keys(keyed):
    keys = {item["KeyType"]: item["AttributeName"] for item in keyed["KeySchema"]}
    return keys["HASH"], keys.get("RANGE")


def test_the_queues_are_the_declared_ones_each_with_its_dead_letters(both):
    declared, templates = both
    data = templates["data"]
    names = {name: resource["QueueName"] for name, resource in data.all("SQS::Queue").items()}

    assert set(names.values()) == {
        *(name for queue in declared.queues for name in (queue.name, queue.dead_letter_name)),
        *(queue.name for queue in declared.failure_queues),
    }
    for failures in declared.failure_queues:
        made = data.one("SQS::Queue", QueueName=failures.name)
        assert "RedrivePolicy" not in made
        assert made["MessageRetentionPeriod"] == failures.retention_s
        assert made["SqsManagedSseEnabled"] is True
    for queue in declared.queues:
        made = data.one("SQS::Queue", QueueName=queue.name)
        dead = data.one("SQS::Queue", QueueName=queue.dead_letter_name)
        redrive = made["RedrivePolicy"]
        target = redrive["deadLetterTargetArn"].removeprefix("${").removesuffix(".Arn}")
        assert names[target] == queue.dead_letter_name
        assert redrive["maxReceiveCount"] == queue.max_receive_count
        assert made["VisibilityTimeout"] == queue.visibility_timeout_s
        assert made["MessageRetentionPeriod"] == dead["MessageRetentionPeriod"] == queue.retention_s
        assert made["SqsManagedSseEnabled"] is dead["SqsManagedSseEnabled"] is True
        (source,) = dead["RedriveAllowPolicy"]["sourceQueueArns"]
        assert source.endswith(f":{queue.name}")


def test_a_bucket_whose_objects_expire_says_when(both):
    declared, templates = both
    for bucket in declared.buckets:
        made = templates["data"].one("S3::Bucket", BucketName=bucket.name)
        (rule,) = made["LifecycleConfiguration"]["Rules"]
        assert rule.get("ExpirationInDays") == bucket.expiry_days
        assert rule["Status"] == "Enabled"


def test_the_topics_are_the_declared_ones_standard_and_encrypted(both):
    declared, templates = both
    made = {item["TopicName"]: item for item in templates["data"].all("SNS::Topic").values()}

    events = declared.mail_events.topic_name
    assert set(made) == {topic.name for topic in declared.topics} | {events}
    assert "KmsMasterKeyId" not in made.pop(events)  # by the key that AWS manages SES may not
    for resource in made.values():
        assert "FifoTopic" not in resource
        assert resource["KmsMasterKeyId"].endswith(":alias/aws/sns")


def test_bounces_and_complaints_go_to_the_queue_of_their_events(both):
    declared, templates = both
    data, events = templates["data"], declared.mail_events
    data.one("SES::ConfigurationSet", Name=events.name)
    made = data.one("SES::ConfigurationSetEventDestination")["EventDestination"]
    (policy,) = [
        statement
        for item in data.all("SNS::TopicPolicy").values()
        for statement in item["PolicyDocument"]["Statement"]
        if statement["Sid"] == "EventsOfEmails"
    ]
    subscription = data.one("SNS::Subscription", Protocol="sqs")
    queue = data.all("SQS::Queue")[subscription["Endpoint"].removeprefix("${")[: -len(".Arn}")]]

    assert {event.upper() for event in made["MatchingEventTypes"]} == {"BOUNCE", "COMPLAINT"}
    assert (policy["Principal"], policy["Action"]) == (
        {"Service": "ses.amazonaws.com"},
        "sns:Publish",
    )
    assert policy["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(
        f"configuration-set/{events.name}"
    )
    assert subscription["RawMessageDelivery"] is True
    assert queue["QueueName"].startswith("OmniMailEvents")


def test_the_buckets_are_the_declared_ones_the_logs_and_the_deploys(both):
    declared, templates = both
    made = {item.get("BucketName") for item in templates["data"].all("S3::Bucket").values()}
    others = made - {bucket.name for bucket in declared.buckets}

    assert made > {bucket.name for bucket in declared.buckets}
    assert {name and name.partition("-${")[0] for name in others} <= {
        None,
        "omni-deploy-state",
        "omni-deploy-state-dev",
    }
    assert len(others) == 2


def test_the_secrets_are_generated_under_the_declared_names_or_left_to_a_person(both):
    declared, templates = both
    found = templates["data"].all("SecretsManager::Secret").values()
    made = {match["Name"]: match for match in found}

    assert set(made) == {secret.name for secret in declared.secrets}
    for secret in declared.secrets:
        if secret.generated:
            assert made[secret.name]["GenerateSecretString"]["PasswordLength"] == 64
            assert "SecretString" not in made[secret.name]
        else:
            assert made[secret.name]["SecretString"] == "{}"
            assert "GenerateSecretString" not in made[secret.name]


def test_every_declared_output_is_an_output_of_the_data_stack(both):
    declared, templates = both
    outputs = templates["data"].outputs

    assert set(outputs) == {
        "DeployStateBucket",
        declared.mail_events.topic_output,
        *(resource.output for resource in declared.with_outputs),
        *(table.stream_output for table in declared.tables if table.stream_view),
    }


def test_the_other_outputs_bear_the_designs_names(dev):
    assert set(dev["auth"].outputs) == {
        "UserPoolId",
        "UserPoolArn",
        "UserPoolClientId",
        "SignInUrl",
    }
    assert set(dev["edge"].outputs) == {"ConsoleUrl", "ConsoleBucket", "DistributionId"}
    assert set(dev["access"].outputs) == {"EvaluatorRoleArn", "TenantReaderRoleArn"}
    assert set(dev["api"].outputs) == {
        "ApiUrl",
        "ApiEndpoint",
        "IntakeUrl",
        "ApiKeyId",
        "ApiAccessLogs",
        "ApiLogsRole",
    }
    assert dev["api"].outputs["ApiUrl"] == {
        "Value": "https://abc123.execute-api.us-east-1.amazonaws.com/dev/",
        "Export": {"Name": "omnidata-dev-ApiUrl"},
    }


def test_prod_keeps_its_data_and_dev_does_not(dev, prod):
    for templates, policy, protected in (
        (dev, "Delete", False),
        (prod, "RetainExceptOnCreate", True),
    ):
        data = templates["data"]
        for kind in ("DynamoDB::Table", "SecretsManager::Secret"):
            assert {item["DeletionPolicy"] for item in data.policies(kind).values()} == {policy}
        tables = data.all("DynamoDB::Table").values()
        assert {table["DeletionProtectionEnabled"] for table in tables} == {protected}
        buckets = data.policies("S3::Bucket").values()
        named = {
            bucket["DeletionPolicy"] for bucket in buckets if "BucketName" in bucket["Properties"]
        }
        assert named == {policy}


def test_deletion_protection_begins_after_the_first_deployment_which_may_roll_back(first):
    tables = first["data"].all("DynamoDB::Table").values()
    pool = first["auth"].one("Cognito::UserPool")

    assert {table["DeletionProtectionEnabled"] for table in tables} == {False}
    assert pool.get("DeletionProtection", "INACTIVE") == "INACTIVE"


def test_a_later_table_has_its_index_and_its_stream(later):
    table = later["data"].one("DynamoDB::Table", TableName="later")
    index, keys_only = table["GlobalSecondaryIndexes"]

    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert index["IndexName"] == "GSI1"
    assert [item["AttributeName"] for item in index["KeySchema"]] == ["GSI1PK", "GSI1SK"]
    assert index["Projection"] == {"ProjectionType": "ALL"}
    assert keys_only["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert later["data"].outputs["LaterTableStreamArn"]["Value"].endswith(".StreamArn}")


def test_a_later_stream_topic_and_bucket_are_made_as_declared(later):
    data = later["data"]
    stream = data.one("Kinesis::Stream", Name="later")

    assert (stream["ShardCount"], stream["RetentionPeriodHours"]) == (1, 24)
    assert stream["StreamEncryption"] == {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}
    data.one("SNS::Topic", TopicName="later")
    assert data.one("S3::Bucket", BucketName="later")["VersioningConfiguration"] == {
        "Status": "Enabled"
    }
    assert {"LaterStream", "LaterTopicArn", "LaterBucket"} <= set(data.outputs)


def test_pages_of_the_console_alone_may_use_a_bucket_that_says_so(later, dev):
    data = later["data"]
    (rule,) = data.one("S3::Bucket", BucketName="later")["CorsConfiguration"]["CorsRules"]
    (origin,) = rule["AllowedOrigins"]

    assert rule["AllowedMethods"] == ["POST", "GET"]
    assert "edge" in origin
    assert "data" in later.units
    assert later.dependencies()["data"] == {"edge"}
    assert "https://later.s3.us-east-1.amazonaws.com" in str(
        later["edge"].all("CloudFront::ResponseHeadersPolicy")
    )
    opened = [
        bucket["BucketName"]
        for bucket in dev["data"].all("S3::Bucket").values()
        if "CorsConfiguration" in bucket
    ]
    assert ["omni-media-dev" in str(name) for name in opened] == [True]


def test_a_secret_that_a_person_gives_has_a_placeholder_that_never_changes(later):
    secret = later["data"].one("SecretsManager::Secret", Name="later/token")

    assert secret["SecretString"] == "{}"
    assert "GenerateSecretString" not in secret


def test_the_reader_of_a_stream_is_watched_for_its_iterator_age(later):
    watched = later["monitoring"]
    names = {alarm["AlarmName"] for alarm in watched.all("CloudWatch::Alarm").values()}

    assert "omnidata-dev-follow_later-iterator-age" in names
    assert "omnidata-dev-look_later-iterator-age" not in names
    assert "omnidata-dev-look_later-errors" in names
    board = str(watched.one("CloudWatch::Dashboard"))
    assert "omnidata-dev-follow_later IteratorAge" in board
    assert "omnidata-dev-look_later Errors" in board


def test_the_pipeline_may_turn_off_the_retries_of_ticks(dev):
    assert "lambda:PutFunctionEventInvokeConfig" in str(dev["pipeline"].all("IAM::Policy"))


def test_the_archives_columns_are_the_fields_of_an_archived_line(dev):
    columns = dev["analytics"].one("Glue::Table")["TableInput"]["StorageDescriptor"]["Columns"]

    assert [column["Name"] for column in columns] == list(ArchivedSearch.__struct_fields__)


def test_the_functions_are_those_of_the_application():
    from app import app

    handlers = (*app.event_sources, *app.pure_lambda_functions, *app.builtin_auth_handlers)
    assert {function.handler for function in FUNCTIONS} == {
        None,
        *(handler.name for handler in handlers),
    }
    assert app.app_name == stages.APP
