"""The sandbox's Instagram account: containers, their status, and what may be published."""

import pytest
from sandbox_kit import image_host, jpeg, png
from support.local_system import aws_of
from test_sandbox_facebook import error_of

from infra.local.sandbox.instagram import QUOTA
from infra.local.sandbox.instagram_containers import CONTAINER_LIFE_S
from infra.local.sandbox.instagram_rules import MAX_CAPTION_CHARS

MEDIA, PUBLISH = "/201/media", "/201/media_publish"


@pytest.fixture(scope="module")
def images():
    contents = {
        "good": jpeg(),
        "png": png(),
        "wide": jpeg(1920, 1000),
        "tall": jpeg(1000, 1251),
        "large": jpeg(size_bytes=8 * 1024 * 1024 + 1),
    }
    with image_host(**contents) as host:
        yield host


def create(sandbox, images, **fields):
    status, body = sandbox.graph("POST", MEDIA, **{"image_url": f"{images}good", **fields})
    assert status == 200, body
    return body["id"]


def status_of(sandbox, container):
    return sandbox.graph("GET", f"/{container}", fields="status_code")[1]["status_code"]


def publish(sandbox, container):
    return sandbox.graph("POST", PUBLISH, creation_id=container)


def test_a_container_is_published_once(sandbox, images):
    container = create(sandbox, images, caption="Look")
    assert sandbox.posts() == []
    assert status_of(sandbox, container) == "FINISHED"

    status, body = publish(sandbox, container)

    assert status == 200
    _, read = sandbox.graph("GET", f"/{container}", fields="status_code,status")
    assert read == {
        "id": container,
        "status_code": "PUBLISHED",
        "status": "Published: Media has already been published.",
    }
    assert error_of(publish(sandbox, container)) == (400, 9007, 2207027)
    assert [(p["text"], p["media"], p["accepted"], p["external_id"]) for p in sandbox.posts()] == [
        ("Look", [f"{images}good"], True, body["id"]),
        ("Look", [f"{images}good"], False, body["id"]),
    ]


def test_a_medium_has_a_permalink(sandbox, images):
    medium = publish(sandbox, create(sandbox, images))[1]["id"]
    _, body = sandbox.graph("GET", f"/{medium}", fields="permalink")
    assert body == {"id": medium, "permalink": f"{sandbox.url}/#post-{medium}"}


def test_a_container_is_in_progress_for_so_many_reads(sandbox, images):
    sandbox.fail("instagram", in_progress={"polls": 2, "times": 1})
    container = create(sandbox, images)

    assert error_of(publish(sandbox, container)) == (400, 9007, 2207027)

    found = [status_of(sandbox, container) for _ in range(3)]
    assert found == ["IN_PROGRESS", "IN_PROGRESS", "FINISHED"]
    assert publish(sandbox, container)[0] == 200
    assert status_of(sandbox, create(sandbox, images)) == "FINISHED"  # once was said


def test_a_container_expires_after_a_day(sandbox, images):
    container = create(sandbox, images)
    sandbox.now += CONTAINER_LIFE_S - 1
    assert status_of(sandbox, container) == "FINISHED"
    sandbox.now += 1
    assert status_of(sandbox, container) == "EXPIRED"
    assert error_of(publish(sandbox, container)) == (400, -2, 2207020)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"image_url": ""}, (400, 100, None)),
        ({"media_type": "REELS"}, (400, 100, 2207023)),
        ({"caption": "a" * (MAX_CAPTION_CHARS + 1)}, (400, 36004, 2207010)),
        ({"media_type": "CAROUSEL", "children": "1"}, (400, 100, 2207028)),
        ({"media_type": "CAROUSEL", "children": "1,2"}, (400, 24, 2207006)),
    ],
)
def test_what_a_container_must_be(sandbox, images, fields, error):
    answer = sandbox.graph("POST", MEDIA, **{"image_url": f"{images}good", **fields})
    assert error_of(answer) == error


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("none", (400, 9004, 2207052)),
        ("png", (400, 36001, 2207005)),
        ("wide", (400, 36003, 2207009)),
        ("tall", (400, 36003, 2207009)),
        ("large", (400, 36000, 2207004)),
    ],
)
def test_what_an_image_must_be(sandbox, images, name, error):
    assert error_of(sandbox.graph("POST", MEDIA, image_url=f"{images}{name}")) == error


def test_a_carousel_is_made_of_its_items(sandbox, images):
    items = [create(sandbox, images, is_carousel_item="true") for _ in range(2)]
    single = create(sandbox, images)
    fields = {"media_type": "CAROUSEL", "image_url": ""}

    carousel = create(sandbox, images, **fields, children=",".join(items), caption="Two")

    assert publish(sandbox, carousel)[0] == 200
    assert sandbox.posts()[0]["media"] == [f"{images}good"] * 2
    mixed = sandbox.graph("POST", MEDIA, **fields, children=f"{items[0]},{single}")
    assert error_of(mixed) == (400, 24, 2207006)
    assert error_of(publish(sandbox, items[0])) == (400, 24, 2207008)


def test_an_item_in_progress_holds_up_its_carousel(sandbox, images):
    ready = create(sandbox, images, is_carousel_item="true")
    sandbox.fail("instagram", in_progress={"polls": 1})
    late = create(sandbox, images, is_carousel_item="true")
    answer = sandbox.graph("POST", MEDIA, media_type="CAROUSEL", children=f"{ready},{late}")
    assert error_of(answer) == (400, 9007, 2207027)


def test_an_unknown_container_is_named(sandbox, images):
    assert error_of(publish(sandbox, "7")) == (400, 24, 2207008)
    assert error_of(sandbox.graph("GET", "/7", fields="status_code")) == (400, 100, 33)
    other = create(sandbox, images)
    answer = sandbox.graph("POST", "/202/media_publish", creation_id=other)
    assert error_of(answer) == (400, 24, 2207008)


def test_the_days_quota_is_told_and_kept(sandbox, images):
    containers = [create(sandbox, images) for _ in range(QUOTA + 1)]
    for container in containers[:QUOTA]:
        assert publish(sandbox, container)[0] == 200
    path, fields = "/201/content_publishing_limit", "quota_usage,config"
    _, body = sandbox.graph("GET", path, fields=fields)
    config = {"quota_total": QUOTA, "quota_duration": 86400}
    assert body == {"data": [{"quota_usage": QUOTA, "config": config}]}

    assert error_of(publish(sandbox, containers[QUOTA])) == (400, 9, 2207042)

    sandbox.now += 24 * 3600 + 1
    assert sandbox.graph("GET", path, fields=fields)[1]["data"][0]["quota_usage"] == 0
    assert publish(sandbox, create(sandbox, images))[0] == 200


def test_an_image_of_the_emulators_bucket_is_fetched_by_its_signed_address(sandbox, emulated):
    s3 = aws_of(emulated).client("s3")
    s3.create_bucket(Bucket="sandbox-media")
    s3.put_object(Bucket="sandbox-media", Key="a b/ü.jpg", Body=jpeg())
    arguments = {"Bucket": "sandbox-media", "Key": "a b/ü.jpg"}
    url = s3.generate_presigned_url("get_object", Params=arguments)

    container = create(sandbox, "", image_url=url)

    assert publish(sandbox, container)[0] == 200
    assert sandbox.posts()[0]["media"] == [url.partition("?")[0]]
    missing = s3.generate_presigned_url("get_object", Params={**arguments, "Key": "none.jpg"})
    answer = sandbox.graph("POST", MEDIA, image_url=missing)
    assert error_of(answer) == (400, 9004, 2207052)
