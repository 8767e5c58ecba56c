"""The sandbox's LinkedIn: headers, versions, duplicates, images, and text that is cut silently."""

import pytest
from sandbox_kit import LINKEDIN, jpeg

from infra.local.sandbox.linkedin_rules import MAX_COMMENTARY_CHARS

AUTHOR = "urn:li:organization:5"


def post_with(sandbox, **headers):
    """A good post with other headers; None leaves one out."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {name: value for name, value in {**LINKEDIN, **names}.items() if value is not None}
    body = {
        "author": AUTHOR,
        "commentary": "Hello",
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    return sandbox.call("POST", "/rest/posts", body, sent)


def test_a_post_has_its_urn_in_a_header_and_no_body(sandbox):
    status, body, headers = sandbox.post_linkedin("Hello")
    urn = headers["x-restli-id"]
    assert (status, body) == (201, b"")
    assert urn.startswith("urn:li:share:")
    [post] = sandbox.posts()
    assert (post["channel"], post["text"], post["external_id"]) == ("linkedin", "Hello", urn)
    assert post["accepted"] is True


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": None}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"Authorization": "Bearer expired-1"}, 401, "EXPIRED_ACCESS_TOKEN"),
        ({"LinkedIn_Version": None}, 400, "VERSION_MISSING"),
        ({"LinkedIn_Version": "2026-10"}, 400, "INVALID_VERSION"),
        ({"LinkedIn_Version": "202511"}, 426, "NONEXISTENT_VERSION"),
        ({"LinkedIn_Version": "203001"}, 426, "NONEXISTENT_VERSION"),
        ({"X_Restli_Protocol_Version": None}, 400, "ILLEGAL_ARGUMENT"),
    ],
)
def test_the_headers_must_be_there_and_valid(sandbox, headers, status, code):
    found, body, _ = post_with(sandbox, **headers)
    assert (found, body["status"], body["code"]) == (status, status, code)
    assert [post["accepted"] for post in sandbox.posts()] == [False]


def test_a_sunset_version_is_named_with_its_day(sandbox):
    _, body, _ = post_with(sandbox, LinkedIn_Version="202504")
    assert body["message"] == "Requested version 20250401 is not active"


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"author": None}, 422, "/author"),
        ({"author": "urn:li:group:1"}, 422, "/author"),
        ({"commentary": None}, 422, "/commentary"),
        ({"commentary": " "}, 422, "/commentary"),
        ({"visibility": "SECRET"}, 422, "/visibility"),
        ({"distribution": None}, 422, "/distribution"),
        ({"lifecycleState": "DRAFT"}, 422, "/lifecycleState"),
        ({"content": {"media": {"id": "urn:li:image:7"}}}, 400, "urn:li:image:7"),
    ],
)
def test_what_a_post_must_have(sandbox, changes, status, reason):
    found, body, _ = sandbox.post_linkedin("Hello", **changes)
    assert found == status
    assert reason in body["message"]


def test_the_length_counts_the_escaping(sandbox):
    longest = "\\(" * (MAX_COMMENTARY_CHARS // 2)
    assert sandbox.post_linkedin(longest)[0] == 201
    status, body, _ = sandbox.post_linkedin(f"{longest}a")
    assert (status, body["status"]) == (400, 400)
    assert "(3001 characters) exceeded the maximum allowed (3000 characters)" in body["message"]
    assert body["errorDetails"]["inputErrors"][0]["code"] == "FIELD_ARRAY_SIZE_TOO_HIGH"


def test_the_same_content_is_a_duplicate_that_names_the_earlier_post(sandbox):
    urn = sandbox.post_linkedin("Hello")[2]["x-restli-id"]
    sandbox.post_linkedin("Between")

    status, body, headers = sandbox.post_linkedin("Hello")

    assert status == 422
    assert "x-restli-id" not in headers
    assert body == {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": "com.linkedin.content.common.exception.BadRequestResponseException: "
        f"Content is a duplicate of {urn}",
        "errorDetails": {
            "inputErrors": [
                {"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}
            ]
        },
        "status": 422,
    }
    last = sandbox.posts()[-1]
    assert (last["accepted"], last["external_id"]) == (False, urn)
    assert sandbox.post_linkedin("Hello", author="urn:li:person:x")[0] == 201


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Read the repo (durable) today", "Read the repo "),
        ("a_b", "a"),
        ("50 * 2", "50 "),
        ("back\\slash", "back"),
        ("C# is no hashtag", "C"),
        ("Hi @dev", "Hi "),
        (r"{hashtag|\#|news} and {more}", "#news and "),
    ],
)
def test_an_unescaped_reserved_character_cuts_the_text_silently(sandbox, sent, shown):
    assert sandbox.post_linkedin(sent)[0] == 201
    [post] = sandbox.posts()
    assert (post["text"], list(post["details"])) == (shown, ["cut"])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (r"Read \(all\) of it \_now\_ \\", "Read (all) of it _now_ \\"),
        ("We like #aws and #Größe!", "We like #aws and #Größe!"),
        ("Hi @[Dev Co](urn:li:organization:24) there", "Hi Dev Co there"),
        ("See https://example.com/a_b?c=~d#e now", "See https://example.com/a_b?c=~d#e now"),
        ("two\nlines → ✅", "two\nlines → ✅"),
    ],
)
def test_escaped_text_hashtags_mentions_and_links_are_shown_whole(sandbox, sent, shown):
    assert sandbox.post_linkedin(sent)[0] == 201
    [post] = sandbox.posts()
    assert (post["text"], post["details"]) == (shown, {})


def begin_upload(sandbox, owner=AUTHOR):
    body = {"initializeUploadRequest": {"owner": owner}}
    status, answer, _ = sandbox.call("POST", "/rest/images?action=initializeUpload", body, LINKEDIN)
    assert status == 200
    value = answer["value"]
    assert value["uploadUrlExpiresAt"] > sandbox.now * 1000
    return value["image"], value["uploadUrl"].removeprefix(sandbox.url)


def upload(sandbox, content=b""):
    urn, path = begin_upload(sandbox)
    assert sandbox.call("PUT", path, content or jpeg())[0] == 201
    return urn


def test_an_image_is_uploaded_and_posted(sandbox):
    urn = upload(sandbox)
    status, _, _ = sandbox.post_linkedin("Look", content={"media": {"id": urn, "altText": "a"}})
    assert status == 201
    assert sandbox.posts()[0]["media"] == [urn]


def test_several_images_are_two_to_twenty(sandbox):
    urns = [upload(sandbox) for _ in range(2)]

    def post(chosen):
        images = [{"id": urn} for urn in chosen]
        return sandbox.post_linkedin("Look", content={"multiImage": {"images": images}})[0]

    assert post(urns) == 201
    assert post(urns[:1]) == 400
    assert post([upload(sandbox)] * 21) == 400


def test_an_image_must_be_uploaded_and_the_authors(sandbox):
    urn, path = begin_upload(sandbox)
    content = {"media": {"id": urn}}
    status, body, _ = sandbox.post_linkedin("Look", content=content)
    assert (status, body["code"]) == (400, "MEDIA_ASSET_WAITING_UPLOAD")
    assert sandbox.call("PUT", path, b"no image")[0] == 400
    sandbox.call("PUT", path, jpeg())
    status, body, _ = sandbox.post_linkedin("Look", author="urn:li:person:x", content=content)
    assert (status, body["code"]) == (400, "MEDIA_ASSET_NOT_FOUND")
    assert sandbox.post_linkedin("Look", content=content)[0] == 201


def test_the_same_image_uploaded_again_is_the_same_content(sandbox):
    def post(urn):
        return sandbox.post_linkedin("Look", content={"media": {"id": urn}})[0]

    assert post(upload(sandbox)) == 201
    assert post(upload(sandbox)) == 422
    assert post(upload(sandbox, jpeg(640, 640))) == 201


def test_an_upload_begins_by_its_action_for_an_owner(sandbox):
    def begin(query, body):
        return sandbox.call("POST", f"/rest/images{query}", body, LINKEDIN)[0]

    request = {"initializeUploadRequest": {"owner": AUTHOR}}
    assert begin("", request) == 400
    assert begin("?action=initializeUpload", {}) == 422
    assert sandbox.call("POST", "/rest/images?action=initializeUpload", request)[0] == 401
    assert sandbox.call("PUT", "/dms-uploads/7", jpeg())[0] == 404
