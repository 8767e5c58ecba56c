"""The other parts of seed 002 that this product has: sign-in, data, alarms, guards."""

import json

import pytest

# Authentication


def test_the_console_signs_in_by_code_without_a_secret(dev):
    client = dev["auth"].one("Cognito::UserPoolClient")

    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthFlowsUserPoolClient"] is True
    assert client["GenerateSecret"] is False  # a public client: PKCE proves who asked
    assert client["AllowedOAuthScopes"] == [
        "openid",
        "email",
        "profile",
        "aws.cognito.signin.user.admin",  # a user's own second factor
    ]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert (client["IdTokenValidity"], client["TokenValidityUnits"]["IdToken"]) == (60, "minutes")


def test_only_prod_requires_a_second_factor(dev, prod):
    pools = [stage["auth"].one("Cognito::UserPool") for stage in (dev, prod)]

    assert [pool["MfaConfiguration"] for pool in pools] == ["OPTIONAL", "ON"]
    assert [pool["EnabledMfas"] for pool in pools] == [["SOFTWARE_TOKEN_MFA"]] * 2


def test_nobody_can_give_himself_a_tenant_or_an_account(dev):
    pool = dev["auth"].one("Cognito::UserPool")
    client = dev["auth"].one("Cognito::UserPoolClient")

    assert "tenant_id" in [item["Name"] for item in pool["Schema"]]
    assert client["WriteAttributes"] == ["email"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_there_are_hosted_pages_and_the_two_groups(dev):
    auth = dev["auth"]
    groups = auth.all("Cognito::UserPoolGroup").values()

    assert auth.one("Cognito::UserPoolDomain")["Domain"] == "omnidata-dev-${AWS::AccountId}"
    assert {group["GroupName"] for group in groups} == {"operator", "publisher"}


def test_google_linkedin_and_github_sign_in_where_they_are_configured(dev, prod):
    auth = prod["auth"]
    google, linkedin, github = (
        auth.one("Cognito::UserPoolIdentityProvider", ProviderName=name)
        for name in ("Google", "LinkedIn", "GitHub")
    )

    assert dev["auth"].all("Cognito::UserPoolIdentityProvider") == {}
    assert google["ProviderType"] == "Google"
    assert (linkedin["ProviderType"], github["ProviderType"]) == ("OIDC", "OIDC")
    assert linkedin["ProviderDetails"]["oidc_issuer"] == "https://www.linkedin.com/oauth"
    assert github["ProviderDetails"]["oidc_issuer"] == "https://github-oidc.example.com"
    assert google["ProviderDetails"]["client_secret"] == (
        "{{resolve:secretsmanager:omnidata/identity/google:SecretString:client_secret::}}"
    )
    client = auth.one("Cognito::UserPoolClient")["SupportedIdentityProviders"]
    assert len(client) == 4


# Data


def test_every_bucket_is_private_encrypted_and_refuses_plain_http(dev, prod, europe, later):
    for templates in (dev, prod, europe, later):
        for unit in templates.units:
            stack = templates[unit]
            refusing = {
                policy["Bucket"].strip("${}")
                for policy in stack.all("S3::BucketPolicy").values()
                if _denies_plain_http(policy, "s3:*")
            }
            for name, bucket in stack.all("S3::Bucket").items():
                assert name in refusing
                assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
                encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
                assert encryption == [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]


def test_queues_and_topics_refuse_plain_http(later):
    for unit in ("data", "monitoring"):
        stack = later[unit]
        refusing = {
            queue.strip("${}")
            for policy in stack.all("SQS::QueuePolicy").values()
            if _denies_plain_http(policy, "sqs:*")
            for queue in policy["Queues"]
        } | {
            topic.strip("${}")
            for policy in stack.all("SNS::TopicPolicy").values()
            if _denies_plain_http(policy, "sns:Publish")
            for topic in policy["Topics"]
        }
        assert refusing == set(stack.all("SQS::Queue")) | set(stack.all("SNS::Topic"))


def _denies_plain_http(policy, action):
    return any(
        statement["Effect"] == "Deny"
        and statement["Action"] == action
        and statement["Condition"].get("Bool") == {"aws:SecureTransport": "false"}
        for statement in policy["PolicyDocument"]["Statement"]
    )


# Observability


def test_the_dashboard_shows_the_seeds_five_metrics_of_every_function(later):
    board = json.dumps(later["monitoring"].one("CloudWatch::Dashboard"))

    for function in ("omnidata-dev", "omnidata-dev-follow_later"):
        for metric in ("Invocations", "Duration", "Errors", "Throttles", "ConcurrentExecutions"):
            shown = f'"AWS/Lambda","{metric}","FunctionName","{function}"'
            assert shown in board.replace("\\", "")


@pytest.mark.parametrize(
    ("alarm", "threshold", "statistic", "seconds"),
    [
        ("api-p95", 10_000, "p95", 300),
        ("api-throttles", 0, "Sum", 300),
        ("follow_later-iterator-age", 60_000, "Maximum", 300),
        ("SearchQueue-dead-letters", 0, "Maximum", 60),
        ("SearchQueue-age", 1800, "Maximum", 300),
        ("OrdersQueue-age", 900, "Maximum", 300),
        ("LaterQueue-dead-letters", 0, "Maximum", 60),
    ],
)
def test_an_alarm_on_one_metric_goes_off_above_its_threshold(
    later, alarm, threshold, statistic, seconds
):
    found = later["monitoring"].one("CloudWatch::Alarm", AlarmName=f"omnidata-dev-{alarm}")
    (metric,) = found["Metrics"]

    assert found["Threshold"] == threshold
    assert found["ComparisonOperator"] == "GreaterThanThreshold"
    assert found["TreatMissingData"] == "notBreaching"
    assert (metric["MetricStat"]["Stat"], metric["MetricStat"]["Period"]) == (statistic, seconds)


def test_more_than_one_percent_of_errors_is_alarming(dev):
    alarm = dev["monitoring"].one("CloudWatch::Alarm", AlarmName="omnidata-dev-api-errors")

    assert alarm["Threshold"] == 1
    assert alarm["Metrics"][0]["Expression"] == "IF(invocations > 0, 100 * errors / invocations, 0)"


def test_messages_that_no_worker_polls_for_are_alarming(dev):
    alarm = dev["monitoring"].one("CloudWatch::Alarm", AlarmName="omnidata-dev-worker-heartbeat")
    expression, *metrics = alarm["Metrics"]

    assert expression["Expression"] == (
        "IF(waiting > 0 AND FILL(received, 0) + FILL(empty, 0) == 0, 1, 0)"
    )
    assert {metric["Id"]: metric["MetricStat"]["Metric"]["MetricName"] for metric in metrics} == {
        "waiting": "ApproximateNumberOfMessagesVisible",
        "received": "NumberOfMessagesReceived",
        "empty": "NumberOfEmptyReceives",
    }
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (0, 3)


def test_every_alarm_tells_somebody(later):
    monitoring = later["monitoring"]
    topics = {f"${{{name}}}" for name in monitoring.all("SNS::Topic")}
    told = {
        action
        for alarm in monitoring.all("CloudWatch::Alarm").values()
        for action in alarm["AlarmActions"]
    }

    assert told == topics
    assert len(monitoring.all("SNS::Subscription")) == 2


# Security


def test_guardduty_watches_s3_and_lambda_and_tells_every_quarter_hour(dev):
    detector = dev["security"].one("GuardDuty::Detector")

    assert detector["Enable"] is True
    assert detector["FindingPublishingFrequency"] == "FIFTEEN_MINUTES"
    assert {feature["Name"]: feature["Status"] for feature in detector["Features"]} == {
        "S3_DATA_EVENTS": "ENABLED",
        "LAMBDA_NETWORK_LOGS": "ENABLED",
    }


def test_security_hub_judges_by_the_foundational_best_practices(dev):
    standard = dev["security"].one("SecurityHub::Standard")

    assert len(dev["security"].all("SecurityHub::Hub")) == 1
    assert standard["StandardsArn"] == (
        "arn:${AWS::Partition}:securityhub:us-east-1::standards/"
        "aws-foundational-security-best-practices/v/1.0.0"
    )


def test_a_second_stage_of_an_account_leaves_the_accounts_guards_alone(prod):
    assert "security" not in prod.units


def test_a_share_of_requests_is_traced_with_a_rule_of_its_own(dev, prod):
    rules = {
        templates["monitoring"].one("XRay::SamplingRule")["SamplingRule"]["RuleName"]: templates[
            "monitoring"
        ].one("XRay::SamplingRule")["SamplingRule"]
        for templates in (dev, prod)
    }
    assert {name: rule["FixedRate"] for name, rule in rules.items()} == {
        "omnidata-dev": 1,
        "omnidata-prod": 0.05,
    }
    # The API is `omnidata/dev` to X-Ray, a function `omnidata-dev-store_orders`.
    assert rules["omnidata-dev"]["ServiceName"] == "omnidata?dev*"
    assert len({rule["Priority"] for rule in rules.values()}) == 2  # unique in an account
