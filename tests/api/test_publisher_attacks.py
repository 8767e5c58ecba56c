"""What one author may not do to another, and nobody to the machine, by the publisher's routes.

Who may call a route at all, and that no route is forgotten, is in `test_who_may` and
`test_tenant_attacks`; here are the ways around: ids of other things, what is only referred to,
another's keys and cursors, forms, and addresses that something might fetch.
"""

import re

import pytest
from effects import Effects
from publisher_kit import (
    CERTIFICATES,
    DRAFT,
    MEDIA,
    MESSAGES,
    SCHEDULED,
    TEMPLATE,
    TEMPLATES,
    author_of,
    deliver,
    made,
    set_up,
    stage_of,
    stored,
)
from support.pictures import make_png
from support.platforms import running_platform

import app as app_module

pytestmark = pytest.mark.thorough

CERTIFICATE = {"name": "n", "issuer": "i", "issued_on": "2026-01-31"}
PNG = {"content_type": "image/png", "size_bytes": len(make_png())}
# How each route with a body is asked to use somebody's upload; the others take no reference.
REFERRING = {
    ("POST", MESSAGES): {"content": "x", "channels": ["facebook"]},
    ("POST", f"{MESSAGES}/validate"): {"content": "x", "channels": ["facebook"]},
    ("PATCH", f"{MESSAGES}/{{message_id}}"): {},
    ("POST", CERTIFICATES): CERTIFICATE,
    ("PUT", f"{CERTIFICATES}/{{certification_id}}"): CERTIFICATE,
    ("POST", TEMPLATES): TEMPLATE,
    ("PUT", f"{TEMPLATES}/{{template_id}}"): TEMPLATE,
}
NOT_REFERRING = {
    ("POST", f"{MESSAGES}:import"),  # each row is a message as above, which is tested with it
    ("POST", f"{CERTIFICATES}/{{certification_id}}/announce"),
    ("POST", f"{MESSAGES}:cancel"),
    ("POST", f"{MESSAGES}:retry"),
    ("POST", f"{MESSAGES}/{{message_id}}/reschedule"),
    ("POST", f"{MESSAGES}/{{message_id}}/resolve"),
    ("POST", f"{MESSAGES}/{{message_id}}/approve"),
    ("POST", f"{MESSAGES}/{{message_id}}/send-back"),
    ("POST", MEDIA),
}


@pytest.fixture
def platform():
    with running_platform() as platform:
        yield platform


@pytest.fixture
def author(callers, aws, run_on, platform):
    run_on(aws, **stage_of(platform.url))
    return author_of(callers)


@pytest.fixture
def others(callers, author):
    """Whoever else may publish: another author, and an operator who is one."""
    operator = callers.user("eve", **{"cognito:groups": "operator,publisher"})
    return author_of(callers, "bob"), operator


@pytest.fixture
def theirs(author, aws):
    """What the author has, by the names that paths give to ids."""
    media = author.send("POST", MEDIA, PNG)[1]
    app_module.wiring.publisher.uploads.bucket.client.put_object(
        Bucket=app_module.wiring.settings.publisher.media_bucket,
        Key=f"media/{media['id']}",
        Body=make_png(),
    )
    assert author.send("POST", f"{MEDIA}/{media['id']}/confirm")[0] == 200
    message = {**DRAFT, "channels": ["facebook"], "media": [media["id"]]}
    return {
        "message_id": made(author, MESSAGES, message)["id"],
        "media_id": media["id"],
        "certification_id": made(author, CERTIFICATES, CERTIFICATE)["id"],
        "template_id": made(author, TEMPLATES, TEMPLATE)["id"],
    }


def routes():
    return [
        (method, path)
        for path, methods in app_module.app.routes.items()
        if path.startswith((MESSAGES, MEDIA, CERTIFICATES, TEMPLATES))
        for method in methods
    ]


def with_id():
    return [(method, path) for method, path in routes() if "{" in path]


def with_an_authors_id():
    """Without templates, which are everybody's: who changes them is tested with them."""
    return [(method, path) for method, path in with_id() if not path.startswith(TEMPLATES)]


BODIES = {
    "reschedule": {"scheduled_at": "2030-01-01T00:00:00Z"},
    "resolve": {"channel": "facebook", "outcome": "live"},
    "approve": {"rev": 1},
    "send-back": {"rev": 1, "comment": "x"},
    "announce": {"channels": ["sms"]},
    "PATCH": {"content": "x"},
    "PUT": CERTIFICATE,
}


def body_of(method, path):
    if method == "PUT" and path.startswith(TEMPLATES):
        return TEMPLATE
    return BODIES.get(path.rsplit("/", 1)[-1], BODIES.get(method))


# --- Ids -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), with_an_authors_id())
def test_what_others_ask_for_is_not_found_and_stays_as_it_was(others, theirs, aws, method, path):
    before, effects = stored(aws), Effects(aws)
    for other in others:
        status, problem = other.send(method, path.format(**theirs), body_of(method, path))
        assert (status, problem["code"]) == (404, "not_found")
    assert (stored(aws), effects.count) == (before, 0)


@pytest.mark.parametrize(("method", "path"), with_id())
def test_the_id_of_another_thing_of_ones_own_is_not_found(author, theirs, aws, method, path):
    (name,) = re.findall(r"{(\w+)}", path)
    before = stored(aws)
    for other_name in theirs.keys() - {name}:
        swapped = path.format(**{name: theirs[other_name]})
        assert author.send(method, swapped, body_of(method, path))[0] == 404, other_name
    assert stored(aws) == before


@pytest.mark.parametrize(("method", "path"), with_id())
def test_no_id_reaches_another_item_or_another_partition(author, theirs, aws, method, path):
    (name,) = re.findall(r"{(\w+)}", path)
    own, before = theirs[name], stored(aws)
    for crafted in (
        f"{own}%23METADATA",
        f"MSG%23{own}",
        f"{own}%00",
        f"{own}%0A",
        f"{own}%2F..%2F{own}",
        "%2e%2e",
        "..",
        "*",
        "%D0%B0",
        "a" * 129,
    ):
        status = author.send(method, path.format(**{name: crafted}), body_of(method, path))[0]
        assert status in (400, 404, 405), crafted
    assert stored(aws) == before


# --- References ------------------------------------------------------------------------------


def test_the_lists_above_name_every_route_that_takes_a_body():
    taking = {
        (operation.method, operation.path)
        for operation in app_module.app.operations
        if operation.body is not None
        and operation.path.startswith((MESSAGES, MEDIA, CERTIFICATES, TEMPLATES))
    }
    assert REFERRING.keys() | NOT_REFERRING == taking


@pytest.mark.parametrize(("method", "path"), REFERRING)
def test_anothers_upload_is_used_by_nobody(others, theirs, aws, method, path):
    reference = (
        {"badge_media": theirs["media_id"]}
        if path.startswith(CERTIFICATES)
        else {"media": [theirs["media_id"]]}
    )
    for other in others:
        own = {
            "message_id": made(other, MESSAGES, SCHEDULED)["id"],
            "certification_id": made(other, CERTIFICATES, CERTIFICATE)["id"],
            "template_id": made(other, TEMPLATES, TEMPLATE)["id"],
        }
        before = stored(aws)
        body = {**REFERRING[method, path], **reference}
        status, problem = other.send(method, path.format(**own), body)
        expected = f"media: there is no upload {theirs['media_id']}"
        assert (status, problem["message"]) == (400, expected)
        assert stored(aws) == before


@pytest.mark.parametrize("path", [MESSAGES, CERTIFICATES])
def test_anothers_key_and_cursor_lead_to_nothing_of_theirs(author, others, path):
    body = SCHEDULED if path == MESSAGES else CERTIFICATE
    _, first = author.send("POST", path, body, Idempotency_Key="k")
    made(author, path, body)
    _, page = author.send("GET", f"{path}?limit=1")
    for other in others:
        status, own = other.send("POST", path, body, Idempotency_Key="k")
        assert (status, own["id"] != first["id"]) == (201, True)
        assert other.send("GET", f"{path}?limit=1&cursor={page['next_cursor']}")[0] == 400


# --- Forms -----------------------------------------------------------------------------------


def test_a_form_names_its_one_object_and_no_author_chooses_it(author, aws):
    for more in ({"key": "media/other"}, {"id": "x"}, {"bucket": "b"}, {"acl": "public-read"}):
        assert author.send("POST", MEDIA, {**PNG, **more})[0] == 400
    assert stored(aws) == []
    form = author.send("POST", MEDIA, PNG)[1]
    assert form["fields"]["key"] == f"media/{form['id']}"
    assert not {"acl", "success_action_redirect"} & form["fields"].keys()


# --- Addresses -------------------------------------------------------------------------------


def test_no_address_that_an_author_writes_is_fetched(author, platform):
    """Neither when it is stored, shown or judged, nor when the message is published."""
    set_up(platform)
    with running_platform() as trap:
        message = {"content": f"See {trap.url}/content", "channels": ["facebook", "sms"]}
        certificate = {**CERTIFICATE, "verify_url": f"{trap.url}/verify"}
        author.send("POST", f"{MESSAGES}/validate", message)
        made_message = made(author, MESSAGES, message)
        path = f"{CERTIFICATES}/{made(author, CERTIFICATES, certificate)['id']}"
        author.send("PUT", path, certificate)
        author.send("GET", path)
        deliver(made_message)
        assert author.send("GET", f"{MESSAGES}/{made_message['id']}")[1]["status"] == "sent"
        assert trap.requests == []


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host/x", "ftp://host/x"],
)
def test_a_certificates_address_is_one_of_the_web(author, url):
    status, problem = author.send("POST", CERTIFICATES, {**CERTIFICATE, "verify_url": url})
    assert (status, "verify_url" in problem["message"]) == (400, True)


@pytest.mark.parametrize(
    "address",
    [
        "team@example.com\r\nBcc: x@y.org",
        "a@b.org, x@y.org",
        "A <a@b.org>",
        "a@b.org\n",
        "a@b.org\0",
    ],
)
def test_an_address_puts_no_header_and_nobody_else_into_an_e_mail(author, aws, address):
    body = {"content": "x", "channels": ["email"], "recipients": {"email": [address]}}
    assert author.send("POST", MESSAGES, body)[0] == 400
    assert stored(aws) == []
