"""Secrets are read once; what was read serves on while the store is down."""

import pytest
from botocore.exceptions import ClientError
from support.failpoints import always, failpoints, server_error, throttled

from chalicelib.aws.secrets import Secrets
from chalicelib.errors import Unavailable

NAME = "omnidata-test/cursor-key"


def test_a_secret_is_read_once(aws):
    client = aws.client("secretsmanager")
    secrets = Secrets(client)
    with failpoints(client, "GetSecretValue", []) as point:
        assert [secrets.get(NAME), secrets.get(NAME)] == ["a-test-key", "a-test-key"]
    assert point.attempts == 1


def test_a_secret_that_was_read_is_known_while_the_store_is_down(aws, pauses):
    client = aws.client("secretsmanager")
    secrets = Secrets(client)
    secrets.get(NAME)
    with failpoints(client, "GetSecretValue", always(server_error)):
        assert secrets.get(NAME) == "a-test-key"


def test_a_secret_that_was_never_read_is_unavailable_then_and_read_later(aws, pauses):
    client = aws.client("secretsmanager")
    secrets = Secrets(client)
    with failpoints(client, "GetSecretValue", always(throttled)), pytest.raises(Unavailable):
        secrets.get(NAME)
    assert secrets.get(NAME) == "a-test-key"


def test_a_secret_that_does_not_exist_is_a_defect(aws):
    with pytest.raises(ClientError):
        Secrets(aws.client("secretsmanager")).get("another")
