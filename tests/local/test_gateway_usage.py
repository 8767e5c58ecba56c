"""The usage plan: who may pass, how fast, and how often a day."""

import pytest
from gateway_kit import API_KEY, gateway, serving, token

from chalicelib.errors import Forbidden, TooManyRequests
from infra.declared.kinds import UsagePlan
from infra.local.gateway.usage import DAY_S, Usage

NOON = 20_000 * DAY_S + DAY_S / 2


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def taken(usage: Usage, times: int, key: str = API_KEY) -> int:
    """How many of so many requests passed."""
    passed = 0
    for _ in range(times):
        try:
            usage.take(key)
        except TooManyRequests:
            continue
        passed += 1
    return passed


def test_a_burst_passes_and_then_the_rate():
    clock = Clock()
    usage = Usage([API_KEY], UsagePlan(), clock)
    assert taken(usage, 40) == 20
    clock.now += 0.5
    assert taken(usage, 40) == 5
    clock.now += 60
    assert taken(usage, 40) == 20


def test_a_throttled_request_may_come_again_in_a_second():
    usage = Usage([API_KEY], UsagePlan(burst_limit=0), Clock())
    with pytest.raises(TooManyRequests, match="a second") as refused:
        usage.take(API_KEY)
    assert refused.value.retry_after_s == 1


def test_the_quota_ends_a_day_until_midnight():
    clock = Clock()
    usage = Usage([API_KEY], UsagePlan(quota_per_day=30), clock)
    assert taken(usage, 20) == 20
    clock.now += 10
    assert taken(usage, 20) == 10
    clock.now += 10
    with pytest.raises(TooManyRequests, match="of 30 requests a day") as refused:
        usage.take(API_KEY)
    assert refused.value.retry_after_s == DAY_S // 2 - 20 + 1
    clock.now = NOON + DAY_S / 2 - 0.001
    assert taken(usage, 1) == 0
    clock.now += 1
    assert taken(usage, 1) == 1


def test_throttled_requests_do_not_eat_the_quota():
    clock = Clock()
    usage = Usage([API_KEY], UsagePlan(quota_per_day=21), clock)
    assert taken(usage, 500) == 20
    clock.now += 5
    assert taken(usage, 5) == 1


def test_a_clock_that_is_set_back_neither_fails_nor_gives_more():
    clock = Clock()
    usage = Usage([API_KEY], UsagePlan(), clock)
    assert taken(usage, 20) == 20
    clock.now -= 3600
    assert taken(usage, 5) == 0
    clock.now += 1
    assert taken(usage, 20) == 10


def test_each_key_has_a_plan_of_its_own():
    usage = Usage(["a", "b"], UsagePlan(), Clock())
    assert taken(usage, 30, "a") == 20
    assert taken(usage, 30, "b") == 20


@pytest.mark.parametrize("key", [None, "", "key-", "key-12", "KEY-1", "kéy-1", "key-1 "])
def test_a_missing_or_unknown_key_is_forbidden(key):
    with pytest.raises(Forbidden):
        Usage([API_KEY], UsagePlan(), Clock()).take(key)


def test_no_key_passes_where_none_is_known():
    with pytest.raises(Forbidden):
        Usage([], UsagePlan(), Clock()).take("")


def test_beyond_the_plan_the_caller_reads_429_and_when_to_come_again():
    plan = UsagePlan(burst_limit=1, rate_limit=0)
    with serving(gateway(usage=Usage([API_KEY], plan, Clock()))) as caller:
        sent = {"Authorization": token(), "X_Api_Key": API_KEY}
        assert caller.get("/keyed", **sent)[0] == 200
        status, body, headers = caller.get("/keyed", **sent)
    assert (status, body["code"]) == (429, "too_many_requests")
    assert headers["retry-after"] == "1"
    assert headers["access-control-allow-origin"] == "https://console.example.com"


def test_a_refused_token_costs_the_key_nothing():
    plan = UsagePlan(burst_limit=1, rate_limit=0)
    with serving(gateway(usage=Usage([API_KEY], plan, Clock()))) as caller:
        assert caller.get("/keyed", Authorization="bad", X_Api_Key=API_KEY)[0] == 401
        assert caller.get("/keyed", Authorization=token(), X_Api_Key=API_KEY)[0] == 200


def test_the_refusal_names_the_setting_of_the_quota():
    usage = Usage([API_KEY], UsagePlan(quota_per_day=0), Clock(), setting="SEARCHES_PER_DAY")
    with pytest.raises(TooManyRequests) as refused:
        usage.take(API_KEY)
    said = "the key's quota of 0 requests a day (SEARCHES_PER_DAY) is used up"
    assert str(refused.value) == said
