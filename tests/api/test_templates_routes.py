"""Templates through their routes."""

import pytest
from effects import Effects
from publisher_kit import (
    MEDIA,
    MESSAGES,
    TEMPLATE,
    TEMPLATES,
    author_of,
    made,
    stage_of,
    stored,
)
from support.pictures import make_png
from support.wirings import running_on, wiring_on

import app as app_module

OTHER = {"name": "Other", "content": "{{a}} and {{b}}"}


@pytest.fixture
def author(callers, aws):
    with running_on(wiring_on(aws, **stage_of("http://127.0.0.1:1"))):
        yield author_of(callers)


@pytest.fixture
def other(callers, author):
    return author_of(callers, "bob")


@pytest.fixture
def template(author):
    return made(author, TEMPLATES, TEMPLATE)


def use(template, **fields):
    return {"template": {"id": template["id"], "fields": fields}, "draft": True}


def upload(author):
    """A confirmed upload's id."""
    _, media = author.send(
        "POST", MEDIA, {"content_type": "image/png", "size_bytes": len(make_png())}
    )
    app_module.wiring.publisher.uploads.bucket.client.put_object(
        Bucket=app_module.wiring.settings.publisher.media_bucket,
        Key=f"media/{media['id']}",
        Body=make_png(),
    )
    assert author.send("POST", f"{MEDIA}/{media['id']}/confirm")[0] == 200
    return media["id"]


def test_a_template_is_created_read_replaced_and_deleted(author, template, aws):
    path = f"{TEMPLATES}/{template['id']}"
    assert (template["fields"], template["rev"], template["created_by"]) == (["place"], 1, "ada")
    assert author.send("GET", path) == (200, template)
    assert author.headers["ETag"].startswith('"1-')
    status, changed = author.send("PUT", path, OTHER, If_Match='"1"')
    assert (status, changed["fields"], changed["channels"]) == (200, ["a", "b"], [])
    for method, body in (("PUT", OTHER), ("DELETE", None)):
        status, problem = author.send(method, path, body, If_Match='"1"')
        assert (status, problem["code"]) == (412, "precondition_failed")
    assert author.send("DELETE", path, If_Match='"2"')[0] == 204
    assert author.send("GET", path)[0] == 404
    assert stored(aws) == []


def test_all_publishers_and_operators_see_it_and_no_other_publisher_changes_it(
    callers, other, template, aws
):
    path, before, effects = f"{TEMPLATES}/{template['id']}", stored(aws), Effects(aws)
    for reader in (other, callers.operator()):
        assert reader.send("GET", path) == (200, template)
        assert reader.send("GET", TEMPLATES)[1]["templates"] == [template]
    for method, body in (("PUT", OTHER), ("DELETE", None)):
        status, problem = other.send(method, path, body)
        assert (status, problem["code"]) == (403, "forbidden")
    for method, body in (("GET", None), ("PUT", OTHER), ("DELETE", None)):
        assert callers.user("carl").send(method, path, body)[0] == 403
        assert callers.nobody().send(method, path, body)[0] == 401
    assert (stored(aws), effects.count) == (before, 0)
    status, changed = callers.operator().send("PUT", path, OTHER)
    assert (status, changed["created_by"]) == (200, "ada")
    assert callers.operator().send("DELETE", path)[0] == 204


def test_a_message_is_made_of_anothers_template(other, template):
    message = made(other, MESSAGES, use(template, place="Bonn"))
    assert (message["content"], message["template_id"]) == ("We open in Bonn.", template["id"])
    assert [delivery["channel"] for delivery in message["channels"]] == ["facebook"]
    status, found = other.send("POST", f"{MESSAGES}/validate", use(template, place="Bonn"))
    assert (status, found["channels"][0]["text"]) == (200, "We open in Bonn.")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "template.fields: 'place' of content is missing"),
        ({"place": "x", "town": "y"}, "template.fields: the template has no field 'town'"),
        ({"place": None}, "$.template.fields[...]"),
        ({"place": 7}, "$.template.fields[...]"),
        ({"place": "x" * 10_001}, "$.template.fields[...]"),
        ({"place": "\u0000"}, "NUL"),
    ],
)
def test_a_bad_field_is_a_400_that_names_it(author, template, aws, fields, named):
    before = stored(aws)
    for path in (MESSAGES, f"{MESSAGES}/validate"):
        status, problem = author.send("POST", path, use(template, **fields))
        assert (status, problem["code"]) == (400, "invalid_input")
        assert named in problem["message"], problem
    assert stored(aws) == before


@pytest.mark.parametrize("template_id", ["none", "a#b", "", "MSG#x", "a" * 129])
def test_a_template_that_is_none_is_a_400(author, aws, template_id):
    body = {"template": {"id": template_id}, "draft": True}
    status, problem = author.send("POST", MESSAGES, body)
    assert (status, "template" in problem["message"]) == (400, True)
    assert stored(aws) == []


@pytest.mark.parametrize("missing", ["content", "channels"])
def test_without_a_template_content_and_channels_are_required(author, missing):
    body = {"content": "x", "channels": ["facebook"], "draft": True}
    del body[missing]
    status, problem = author.send("POST", MESSAGES, body)
    assert (status, problem["message"]) == (400, f"Object missing required field `{missing}`")


@pytest.mark.parametrize("name", ["content", "subject"])
def test_a_bad_field_of_a_template_is_refused_where_it_is(author, aws, name):
    status, problem = author.send("POST", TEMPLATES, {**TEMPLATE, name: "x {{a b}}"})
    assert (status, f"{name}: the {{{{ at character 3" in problem["message"]) == (400, True)
    assert stored(aws) == []


def test_the_images_of_a_template_are_everybodys_and_no_others(author, other, aws):
    media_id, private = upload(author), upload(author)
    assert other.send("POST", TEMPLATES, {**TEMPLATE, "media": [media_id]})[0] == 400
    assert other.send("GET", f"{MEDIA}/{media_id}")[0] == 404
    template = made(author, TEMPLATES, {**TEMPLATE, "media": [media_id]})
    message = made(other, MESSAGES, use(template, place="Bonn"))
    assert message["media"] == [media_id]
    assert other.send("GET", f"{MEDIA}/{media_id}")[1]["status"] == "confirmed"
    assert other.send("POST", f"{MEDIA}/{media_id}/confirm")[0] == 404
    assert other.send("GET", f"{MEDIA}/{private}")[0] == 404
    draft = {"content": "x", "channels": ["facebook"], "media": [private], "draft": True}
    assert other.send("POST", MESSAGES, draft)[0] == 400


def test_the_same_key_is_the_same_template_and_anothers_another(author, other, aws):
    first = author.send("POST", TEMPLATES, TEMPLATE, Idempotency_Key="k")
    assert author.send("POST", TEMPLATES, TEMPLATE, Idempotency_Key="k") == first
    status, problem = author.send("POST", TEMPLATES, OTHER, Idempotency_Key="k")
    assert (status, problem["code"]) == (409, "conflict")
    assert other.send("POST", TEMPLATES, OTHER, Idempotency_Key="k")[0] == 201
    assert len(stored(aws)) == 2
    _, page = author.send("GET", f"{TEMPLATES}?limit=1")
    assert other.send("GET", f"{TEMPLATES}?limit=1&cursor={page['next_cursor']}")[0] == 400
