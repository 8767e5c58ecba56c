"""Images for messages: begun, uploaded to the bucket, confirmed, and then pinned."""

import pytest
from publisher_kit import CERTIFICATES, MEDIA, MESSAGES, author_of, made, stage_of, stored
from support.clouds import RESOURCES
from support.pictures import make_jpeg, make_png

JPEG, PNG = "image/jpeg", "image/png"
BUCKET = next(bucket.name for bucket in RESOURCES.buckets if bucket.variable == "MEDIA_BUCKET")
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"/>'


@pytest.fixture
def author(callers, aws, run_on):
    run_on(aws, **stage_of("http://127.0.0.1:9"))
    return author_of(callers)


@pytest.fixture
def upload(aws, author):
    """Begin an upload of these bytes, and put them, or others, where the form says."""

    def put(data, content_type=JPEG, instead=None):
        form = made(author, MEDIA, {"content_type": content_type, "size_bytes": len(data)})
        key = form["fields"]["key"]
        body = data if instead is None else instead
        aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body, ContentType=content_type)
        return form["id"]

    return put


def versions(aws):
    return aws.client("s3").list_object_versions(Bucket=BUCKET).get("Versions", [])


def test_a_form_is_for_one_object_of_one_type_and_size(author):
    form = made(author, MEDIA, {"content_type": PNG, "size_bytes": 9})
    assert form["fields"]["key"] == f"media/{form['id']}"
    assert form["fields"]["Content-Type"] == PNG
    assert BUCKET in form["url"]
    _, media = author.send("GET", f"{MEDIA}/{form['id']}")
    assert (media["status"], media["size_bytes"]) == ("pending", 9)
    assert (media["width"], media["height"], media["url"]) == (None, None, None)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (make_jpeg(400, 300), JPEG),
        (make_jpeg(400, 300, metadata_bytes=60_000), JPEG),
        (make_png(400, 300), PNG),
    ],
    ids=["JPEG", "JPEG with metadata", "PNG"],
)
def test_an_image_is_confirmed_with_its_size_and_confirming_again_is_the_same(
    author, upload, data, content_type
):
    path = f"{MEDIA}/{upload(data, content_type)}"
    status, media = author.send("POST", f"{path}/confirm")
    assert (status, media["status"]) == (200, "confirmed")
    assert (media["content_type"], media["width"], media["height"]) == (content_type, 400, 300)
    assert "versionId=" in media["url"]
    for method, again in (("POST", f"{path}/confirm"), ("GET", path)):
        assert author.send(method, again)[1] | {"url": ""} == media | {"url": ""}


@pytest.mark.parametrize(
    ("data", "content_type", "message"),
    [
        (GIF, PNG, "neither a JPEG nor a PNG"),
        (SVG, PNG, "neither a JPEG nor a PNG"),
        (b"<html><script>", JPEG, "neither a JPEG nor a PNG"),
        (make_png(), JPEG, "the upload is image/png, not image/jpeg"),
        (make_jpeg(), PNG, "the upload is image/jpeg, not image/png"),
        (make_jpeg()[:3], JPEG, "damaged|size"),
        (make_jpeg()[:22], JPEG, "damaged|size"),
        (make_png()[:8], PNG, "damaged|size"),
        (make_png()[:18], PNG, "damaged|size"),
        (make_png(0, 400), PNG, "size"),
        (make_jpeg(400, 0), JPEG, "size"),
        (make_jpeg(20_001, 1), JPEG, "size"),
    ],
)
def test_what_is_no_such_image_is_refused_and_deleted(
    author, aws, upload, *, data, content_type, message
):
    media_id = upload(data, content_type)
    status, problem = author.send("POST", f"{MEDIA}/{media_id}/confirm")
    assert (status, problem["code"]) == (400, "invalid_input")
    assert any(part in problem["message"] for part in message.split("|")), problem
    assert versions(aws) == []
    assert author.send("GET", f"{MEDIA}/{media_id}")[1]["status"] == "pending"
    body = {"content": "x", "channels": ["facebook"], "media": [media_id]}
    status, problem = author.send("POST", MESSAGES, body)
    assert (status, problem["message"]) == (400, f"media: the upload {media_id} is not confirmed")


@pytest.mark.parametrize("cut", range(0, len(make_jpeg()), 7))
def test_however_short_an_image_is_cut_the_answer_is_a_plain_one(author, upload, cut):
    for data, content_type in ((make_jpeg(), JPEG), (make_png(), PNG)):
        part = data[: cut + 1]
        assert author.send("POST", f"{MEDIA}/{upload(part, content_type)}/confirm")[0] in (200, 400)


def test_another_size_than_was_announced_is_refused_and_deleted(author, aws, upload):
    media_id = upload(make_jpeg(), instead=make_jpeg() + b"more")
    status, problem = author.send("POST", f"{MEDIA}/{media_id}/confirm")
    assert (status, "bytes, not" in problem["message"]) == (400, True)
    assert versions(aws) == []


def test_nothing_can_be_confirmed_before_it_is_uploaded(author):
    media_id = made(author, MEDIA, {"content_type": PNG, "size_bytes": 9})["id"]
    status, problem = author.send("POST", f"{MEDIA}/{media_id}/confirm")
    assert (status, problem["message"]) == (409, "nothing was uploaded yet")


def test_what_is_uploaded_after_confirmation_changes_nothing_that_is_used(author, aws, upload):
    import app

    first, second = make_jpeg(400, 300), make_jpeg(500, 500)
    media_id = upload(first)
    author.send("POST", f"{MEDIA}/{media_id}/confirm")
    aws.client("s3").put_object(Bucket=BUCKET, Key=f"media/{media_id}", Body=second)
    _, media = author.send("POST", f"{MEDIA}/{media_id}/confirm")
    assert (media["width"], media["height"]) == (400, 300)
    pinned = [version["VersionId"] for version in versions(aws) if not version["IsLatest"]]
    assert f"versionId={pinned[0]}" in media["url"]
    (file,) = app.wiring.publisher.uploads.load_files([media_id])
    assert (file.read(), file.width) == (first, 400)
    assert f"versionId={pinned[0]}" in file.url()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content_type": "image/gif", "size_bytes": 1},
        {"content_type": "image/svg+xml", "size_bytes": 1},
        {"content_type": PNG, "size_bytes": 0},
        {"content_type": PNG, "size_bytes": 8 * 1024 * 1024 + 1},
        {"content_type": PNG, "size_bytes": 1, "key": "elsewhere"},
    ],
)
def test_what_no_channel_takes_is_not_begun(author, aws, body):
    assert author.send("POST", MEDIA, body)[0] == 400
    assert stored(aws) == []


@pytest.mark.parametrize(
    ("size", "content_type", "message"),
    [
        ((400, 400), PNG, "instagram: image {} is image/png, not image/jpeg"),
        ((300, 300), JPEG, "instagram: image {} is 300 px wide, not 320 to 1440"),
        ((1441, 1441), JPEG, "instagram: image {} is 1441 px wide, not 320 to 1440"),
        ((400, 501), JPEG, "instagram: image {} is 0.80 wide by high, not 0.8 to 1.91"),
        ((400, 209), JPEG, "instagram: image {} is 1.91 wide by high, not 0.8 to 1.91"),
    ],
)
def test_an_image_that_instagram_does_not_take_is_named(
    author, upload, *, size, content_type, message
):
    make = make_png if content_type == PNG else make_jpeg
    media_id = upload(make(*size), content_type)
    author.send("POST", f"{MEDIA}/{media_id}/confirm")
    body = {"content": "x", "channels": ["facebook", "instagram"], "media": [media_id]}
    status, problem = author.send("POST", MESSAGES, body)
    assert (status, problem["message"]) == (400, message.format(media_id))


def test_an_authors_image_is_for_that_authors_messages_and_certificates_alone(
    callers, author, upload
):
    media_id = upload(make_jpeg())
    author.send("POST", f"{MEDIA}/{media_id}/confirm")
    message = {"content": "x", "channels": ["facebook", "instagram"], "media": [media_id]}
    certificate = {"name": "n", "issuer": "i", "issued_on": "2026-01-31", "badge_media": media_id}
    assert made(author, MESSAGES, message)["media"] == [media_id]
    assert made(author, CERTIFICATES, certificate)["badge_media"] == media_id
    other = author_of(callers, "bob")
    for path, body in ((MESSAGES, message), (CERTIFICATES, certificate)):
        status, problem = other.send("POST", path, body)
        assert (status, problem["message"]) == (400, f"media: there is no upload {media_id}")
