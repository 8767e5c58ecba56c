import pytest

from chalicelib.errors import MissingSetting
from chalicelib.settings import worker_settings

NAMES = {"SEARCH_QUEUE_URL": "q", "ANALYTICS_BUCKET": "b", "STATE_TABLE": "s"}


@pytest.mark.parametrize("queue", ["SEARCH_QUEUE_URL", "SQS_QUEUE_URL", "SQS_URL"])
@pytest.mark.parametrize("bucket", ["ANALYTICS_BUCKET", "S3_BUCKET_NAME", "BUCKET_NAME"])
def test_both_spellings_of_the_seed_are_taken(queue, bucket):
    settings = worker_settings({queue: "the-queue", bucket: "the-bucket", "STATE_TABLE": "s"})

    assert (settings.search_queue_url, settings.analytics_bucket) == ("the-queue", "the-bucket")


@pytest.mark.parametrize("missing", sorted(NAMES))
def test_a_missing_variable_is_named_even_on_local(missing):
    with pytest.raises(MissingSetting, match=missing):
        worker_settings({name: value for name, value in NAMES.items() if name != missing})


def test_the_defaults_on_aws():
    settings = worker_settings({**NAMES, "STAGE": "prod"})

    assert (settings.pollers, settings.flush_records, settings.flush_bytes) == (6, 1_000, 1_048_576)
    assert (settings.flush_after_s, settings.stop_budget_s) == (30, 25)
    assert (settings.visibility_timeout_s, settings.heartbeat_s) == (120, 40)


def test_a_laptop_is_hurried():
    settings = worker_settings(NAMES)

    assert (settings.flush_after_s, settings.stop_budget_s) == (10, 6)
    assert (settings.visibility_timeout_s, settings.heartbeat_s) == (30, 10)


def test_the_heartbeat_follows_the_visibility_timeout():
    assert worker_settings({**NAMES, "VISIBILITY_TIMEOUT_S": "60"}).heartbeat_s == 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLLERS", "0"),
        ("POLLERS", "four"),
        ("FLUSH_RECORDS", "0"),
        ("FLUSH_AFTER_S", "-1"),
        ("FLUSH_AFTER_S", "nan"),
        ("STOP_BUDGET_S", "inf"),
        ("HEARTBEAT_S", "100"),
    ],
)
def test_a_setting_that_cannot_work_is_named(name, value):
    with pytest.raises(MissingSetting, match=name):
        worker_settings({**NAMES, name: value})
