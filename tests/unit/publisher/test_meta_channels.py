"""Facebook and Instagram: what is uploaded, what is published, and what is asked afterwards."""

import pytest
from support.platforms import PlatformResponse

from chalicelib.publisher.channels.base import NotReady, Published, Rejection
from chalicelib.publisher.channels.facebook import Facebook
from chalicelib.publisher.channels.graph import GraphApi
from chalicelib.publisher.channels.http import HttpApi
from chalicelib.publisher.channels.instagram import Instagram
from chalicelib.publisher.model import Channel, DeliveryErrorClass

PAGE = {"page_id": "1001", "page_token": "t", "ig_user_id": "2001"}


@pytest.fixture
def api(platform):
    return GraphApi(HttpApi("Meta", platform.url), "v26.0")


@pytest.fixture
def facebook(api):
    return Facebook(api)


@pytest.fixture
def instagram(api):
    return Instagram(api)


def made(*ids):
    return [PlatformResponse(body={"id": item_id}) for item_id in ids]


def status(*codes):
    return [PlatformResponse(body={"status_code": code, "id": "9"}) for code in codes]


# --- Facebook --------------------------------------------------------------------------------


def test_a_text_is_one_call(platform, facebook, make_attempt):
    platform.will("/feed", *made("1001_5"))
    attempt = make_attempt(Channel.FACEBOOK, PAGE)
    assert facebook.prepare(attempt) == {}
    assert facebook.publish(attempt) == Published("1001_5", "https://www.facebook.com/1001_5")
    assert [request.body for request in platform.requests] == [{"message": "Hello"}]


def test_photos_are_uploaded_unpublished_and_then_posted_in_order(platform, facebook, make_attempt):
    platform.will("/photos", *made("p0", "p1"))
    platform.will("/feed", *made("1001_5"))
    prepared = facebook.prepare(make_attempt(Channel.FACEBOOK, PAGE, images=2))
    assert prepared == {"photo_m0": "p0", "photo_m1": "p1"}
    facebook.publish(make_attempt(Channel.FACEBOOK, PAGE, images=2, prepared=prepared))
    assert platform.paths() == ["/v26.0/1001/photos"] * 2 + ["/v26.0/1001/feed"]
    assert platform.requests[0].body == {"url": "https://media.example/m0", "published": False}
    photos = [{"media_fbid": "p0"}, {"media_fbid": "p1"}]
    assert platform.requests[2].body == {"message": "Hello", "attached_media": photos}


def test_photos_that_are_there_are_not_uploaded_again(platform, facebook, make_attempt):
    prepared = {"photo_m0": "p0"}
    attempt = make_attempt(Channel.FACEBOOK, PAGE, images=1, prepared=prepared)
    assert facebook.prepare(attempt) == prepared
    assert platform.requests == []


def test_the_account_is_told_from_the_credentials_alone(facebook, instagram):
    assert (facebook.identify(PAGE), instagram.identify(PAGE)) == ("1001", "2001")
    assert (facebook.identify({}), instagram.identify({})) == (None, None)


# --- Instagram -------------------------------------------------------------------------------


def test_one_picture_is_one_container_and_one_publish_call(platform, instagram, make_attempt):
    platform.will("/media", *made("c1"))
    platform.will("fields=status_code", *status("FINISHED"))
    platform.will("/media_publish", *made("17"))
    platform.will(
        "fields=permalink", PlatformResponse(body={"permalink": "https://www.instagram.com/p/x/"})
    )
    prepared = instagram.prepare(make_attempt(Channel.INSTAGRAM, PAGE, images=1))
    assert prepared == {"container": "c1"}
    attempt = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared=prepared)
    assert instagram.publish(attempt) == Published("17", "https://www.instagram.com/p/x/")
    bodies = [request.body for request in platform.requests if request.method == "POST"]
    assert bodies == [
        {"image_url": "https://media.example/m0", "caption": "Hello"},
        {"creation_id": "c1"},
    ]


def test_a_carousel_waits_for_its_pictures_and_keeps_them(platform, instagram, make_attempt):
    platform.will("/media", *made("a", "b", "whole"))
    platform.will("/a?fields=status_code", *status("FINISHED"))
    platform.will("/b?fields=status_code", *status("IN_PROGRESS", "FINISHED"))
    platform.will("/whole?fields=status_code", *status("FINISHED"))
    with pytest.raises(NotReady) as caught:
        instagram.prepare(make_attempt(Channel.INSTAGRAM, PAGE, images=2))
    kept = caught.value.prepared
    assert kept == {"child_m0": "a", "child_m1": "b"}
    again = make_attempt(Channel.INSTAGRAM, PAGE, images=2, prepared=kept)
    assert instagram.prepare(again) == {**kept, "container": "whole"}
    bodies = [request.body for request in platform.requests if request.method == "POST"]
    assert bodies[0] == {"image_url": "https://media.example/m0", "is_carousel_item": True}
    assert bodies[2:] == [{"media_type": "CAROUSEL", "children": ["a", "b"], "caption": "Hello"}]


def test_a_container_in_progress_is_kept_and_asked_again(platform, instagram, make_attempt):
    platform.will("/media", *made("c1"))
    platform.will("fields=status_code", *status("IN_PROGRESS", "FINISHED"))
    with pytest.raises(NotReady) as caught:
        instagram.prepare(make_attempt(Channel.INSTAGRAM, PAGE, images=1))
    assert (caught.value.prepared, caught.value.retry_after_s) == ({"container": "c1"}, 10)
    again = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared=caught.value.prepared)
    assert instagram.prepare(again) == {"container": "c1"}
    assert platform.paths().count("/v26.0/2001/media") == 1


@pytest.mark.parametrize("code", ["ERROR", "EXPIRED"])
def test_a_container_that_failed_is_not_tried_again(platform, instagram, make_attempt, code):
    platform.will("fields=status_code", *status(code))
    attempt = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared={"container": "c1"})
    with pytest.raises(Rejection) as caught:
        instagram.prepare(attempt)
    assert (caught.value.error_class, caught.value.code) == ("permanent", code)


def test_a_container_that_is_not_there_yet_is_asked_again(platform, instagram, make_attempt):
    missing = {"error": {"code": 100, "error_subcode": 33, "message": "does not exist"}}
    platform.will("fields=status_code", PlatformResponse(status=400, body=missing))
    attempt = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared={"container": "c1"})
    with pytest.raises(Rejection) as caught:
        instagram.prepare(attempt)
    assert (caught.value.error_class, caught.value.code) == ("transient", "100/33")


@pytest.mark.parametrize(
    "permalink",
    [
        PlatformResponse(status=500),
        PlatformResponse(lost=True),
        PlatformResponse(body={}),
        PlatformResponse(status=400),
    ],
)
def test_without_its_link_a_post_is_published_all_the_same(
    platform, instagram, make_attempt, permalink
):
    platform.will("/media_publish", *made("17"))
    platform.will("fields=permalink", permalink)
    attempt = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared={"container": "c1"})
    assert instagram.publish(attempt) == Published("17", None)


@pytest.mark.parametrize("response", [PlatformResponse(status=500), PlatformResponse(lost=True)])
def test_a_lost_publish_call_is_unknown(platform, instagram, make_attempt, response):
    platform.will("/media_publish", response)
    attempt = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared={"container": "c1"})
    with pytest.raises(Rejection) as caught:
        instagram.publish(attempt)
    assert caught.value.error_class is DeliveryErrorClass.UNKNOWN


@pytest.mark.parametrize(
    ("code", "prepared", "found"),
    [
        ("PUBLISHED", {"container": "c1"}, Published("c1")),
        ("FINISHED", {"container": "c1"}, None),
        ("IN_PROGRESS", {"container": "c1"}, None),
        ("PUBLISHED", {}, None),
    ],
)
def test_a_published_container_is_the_proof(
    platform, instagram, make_attempt, *, code, prepared, found
):
    platform.will("fields=status_code", *status(code))
    attempt = make_attempt(Channel.INSTAGRAM, PAGE, images=1, prepared=prepared)
    assert instagram.reconcile(attempt) == found
    assert "/v26.0/2001/media_publish" not in platform.paths()
