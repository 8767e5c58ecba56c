"""Public certificates: a page for anybody, where their owners want one, and nothing else."""

import html
import re

import pytest
from publisher_kit import CERTIFICATES, MEDIA, author_of, made, stage_of
from support.clouds import RESOURCES
from support.failpoints import always, answered, failpoints
from support.pictures import make_png

BUCKET = next(bucket.name for bucket in RESOURCES.buckets if bucket.variable == "MEDIA_BUCKET")
NEW = {
    "name": "Solutions Architect",
    "issuer": "AWS",
    "issued_on": "2026-01-31",
    "expires_on": "2099-01-31",
    "credential_id": "ABC-1",
    "verify_url": "https://example.com/v?a=1&b=2",
    "public": True,
}
OF_A_REQUEST = ("x-amzn-RequestId", "Date")
HOSTILE = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) '",
    "$title $main ${head} $$",
    "{{7*7}} &lt;b&gt; &#x3C;script&#x3E;",
    "\u202eevil\u202c <b>",
]


@pytest.fixture
def author(callers, aws, run_on):
    run_on(aws, **stage_of("http://127.0.0.1:9", public_url="https://api.example.com/"))
    return author_of(callers)


@pytest.fixture
def nobody(callers):
    return callers.nobody()


def page_of(certificate):
    return f"/certificates/{certificate['id']}"


def read(nobody, path, **headers):
    """Status, page and headers, without those that name the request."""
    status, _ = nobody.send("GET", path, **headers)
    kept = {name: text for name, text in nobody.headers.items() if name not in OF_A_REQUEST}
    return status, nobody.raw.decode(), kept


def upload(author, aws):
    """A confirmed picture."""
    data = make_png()
    form = made(author, MEDIA, {"content_type": "image/png", "size_bytes": len(data)})
    key = form["fields"]["key"]
    aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=data, ContentType="image/png")
    assert author.send("POST", f"{MEDIA}/{form['id']}/confirm")[0] == 200
    return form["id"]


def test_the_page_says_what_anybody_may_know_and_nothing_of_its_owner(author, nobody):
    certificate = made(author, CERTIFICATES, NEW)
    assert certificate["page_url"] == f"https://api.example.com{page_of(certificate)}"
    status, page, headers = read(nobody, page_of(certificate))
    assert (status, headers["Content-Type"]) == (200, "text/html")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    for said in ("AWS", "2026-01-31", "2099-01-31", "ABC-1", "valid", "Verify it"):
        assert said in text
    assert "<h1>Solutions Architect</h1>" in page
    assert 'href="https://example.com/v?a=1&amp;b=2" rel="nofollow noopener noreferrer"' in page
    for hidden in ("ada", "@", "acme", "USER#", "rev", "owner"):
        assert hidden not in text.lower()
    assert "<script" not in page
    assert "<img" not in page


def test_any_cache_may_keep_it_for_five_minutes_and_nobody_loads_anything_else(author, nobody):
    _, _, headers = read(nobody, page_of(made(author, CERTIFICATES, NEW)))
    assert headers["Cache-Control"] == "public, max-age=300"
    policy = headers["Content-Security-Policy"].split("; ")
    assert policy[:3] == ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]
    assert policy[3:5] == ["img-src data:", "form-action 'none'"]
    assert re.fullmatch(r"style-src 'sha256-[A-Za-z0-9+/]{43}='", policy[5])
    assert len(policy) == 6
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Robots-Tag"] == "noindex"


def test_who_has_the_page_is_told_that_it_is_the_same(author, nobody):
    certificate = made(author, CERTIFICATES, NEW)
    path = page_of(certificate)
    _, _, headers = read(nobody, path)
    status, page, again = read(nobody, path, If_None_Match=headers["ETag"])
    assert (status, page, again["ETag"]) == (304, "", headers["ETag"])
    author.send("PUT", f"{CERTIFICATES}/{certificate['id']}", {**NEW, "name": "Pro"})
    assert read(nobody, path, If_None_Match=headers["ETag"])[0] == 200


def test_head_is_the_page_without_its_body(author, nobody):
    path = page_of(made(author, CERTIFICATES, NEW))
    head = nobody._client.http.request("HEAD", path)
    assert (head.status_code, head.headers["Content-Type"]) == (200, "text/html")
    assert head.headers["Cache-Control"] == "public, max-age=300"
    assert nobody._client.http.request("HEAD", f"{path}x").status_code == 404


def test_a_name_beyond_ascii_is_shown_as_it_is(author, nobody):
    _, page, _ = read(
        nobody, page_of(made(author, CERTIFICATES, {**NEW, "name": "Zürich 证书 🎓"}))
    )
    assert "<h1>Zürich 证书 🎓</h1>" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_what_an_owner_writes_is_text(author, nobody, text):
    hostile = {**NEW, "name": text, "issuer": text, "credential_id": text}
    _, page, _ = read(nobody, page_of(made(author, CERTIFICATES, hostile)))
    escaped = html.escape(text)
    assert page.count(escaped) == 4  # title, heading, issuer and credential id
    tags = set(re.findall(r"<(\w+)", page.replace(escaped, "")))
    assert tags == {
        *("html", "head", "meta", "title", "link", "style", "body", "main", "h1"),
        *("dl", "dt", "dd", "p", "a", "small"),
    }


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "https://x\njavascript:alert(1)",
        'https://x" onclick="alert(1)',
        "https://x'><script>",
        "data:text/html,x",
    ],
)
def test_a_link_that_is_no_address_of_the_web_is_kept_by_nobody(author, url):
    status, problem = author.send("POST", CERTIFICATES, {**NEW, "verify_url": url})
    assert (status, "verify_url" in problem["message"]) == (400, True)


def test_a_quote_in_a_link_does_not_end_it(author, nobody):
    certificate = made(author, CERTIFICATES, {**NEW, "verify_url": "https://x.org/'onclick='a"})
    _, page, _ = read(nobody, page_of(certificate))
    assert 'href="https://x.org/&#x27;onclick=&#x27;a" rel' in page


def test_what_is_not_public_unknown_or_no_id_is_one_and_the_same(author, nobody):
    """Nobody learns which ids there are."""
    hidden = made(author, CERTIFICATES, {**NEW, "public": False})
    assert (hidden["public"], hidden["page_url"]) == (False, None)
    message = made(author, "/api/v1/messages", {"content": "x", "channels": ["sms"]})
    gone = made(author, CERTIFICATES, NEW)
    assert author.send("DELETE", f"{CERTIFICATES}/{gone['id']}")[0] == 204
    ids = [
        *(hidden["id"], gone["id"], message["id"], "unknown", "x" * 500, "CERT%23a", "a%23b"),
        *("%00", "%0A", "..%2f", "%F0%9F%98%80", "*", "a%20b", f"{gone['id']}%00", "%27"),
    ]
    answers = [read(nobody, f"/certificates/{each}{end}") for each in ids for end in ("", "/badge")]
    assert all(answer == answers[0] for answer in answers)
    status, page, headers = answers[0]
    assert (status, headers["Content-Type"]) == (404, "text/html")
    assert "There is no certificate here" in page
    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers


def test_an_owner_without_a_token_and_another_publisher_see_what_anybody_sees(callers, author):
    hidden = page_of(made(author, CERTIFICATES, {**NEW, "public": False}))
    for caller in (callers.nobody(), author, author_of(callers, "bob")):
        assert caller.send("GET", hidden)[0] == 404


def test_its_owner_opens_and_closes_it(author, nobody):
    certificate = made(author, CERTIFICATES, {**NEW, "public": False})
    path = f"{CERTIFICATES}/{certificate['id']}"
    for public, status in ((True, 200), (False, 404), (True, 200)):
        assert author.send("PUT", path, {**NEW, "public": public})[0] == 200
        assert read(nobody, page_of(certificate))[0] == status
    without = {name: value for name, value in NEW.items() if name != "public"}
    assert author.send("PUT", path, without)[1]["public"] is False
    assert author.send("PUT", path, NEW)[0] == 200
    assert author.send("DELETE", path)[0] == 204
    assert read(nobody, page_of(certificate))[0] == 404


def test_a_parameter_makes_no_other_page(author, nobody):
    status, page, headers = read(nobody, f"{page_of(made(author, CERTIFICATES, NEW))}?x=<b>")
    assert (status, headers["Cache-Control"]) == (400, "no-store")
    assert "<b>" not in page


def test_the_badge_is_led_to_and_the_page_may_show_it(author, nobody, aws):
    certificate = made(author, CERTIFICATES, {**NEW, "badge_media": upload(author, aws)})
    path = page_of(certificate)
    _, page, headers = read(nobody, path)
    assert f'<img src="{certificate["id"]}/badge" alt="Badge" />' in page
    status, body, found = read(nobody, f"{path}/badge")
    assert (status, body, found["Cache-Control"]) == (302, "", "public, max-age=300")
    origin = re.match(r"https://[^/]+", found["Location"])[0]
    assert f"img-src data: 'self' {origin}" in headers["Content-Security-Policy"].split("; ")
    assert "versionId=" in found["Location"]
    assert "X-Amz-Expires=3600" in found["Location"]
    assert read(nobody, path)[2]["ETag"] == headers["ETag"]  # no link with a time is on the page
    author.send("PUT", f"{CERTIFICATES}/{certificate['id']}", {**NEW, "public": False})
    assert read(nobody, f"{path}/badge")[0] == 404


def test_one_without_a_picture_leads_nowhere(author, nobody):
    certificate = made(author, CERTIFICATES, NEW)
    assert read(nobody, f"{page_of(certificate)}/badge")[0] == 404


@pytest.mark.parametrize(
    ("expires_on", "said"),
    [("2026-02-01", "expired"), ("2099-01-31", "valid"), (None, "valid")],
)
def test_the_page_says_whether_it_is_valid(author, nobody, expires_on, said):
    certificate = made(author, CERTIFICATES, {**NEW, "expires_on": expires_on})
    _, page, _ = read(nobody, page_of(certificate))
    assert f"<dt>Status</dt><dd>{said}</dd>" in page
    assert ("<dd>never</dd>" in page) == (expires_on is None)


def test_without_the_table_the_page_says_so_and_no_cache_keeps_that(author, nobody, aws):
    path = page_of(made(author, CERTIFICATES, NEW))
    with failpoints(
        aws.client("dynamodb"), "GetItem", always(answered(500, "InternalServerError"))
    ):
        status, page, headers = read(nobody, path)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (
        503,
        "text/html",
        "no-store",
    )
    assert int(headers["Retry-After"]) > 0
    assert "Solutions Architect" not in page
    assert read(nobody, path)[0] == 200
