"""The report of `python -m tests.kills publisher`: what it takes for doubled, and for lost."""

import pytest

from tests.kills.publisher.deaths import Deaths, judge_deaths
from tests.kills.publisher.reconciling import Place, Reported, describe, judge, read_all


def reported(channel="linkedin", status="sent", external_id="1", error_class=None):
    return Reported(
        ref=f"m#{channel}",
        place=Place(channel, "Hello"),
        status=status,
        external_id=external_id,
        error_class=error_class,
    )


def post(channel="linkedin", *, accepted=True, external_id="1", text="Hello"):
    return {"channel": channel, "text": text, "accepted": accepted, "external_id": external_id}


def found(deliveries, posts):
    """What does not hold, by its name."""
    return {
        finding.what: finding.found for finding in judge(deliveries, posts) if not finding.holds
    }


def test_one_post_for_each_delivery_holds_and_so_does_an_unknown_one():
    unknown = reported("sms", "unconfirmed", None, "unknown")
    failed = reported("email", "failed", None, "permanent")
    assert found([reported(), unknown, failed], [post()]) == {}
    assert found([unknown], [post("sms")]) == {}


def test_a_second_post_is_doubled_also_one_that_the_platform_refused():
    assert found([reported()], [post(), post(external_id="2")]) == {
        "posts doubled": 1,
        "publish calls after the post was live": 1,
    }
    assert found([reported()], [post(), post(accepted=False)]) == {
        "publish calls after the post was live": 1
    }
    assert found([reported()], [post(accepted=False, external_id=None), post()]) == {}


@pytest.mark.parametrize(
    ("delivery", "posts", "what"),
    [
        (reported(), [], "posts missing, of deliveries that are sent"),
        (reported(status="retry"), [], "deliveries that did not end"),
        (
            reported(status="failed", error_class="permanent"),
            [post()],
            "posts that are live and not reported",
        ),
        (reported(status="failed", error_class="missed"), [], "failed without a permanent error"),
    ],
)
def test_a_lost_one_is_found(delivery, posts, what):
    assert found([delivery], posts)[what] == 1


def test_a_foreign_post_and_a_foreign_id_are_found():
    assert found([reported()], [post(), post("sms")]) == {"posts nobody asked for": 1}
    assert found([reported(external_id="7")], [post()]) == {
        "sent with an id that no platform gave": 1
    }
    container = reported("instagram", external_id="container")
    assert found([container], [post("instagram")]) == {}


def test_the_counts_say_how_many_of_the_unknown_are_live():
    unknown = reported("sms", "unconfirmed", None)
    assert describe([reported(), unknown], [post(), post("sms"), post("sms", accepted=False)]) == (
        "2 deliveries: 1 sent, 1 unconfirmed (1 of the unconfirmed are live); "
        "2 posts accepted, 1 calls refused."
    )


def test_deliveries_are_read_from_a_message_of_the_api():
    delivery = {"channel": "sms", "status": "failed", "external_id": None, "error": {"class": "x"}}
    message = {"id": "m", "content": "Hello", "channels": [delivery]}
    assert read_all([message]) == [reported("sms", "failed", None, "x")]


def of_deaths(deliveries, posts, **by_step):
    findings = judge_deaths(
        Deaths(by_step={**dict.fromkeys(STEPS, ()), **by_step}), 1, deliveries, posts
    )
    return {finding.what: finding.found for finding in findings if not finding.holds}


STEPS = ("claim", "prepare", "arm", "publish", "finish", "settle")
ALL = dict.fromkeys(STEPS, ("m#linkedin",))


def test_an_armed_one_that_died_is_unconfirmed_and_not_posted_again():
    unknown = reported(status="unconfirmed")
    assert of_deaths([unknown], [], **ALL) == {}
    assert of_deaths([reported()], [post()], **ALL) == {
        "killed when armed, not unconfirmed or found": 2,
        "killed when armed, then posted": 1,
    }


def test_one_that_died_after_its_publish_call_is_found_where_the_platform_shows_it():
    lost = reported("instagram", "unconfirmed", None)
    kept = reported("instagram", external_id="container")
    assert of_deaths([kept], [post("instagram")], publish=["m#instagram"]) == {
        "kills of a delivery that are missing": 5
    }
    found = of_deaths([lost], [post("instagram")], publish=["m#instagram"])
    assert found["killed when armed, not unconfirmed or found"] == 1
