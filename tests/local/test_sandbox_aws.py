"""botocore against the sandbox's SES, SNS and Bedrock: what it takes, and what it refuses."""

import json

import pytest
from botocore.exceptions import ClientError

from chalicelib.publisher import mail_events
from infra.local.sandbox.sns import MAX_CHARS

MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"


def error_of(call, **arguments):
    """Status, code and message of a refused call."""
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    response = raised.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return status, response["Error"]["Code"], response["Error"]["Message"]


def mail(sender="News <news@example.com>", to=("ada@other.test",), subject="Hello", **simple):
    content = {
        "Subject": {"Data": subject},
        "Body": {"Text": {"Data": "Good morning"}},
        **simple,
    }
    return {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": list(to)},
        "Content": {"Simple": content},
    }


def header(name="X-One", value="1"):
    return {"Name": name, "Value": value}


@pytest.fixture
def ses(sandbox):
    return sandbox.client("sesv2")


@pytest.fixture
def sns(sandbox):
    return sandbox.client("sns")


@pytest.fixture
def bedrock(sandbox):
    return sandbox.client("bedrock-runtime")


def test_a_mail_is_accepted_with_its_headers_and_tags(sandbox, ses):
    headers = [header("List-Unsubscribe", "<https://example.com/u>"), header()]

    sent = ses.send_email(**mail(Headers=headers), EmailTags=[{"Name": "message", "Value": "m1"}])

    [post] = sandbox.posts()
    assert (post["channel"], post["text"], post["accepted"]) == ("email", "Good morning", True)
    assert post["external_id"] == sent["MessageId"]
    assert post["details"] == {
        "from": "News <news@example.com>",
        "to": "ada@other.test",
        "subject": "Hello",
        "header List-Unsubscribe": "<https://example.com/u>",
        "header X-One": "1",
        "tag message": "m1",
    }


@pytest.mark.parametrize(
    ("recipient", "event"),
    [
        ("bounce@other.test", "Bounce Permanent"),
        ("BOUNCE+label@other.test", "Bounce Permanent"),
        ("softbounce@other.test", "Bounce Transient"),
        ("complaint@other.test", "Complaint"),
    ],
)
def test_by_a_configuration_set_it_tells_of_bounces_and_complaints(sandbox, ses, recipient, event):
    tags = [{"Name": "message_id", "Value": "m1"}]
    ses.send_email(**mail(to=[recipient]), EmailTags=tags)
    assert sandbox.told == []
    sent = ses.send_email(**mail(to=[recipient]), EmailTags=tags, ConfigurationSetName="omnidata")
    ses.send_email(**mail(), ConfigurationSetName="omnidata")
    (told,) = sandbox.told
    kind = told["eventType"], told.get("bounce", {}).get("bounceType", "")
    assert " ".join(kind).strip() == event
    assert told["mail"] == {
        "messageId": sent["MessageId"],
        "destination": [recipient],
        "tags": {"message_id": ["m1"]},
    }
    found = mail_events.read(json.dumps(told))
    expected = [] if event == "Bounce Transient" else [recipient]
    assert (found.addresses, found.message_id) == (expected, "m1")


def test_who_opted_out_gets_no_text_message(sandbox, sns):
    number = "+15555550199"
    assert sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"]
    assert error_of(sns.publish, PhoneNumber=number, Message="x")[:2] == (400, "OptedOut")
    other = sns.check_if_phone_number_is_opted_out(phoneNumber="+15555550100")
    assert not other["isOptedOut"]
    assert [post["accepted"] for post in sandbox.posts()] == [False]


def test_the_same_mail_twice_is_two_mails(sandbox, ses):
    ids = {ses.send_email(**mail())["MessageId"] for _ in range(2)}
    assert len(ids) == len(sandbox.posts()) == 2


def test_an_unverified_sender_is_rejected(sandbox, ses):
    status, code, message = error_of(ses.send_email, **mail(sender="eve@notexample.com"))
    assert (status, code) == (400, "MessageRejected")
    assert "not verified" in message
    assert "eve@notexample.com" in message
    assert [post["accepted"] for post in sandbox.posts()] == [False]
    assert ses.send_email(**mail(sender="news@mail.example.com"))["MessageId"]


@pytest.mark.parametrize(
    "bad",
    [
        mail(sender="nobody"),
        mail(to=("ada@other.test", "bob@other.test")),
        mail(to=()),
        mail(to=("ada",)),
        mail(subject=""),
        mail(subject="Hello\r\nBcc: eve@other.test"),
        mail(Body={}),
        mail(Headers=[header(f"X-{number}") for number in range(16)]),
        mail(Headers=[header("X" * 127)]),
        mail(Headers=[header("X:One")]),
        mail(Headers=[header(value="a" * 996)]),
        mail(Headers=[header(value="Grüße")]),
        mail(Headers=[header(value="a\r\nBcc: eve@other.test")]),
    ],
)
def test_what_a_mail_must_be(ses, bad):
    assert error_of(ses.send_email, **bad)[:2] == (400, "BadRequestException")


def test_the_most_and_longest_headers_are_accepted(ses):
    headers = [header(f"X-{number}".ljust(126, "a"), "a" * 995) for number in range(15)]
    assert ses.send_email(**mail(Headers=headers))["MessageId"]


def test_an_sms_is_accepted_with_its_attributes(sandbox, sns):
    attributes = {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "OMNI"},
        "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": "0.50"},
    }

    sent = sns.publish(
        PhoneNumber="+15555550100", Message="Hi <&> 😀", MessageAttributes=attributes
    )

    [post] = sandbox.posts()
    assert (post["channel"], post["text"], post["accepted"]) == ("sms", "Hi <&> 😀", True)
    assert post["external_id"] == sent["MessageId"]
    assert post["details"] == {
        "to": "+15555550100",
        "AWS.SNS.SMS.SMSType": "Transactional",
        "AWS.SNS.SMS.SenderID": "OMNI",
        "AWS.SNS.SMS.MaxPrice": "0.50",
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("15555550100", "Hi"),
        ("+0155555501", "Hi"),
        ("+1 555 555 0100", "Hi"),
        ("+1234567890123456", "Hi"),
        ("+15555550100", ""),
        ("+15555550100", "a" * (MAX_CHARS + 1)),
    ],
)
def test_what_an_sms_must_be(sandbox, sns, number, text):
    status, code, message = error_of(sns.publish, PhoneNumber=number, Message=text)
    assert (status, code) == (400, "InvalidParameter")
    assert message.startswith("Invalid parameter: ")
    assert [post["accepted"] for post in sandbox.posts()] == [False]


def test_the_longest_sms_is_accepted(sns):
    assert sns.publish(PhoneNumber="+15555550100", Message="a" * MAX_CHARS)["MessageId"]


@pytest.mark.parametrize(
    ("name", "value"), [("SMSType", "Urgent"), ("SenderID", "longer than that"), ("MaxPrice", "x")]
)
def test_an_attribute_must_have_a_value_that_sns_knows(sns, name, value):
    attribute = {f"AWS.SNS.SMS.{name}": {"DataType": "String", "StringValue": value}}
    arguments = {"PhoneNumber": "+15555550100", "Message": "Hi", "MessageAttributes": attribute}
    assert error_of(sns.publish, **arguments)[:2] == (400, "InvalidParameterValue")


def test_topics_and_other_actions_are_not_the_sandboxs(sns):
    topic = "arn:aws:sns:us-east-1:000000000000:t"
    assert error_of(sns.publish, TopicArn=topic, Message="Hi")[1] == "InvalidParameter"
    assert error_of(sns.list_topics)[1] == "InvalidAction"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2/email/outbound-emails", {}),
        ("/", "Action=Publish"),
        ("/model/m/converse", {}),
    ],
)
def test_an_unsigned_call_is_refused(sandbox, path, body):
    assert sandbox.call("POST", path, body)[0] == 403


def converse(bedrock, text="We open at nine", system="Adapt it for LinkedIn.", **changes):
    arguments = {
        "modelId": MODEL,
        "messages": [{"role": "user", "content": [{"text": text}]}],
        "system": [{"text": system}],
        "inferenceConfig": {"maxTokens": 500, "temperature": 0.2},
        **changes,
    }
    return bedrock.converse(**arguments)


@pytest.mark.parametrize(
    ("prompt", "adapted"),
    [
        ("Adapt it for LinkedIn, not for Facebook.", "We are pleased to share: We open at nine"),
        ("Channel: facebook", "Hey everyone! We open at nine"),
        ("Channel: instagram", "✨ We open at nine ✨"),
        ("An e-mail, please.", "Hello,\n\nWe open at nine\n\nKind regards"),
        ("As an SMS", "News: We open at nine"),
        ("Say it better.", "We open at nine"),
    ],
)
def test_the_text_is_adapted_to_the_channels_tone_each_time_alike(bedrock, prompt, adapted):
    for _ in range(2):
        answer = converse(bedrock, system=prompt)
        assert answer["output"]["message"] == {"role": "assistant", "content": [{"text": adapted}]}
        assert answer["stopReason"] == "end_turn"
    usage = answer["usage"]
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]


def test_a_text_in_braces_is_adapted_as_it_is(bedrock):
    answer = converse(bedrock, text="{0} {name} %s")
    text = answer["output"]["message"]["content"][0]["text"]
    assert text == "We are pleased to share: {0} {name} %s"


def test_an_answer_beyond_its_tokens_is_cut_and_says_so(bedrock):
    answer = converse(bedrock, inferenceConfig={"maxTokens": 5})
    assert answer["stopReason"] == "max_tokens"
    assert answer["output"]["message"]["content"] == [{"text": "We are pleased to sh"}]
    assert answer["usage"]["outputTokens"] == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": []},
        {"messages": [{"role": "assistant", "content": [{"text": "a"}]}]},
        {"messages": [{"role": "user", "content": [{"text": ""}]}]},
        {"inferenceConfig": {"temperature": 1.0001}},
        {"modelId": "no model"},
    ],
)
def test_what_a_conversation_must_be(bedrock, changes):
    found = error_of(converse, bedrock=bedrock, **changes)
    assert found[:2] == (400, "ValidationException")


def test_a_conversation_is_no_post(sandbox, bedrock):
    converse(bedrock)
    assert sandbox.posts() == []
