"""Secrets are read again when they are old; what was read serves on while the store is down."""

import pytest
from botocore.exceptions import ClientError
from support.failpoints import access_denied, always, failpoints, server_error, throttled

from chalicelib.aws.secrets import EXPIRY_S, RETRY_S, Secrets
from chalicelib.errors import Unavailable

NAME = "omnidata-test/cursor-key"


class Clock:
    """Monotonic seconds that pass when a test says so."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(aws, pauses):
    return aws.client("secretsmanager")


@pytest.fixture
def secrets(client, clock):
    return Secrets(client, monotonic=clock)


def change(client, text):
    client.put_secret_value(SecretId=NAME, SecretString=text)


def test_a_secret_is_read_once_in_five_minutes(client, secrets, clock):
    with failpoints(client, "GetSecretValue", []) as point:
        assert [secrets.get(NAME), secrets.get(NAME)] == ["a-test-key", "a-test-key"]
        change(client, "another")
        clock.now_s += EXPIRY_S - 1
        assert secrets.get(NAME) == "a-test-key"
        assert point.attempts == 1
        clock.now_s += 1
        assert secrets.get(NAME) == "another"
        assert point.attempts == 2


def test_a_refused_secret_can_be_read_again_at_once(client, secrets):
    secrets.get(NAME)
    change(client, "rotated")
    assert secrets.refresh(NAME) == "rotated"
    assert secrets.get(NAME) == "rotated"


@pytest.mark.parametrize("fault", [server_error, throttled, access_denied])
def test_an_old_secret_serves_on_while_the_store_fails_and_is_asked_for_seldom(
    client, secrets, clock, fault
):
    secrets.get(NAME)
    clock.now_s += EXPIRY_S
    change(client, "rotated")
    with failpoints(client, "GetSecretValue", always(fault)) as point:
        assert secrets.get(NAME) == "a-test-key"
        attempts = point.attempts
        assert secrets.get(NAME) == "a-test-key"
        assert point.attempts == attempts
        assert secrets.refresh(NAME) == "a-test-key"
    clock.now_s += RETRY_S
    assert secrets.get(NAME) == "rotated"


@pytest.mark.parametrize("empty", ["{}", " ", "{}\n"])
def test_an_empty_secret_never_replaces_a_good_one(client, secrets, empty):
    secrets.get(NAME)
    change(client, empty)
    assert secrets.refresh(NAME) == "a-test-key"
    assert secrets.get(NAME) == "a-test-key"


def test_an_empty_secret_is_what_it_is_until_a_value_is_given(client, secrets):
    change(client, "{}")
    assert secrets.get(NAME) == "{}"
    change(client, "given")
    assert secrets.refresh(NAME) == "given"


def test_a_secret_that_was_never_read_is_unavailable_then_and_read_later(client, secrets):
    with failpoints(client, "GetSecretValue", always(throttled)):
        with pytest.raises(Unavailable):
            secrets.get(NAME)
        with pytest.raises(Unavailable):
            secrets.refresh(NAME)
    assert secrets.get(NAME) == "a-test-key"


def test_a_secret_that_does_not_exist_is_a_defect(secrets):
    with pytest.raises(ClientError):
        secrets.get("another")
