"""The sandbox's journal survives restarts within its bounds, and its page escapes what it shows."""

import re
import stat
import threading
from contextlib import suppress
from html.parser import HTMLParser

import pytest
from sandbox_kit import Sandbox, image_host, jpeg

from infra.local.sandbox.journal import KEPT_VALUES, Collection, Journal
from infra.local.sandbox.outbox import Numbers

VOID = {"meta", "link", "img"}
SCRIPT = '<script>alert(1)</script> & "quotes"'


class ParsedPage(HTMLParser):
    """The page's tags, its texts by their innermost class or tag, and its unclosed tags."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.texts = []
        self.images = []
        self._open = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        assert not [name for name in attributes if name.startswith("on")]
        self.tags.append((tag, attributes))
        if tag == "img":
            self.images.append(attributes)
        if tag not in VOID:
            self._open.append((tag, attributes.get("class", "")))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open.pop()[0] == tag

    def handle_data(self, data):
        if self._open and data.strip():
            self.texts.append((*self._open[-1], data))

    def texts_of(self, tag, kind=""):
        return [text for name, class_, text in self.texts if (name, class_) == (tag, kind)]

    def articles(self):
        return [attributes for tag, attributes in self.tags if tag == "article"]


def page_of(sandbox):
    status, body, headers = sandbox.call("GET", "/")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    return ParsedPage(body.decode())


def publish_everywhere(sandbox, text):
    """One post a channel."""
    sandbox.graph("POST", "/101/feed", message=text)
    with image_host(one=jpeg()) as host:
        fields = {"image_url": f"{host}one", "caption": text}
        container = sandbox.graph("POST", "/201/media", **fields)[1]["id"]
        sandbox.graph("POST", "/201/media_publish", creation_id=container)
    sandbox.post_linkedin(re.sub(r"([()<>])", r"\\\1", text))
    sandbox.client("sesv2").send_email(
        FromEmailAddress="news@example.com",
        Destination={"ToAddresses": ["ada@example.com"]},
        Content={
            "Simple": {
                "Subject": {"Data": f"Subject {text}"},
                "Body": {"Text": {"Data": text}},
                "Headers": [{"Name": "X-One", "Value": text}],
            }
        },
    )
    sandbox.client("sns").publish(PhoneNumber="+15555550100", Message=text)


def test_the_page_shows_a_card_a_mail_and_an_sms_and_escapes_them_all(sandbox):
    publish_everywhere(sandbox, SCRIPT)

    page = page_of(sandbox)

    kinds = ["facebook", "instagram", "linkedin", "email", "sms"]
    assert [article["class"] for article in page.articles()] == [f"{k} accepted" for k in kinds]
    assert page.texts_of("p", "text") == [SCRIPT] * 5
    assert f"Subject {SCRIPT}" in page.texts_of("h3")
    assert {"news@example.com", "ada@example.com", SCRIPT} <= set(page.texts_of("dd"))
    assert "script" not in {tag for tag, _ in page.tags}
    anchors = {article["id"] for article in page.articles()}
    assert f"post-{sandbox.posts()[0]['external_id']}" in anchors


def test_the_page_shows_images_and_refusals(sandbox):
    publish_everywhere(sandbox, "Hello")
    sandbox.graph("POST", "/101/feed", message="Hello")

    page = page_of(sandbox)

    [image] = page.images
    status, content, headers = sandbox.call("GET", image["src"])
    assert (status, content, headers["content-type"]) == (200, jpeg(), "image/jpeg")
    assert image["alt"] == "one"
    assert page.articles()[0]["class"] == "facebook refused"
    assert "Refused" in page.texts_of("strong")
    assert any("(#506)" in text for text in page.texts_of("pre"))
    assert sandbox.call("GET", "/media/../journal.jsonl")[0] == 404


def test_an_empty_page_says_so_and_allows_no_script(sandbox):
    page = page_of(sandbox)
    assert page.texts_of("p", "empty") == ["Nothing yet."] * 5
    names = {attributes.get("name"): attributes.get("content") for tag, attributes in page.tags}
    assert names["viewport"] == "width=device-width, initial-scale=1"
    policy = sandbox.call("GET", "/")[2]["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'sha256-" in policy
    assert "script-src" not in policy


def test_posts_have_the_documented_members(sandbox):
    sandbox.graph("POST", "/101/feed", message="a")
    [post] = sandbox.posts()
    documented = {"channel", "text", "media", "external_id", "at", "accepted"}
    assert documented <= post.keys()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", post["at"])


def test_a_restart_keeps_posts_containers_photos_and_uploads(tmp_path):
    first = Sandbox(tmp_path)
    with image_host(one=jpeg()) as host:
        photo = first.graph("POST", "/101/photos", url=f"{host}one", published="false")[1]["id"]
        container = first.graph("POST", "/201/media", image_url=f"{host}one")[1]["id"]
        used = first.graph("POST", "/201/media", image_url=f"{host}one")[1]["id"]
    first.graph("POST", "/201/media_publish", creation_id=used)
    first.graph("POST", "/101/feed", message="a")
    urn = first.post_linkedin("a")[2]["x-restli-id"]
    before = first.posts()
    first.stop()

    second = Sandbox(tmp_path)
    try:
        assert second.posts() == before
        assert second.graph("POST", "/101/feed", message="a")[1]["error"]["code"] == 506
        assert urn in second.post_linkedin("a")[1]["message"]
        read = {"fields": "status_code"}
        assert second.graph("GET", f"/{used}", **read)[1]["status_code"] == "PUBLISHED"
        published = second.graph("POST", "/201/media_publish", creation_id=container)
        assert published[0] == 200
        attached = {"attached_media[0]": f'{{"media_fbid": "{photo}"}}'}
        assert second.graph("POST", "/101/feed", message="b", **attached)[0] == 200
    finally:
        second.stop()


def test_two_equal_posts_at_once_are_one(sandbox, monkeypatch):
    """Both can reach `accept` at once only if the look for a duplicate is not part of it."""
    meeting = threading.Barrier(2, timeout=0.3)
    accept = sandbox.state.outbox.accept

    def accept_together(draft, external_id):
        with suppress(threading.BrokenBarrierError):
            meeting.wait()
        return accept(draft, external_id)

    monkeypatch.setattr(sandbox.state.outbox, "accept", accept_together)
    threads = [threading.Thread(target=sandbox.post_linkedin, args=("Hello",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(post["accepted"] for post in sandbox.posts()) == [False, True]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.jsonl"


def test_the_journal_is_the_owners_alone(file):
    Journal(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_line_that_a_kill_cut_off_is_left_out(file):
    Journal(file).append("post", "1", "a")
    with file.open("ab") as journal:
        journal.write(b'{"kind":"post","key":"2"')

    journal = Journal(file)
    journal.append("post", "3", "c")

    assert journal.read("post") == [("1", "a"), ("3", "c")]


def test_the_journal_forgets_its_older_half_beyond_its_limit(file):
    journal = Journal(file, max_bytes=2_000)
    for number in range(200):
        journal.append("post", str(number), "a" * 20)
        assert file.stat().st_size <= 2_000
    keys = [int(key) for key, _ in journal.read("post")]
    assert keys == list(range(keys[0], 200))
    assert 10 < len(keys) < 40
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_collection_has_its_newest_values(file):
    values = Collection(Journal(file), "post", int)
    for number in range(KEPT_VALUES + 5):
        values.put(str(number), number)
    assert values.get("4") is None
    assert values.list_all() == list(range(5, KEPT_VALUES + 5))
    assert Collection(Journal(file), "post", int).list_all() == values.list_all()


def test_numbers_grow_while_the_clock_stands_still():
    numbers = Numbers(lambda: 1_000.0)
    assert [numbers.take() for _ in range(3)] == ["1000000000", "1000000001", "1000000002"]
