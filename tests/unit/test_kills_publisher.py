"""The report of `python -m tests.kills publisher`: what it takes for doubled, and for lost."""

import pytest

from tests.kills.publisher.deaths import Deaths, judge_deaths
from tests.kills.publisher.reconciling import Place, Told, describe, judge, read_deliveries


def told(channel="linkedin", status="sent", external_id="1", error_class=None):
    return Told(
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
    return {one.what: one.found for one in judge(deliveries, posts) if not one.holds}


def test_one_post_for_each_delivery_holds_and_so_does_an_unknown_one():
    unknown = told("sms", "unconfirmed", None, "unknown")
    failed = told("email", "failed", None, "permanent")
    assert found([told(), unknown, failed], [post()]) == {}
    assert found([unknown], [post("sms")]) == {}


def test_a_second_post_is_doubled_also_one_that_the_platform_refused():
    assert found([told()], [post(), post(external_id="2")]) == {
        "posts doubled": 1,
        "publish calls for what was live already": 1,
    }
    assert found([told()], [post(), post(accepted=False)]) == {
        "publish calls for what was live already": 1
    }
    assert found([told()], [post(accepted=False, external_id=None), post()]) == {}


@pytest.mark.parametrize(
    ("delivery", "posts", "what"),
    [
        (told(), [], "posts missing: sent by the API, not by the platform"),
        (told(status="retry"), [], "deliveries that did not come to an end"),
        (
            told(status="failed", error_class="permanent"),
            [post()],
            "posts that are live, and the API says otherwise",
        ),
        (told(status="failed", error_class="missed"), [], "failed without a refusal for good"),
    ],
)
def test_a_lost_one_is_found(delivery, posts, what):
    assert found([delivery], posts)[what] == 1


def test_a_foreign_post_and_a_foreign_id_are_found():
    assert found([told()], [post(), post("sms")]) == {"posts nobody asked for": 1}
    assert found([told(external_id="7")], [post()]) == {
        "sent under an id that the platform did not give": 1
    }
    container = told("instagram", external_id="container")
    assert found([container], [post("instagram")]) == {}


def test_the_counts_say_how_many_of_the_unknown_are_live():
    unknown = told("sms", "unconfirmed", None)
    assert describe([told(), unknown], [post(), post("sms"), post("sms", accepted=False)]) == (
        "2 deliveries: 1 sent, 1 unconfirmed (1 of the unconfirmed are live); the platforms took "
        "2 posts and refused 1 calls."
    )


def test_deliveries_are_read_from_a_message_of_the_api():
    delivery = {"channel": "sms", "status": "failed", "external_id": None, "error": {"class": "x"}}
    message = {"id": "m", "content": "Hello", "channels": [delivery]}
    assert read_deliveries(message) == [told("sms", "failed", None, "x")]


def of_deaths(deliveries, posts, **by_step):
    findings = judge_deaths(
        Deaths(by_step={**dict.fromkeys(STEPS, ()), **by_step}), 1, deliveries, posts
    )
    return {one.what: one.found for one in findings if not one.holds}


STEPS = ("claim", "prepare", "arm", "publish", "finish", "settle")
ALL = dict.fromkeys(STEPS, ("m#linkedin",))


def test_an_armed_one_that_died_is_unconfirmed_and_not_posted_again():
    unknown = told(status="unconfirmed")
    assert of_deaths([unknown], [], **ALL) == {}
    assert of_deaths([told()], [post()], **ALL) == {
        "armed and dead, neither unconfirmed nor found": 2,
        "armed and dead, then posted by itself": 1,
    }


def test_one_that_died_after_its_publish_call_is_found_where_the_platform_shows_it():
    lost = told("instagram", "unconfirmed", None)
    kept = told("instagram", external_id="container")
    assert of_deaths([kept], [post("instagram")], publish=["m#instagram"]) == {
        "deaths that are missing": 5
    }
    found = of_deaths([lost], [post("instagram")], publish=["m#instagram"])
    assert found["armed and dead, neither unconfirmed nor found"] == 1
