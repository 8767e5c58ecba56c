"""Failures of calls to AWS, in the words of the domain."""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from support.failpoints import closed_port

from chalicelib.aws import Aws, Timeouts
from chalicelib.aws.failures import is_outcome_unknown, translate_errors
from chalicelib.errors import Unavailable
from chalicelib.settings import AwsSettings


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/000000000000/POC-Queue"),
            "the queue is not available at http://127.0.0.1:4566; try again",
        ),
        (
            ReadTimeoutError(endpoint_url="https://sqs.us-east-1.amazonaws.com/"),
            "the queue is not available; try again",
        ),
        (NoCredentialsError(), "the queue is not available; try again"),
    ],
)
def test_the_address_of_an_emulator_is_named_and_none_of_awss(error, message):
    with pytest.raises(Unavailable) as caught, translate_errors("the queue"):
        raise error

    assert str(caught.value) == message


def test_a_response_that_botocore_cannot_read_is_a_failure_of_the_service():
    with pytest.raises(Unavailable, match="unreadable response"), translate_errors("the queue"):
        raise ResponseParserError


def answered(status, code):
    metadata = {"HTTPStatusCode": status}
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": metadata}, "SendMessage")


URL = {"endpoint_url": "http://127.0.0.1:1"}
UNDONE = [
    EndpointConnectionError(**URL),
    ConnectTimeoutError(**URL),
    ProxyConnectionError(proxy_url="http://127.0.0.1:1"),
    NoCredentialsError(),
    answered(400, "AWS.SimpleQueueService.NonExistentQueue"),
    answered(403, "AccessDenied"),
    answered(400, "ProvisionedThroughputExceededException"),
    answered(403, "RequestThrottled"),
    answered(503, "SlowDown"),
]
UNKNOWN = [
    ReadTimeoutError(**URL),
    ConnectionClosedError(**URL),
    IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ResponseParserError(),
    SSLError(**URL, error="the record is broken"),
    answered(500, "InternalError"),
    answered(502, "Bad Gateway"),
    answered(503, "ServiceUnavailable"),
]


@pytest.mark.parametrize(
    ("error", "expected"), [*((e, False) for e in UNDONE), *((e, True) for e in UNKNOWN)], ids=repr
)
def test_only_what_was_sent_and_not_answered_has_an_unknown_outcome(error, expected):
    assert is_outcome_unknown(error) is expected
    wrapped = Unavailable("the queue is not available; try again")
    wrapped.__cause__ = error
    assert is_outcome_unknown(wrapped) is expected


def test_where_no_emulator_runs_the_address_that_was_tried_is_named():
    with closed_port() as url:
        settings = AwsSettings(region="us-east-1", endpoint_url=url, credentials=("test", "test"))
        client = Aws(settings).client("sqs", Timeouts(connect_s=1, read_s=1, attempts=1))
        with (
            pytest.raises(Unavailable, match=f"at {url}; try again"),
            translate_errors("the queue"),
        ):
            client.list_queues()
