"""What every channel's adapter must do, against the sandbox: a new channel is one of CASES."""

import itertools
import json
import re
import time
from dataclasses import dataclass, field

import pytest
from sandbox_kit import Sandbox, image_host, jpeg
from support.clouds import cloud_at
from support.failpoints import always, closed_port, failpoint, failpoints, server_error
from support.publishing import Publisher, call_of

from chalicelib.aws import once
from chalicelib.aws.secrets import Secrets
from chalicelib.aws.session import Timeouts
from chalicelib.publisher import rules
from chalicelib.publisher.channels import calls, http
from chalicelib.publisher.channels.base import Attempt, MediaFile, Outgoing, Rejection
from chalicelib.publisher.channels.email import Consent
from chalicelib.publisher.channels.registry import ChannelSettings, build_adapters
from chalicelib.publisher.credentials import ChannelCredentials
from chalicelib.publisher.limits import LIMITS
from chalicelib.publisher.model import Channel, DeliveryErrorClass, NewMessage
from chalicelib.publisher.rules import MediaProperties

META = {"page_id": "1001", "page_token": "token-1", "ig_user_id": "2001"}
LINKEDIN = {"author": "urn:li:organization:5", "token": "token-1"}
NASTY = (
    "Ünïcode (a) [b] {c} <d> *e* _f_ ~g~ | \\ @you 100 % €\n"
    "#tag 👋🏽 https://example.com/a_b?c=1&d=(2)\n\nThe end"
)
RATE, TRANSIENT = DeliveryErrorClass.RATE, DeliveryErrorClass.TRANSIENT
TOO_SLOW_S, PATIENCE_S = 0.6, 0.2


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is expected of one channel.

    `limited` is the class of a 429 and the seconds to wait, where the platform tells them.
    `duplicate` is the code of a refused duplicate, None where the platform takes an equal text
    twice. `request` is how its publish call is kept. `secret` is the name of the credentials'
    secret, `setting` what an expired token names.
    `shows_posts` says that the platform shows whether a lost post is live.
    """

    channel: Channel
    setting: str
    limited: tuple[DeliveryErrorClass, float | None]
    credentials: dict[str, str] = field(default_factory=dict)
    secret: str | None = None
    target: str | None = None
    permalink: str | None = None
    duplicate: str | None = None
    request: str
    shows_posts: bool = False


CASES = [
    Case(
        channel=Channel.FACEBOOK,
        credentials=META,
        secret="omnidata-test/meta",
        setting="META_SECRET",
        permalink="https://www.facebook.com/1001_",
        request="POST 127.0.0.1:<port>/v26.0/1001/feed",
        limited=(RATE, 120.0),
        duplicate="506/1455006",
    ),
    Case(
        channel=Channel.INSTAGRAM,
        credentials=META,
        secret="omnidata-test/meta",
        setting="META_SECRET",
        permalink="http://127.0.0.1:",
        request="POST 127.0.0.1:<port>/v26.0/2001/media_publish",
        limited=(RATE, 120.0),
        shows_posts=True,
    ),
    Case(
        channel=Channel.LINKEDIN,
        credentials=LINKEDIN,
        secret="omnidata-test/linkedin",
        setting="LINKEDIN_SECRET",
        permalink="https://www.linkedin.com/feed/update/urn:li:share:",
        request="POST 127.0.0.1:<port>/rest/posts",
        limited=(RATE, None),
        duplicate="DUPLICATE_POST",
    ),
    Case(
        channel=Channel.EMAIL,
        setting="MAIL_FROM",
        target="team@example.com",
        request="SES SendEmail",
        limited=(TRANSIENT, None),
    ),
    Case(
        channel=Channel.SMS,
        setting="the SMS preferences of SNS",
        target="+15555550100",
        request="SNS Publish",
        limited=(TRANSIENT, None),
    ),
]
KEPT_IN_SECRETS = [case for case in CASES if case.secret is not None]
numbers = itertools.count(1)


def name_of(case):
    return str(case.channel)


@pytest.fixture(scope="module")
def platforms(tmp_path_factory):
    """A sandbox whose slow responses are slow."""
    started = Sandbox(tmp_path_factory.mktemp("sandbox"), pause=time.sleep)
    try:
        yield started
    finally:
        started.stop()


@pytest.fixture(scope="module")
def image():
    with image_host(picture=jpeg()) as host:
        yield MediaFile(
            media_id="m1",
            content_type="image/jpeg",
            size_bytes=len(jpeg()),
            width=1080,
            height=1080,
            url=lambda: f"{host}picture",
            read=jpeg,
        )


@pytest.fixture(scope="module")
def adapters(platforms):
    return adapters_at(platforms.url)


@pytest.fixture(params=CASES, ids=name_of)
def case(request, platforms):
    yield request.param
    platforms.call("DELETE", f"/control/{request.param.channel}")


@pytest.fixture
def post(case, adapters, image, platforms):
    return Poster(case, adapters[case.channel], image, platforms)


class Poster:
    """One case on the sandbox."""

    def __init__(self, case, adapter, image, platforms):
        self._case = case
        self._adapter = adapter
        self._image = image
        self._platforms = platforms
        self.prepared = {}

    def attempt(self, text):
        """An attempt with the text as the rules make it, prepared as the adapter wants it."""
        media = (self._image,) if LIMITS[self._case.channel].media else ()
        outgoing = Outgoing(
            key=f"id-{next(numbers)}#{self._case.channel}",
            channel=self._case.channel,
            text=rules.render(text, self._case.channel),
            subject="A subject",
            target=self._case.target,
            media=media,
        )
        calls.forget()
        self.prepared = self._adapter.prepare(Attempt(outgoing, {}, self._case.credentials))
        return Attempt(outgoing, self.prepared, self._case.credentials)

    def publish(self, text):
        return self._adapter.publish(self.attempt(text))

    def refused(self, attempt, **faults):
        """The rejection of an attempt's publish call while the platform has these faults."""
        self._platforms.fail(self._case.channel, **faults)
        with pytest.raises(Rejection) as caught:
            self._adapter.publish(attempt)
        self._platforms.call("DELETE", f"/control/{self._case.channel}")
        return caught.value

    def live(self, text):
        """What the platform accepted with that text, on this channel."""
        return [
            found
            for found in self._platforms.posts()
            if found["accepted"] and (found["channel"], found["text"]) == (self._case.channel, text)
        ]


def adapters_at(url):
    """The product's own adapters, towards one address."""
    cloud = cloud_at(url)
    return build_adapters(
        ChannelSettings(
            meta_base_url=url,
            meta_version="v26.0",
            linkedin_base_url=url,
            linkedin_version="202610",
            mail_from="OmniData <omnidata@example.com>",
            mail_aws=cloud,
            sms_aws=cloud,
            mail_configuration_set="omnidata",
        ),
        Consent(lambda _: None, lambda key: f"https://example.com/unsubscribe/{key}"),
    )


def new_text():
    return f"Text {next(numbers)} of the contract"


def test_every_channel_has_its_case():
    assert sorted(case.channel for case in CASES) == sorted(Channel)


@pytest.mark.parametrize("is_longest", [False, True], ids=["nasty", "longest"])
def test_the_text_arrives_whole(case, post, is_longest):
    longest = f"{next(numbers)} ".ljust(LIMITS[case.channel].text, "x")
    text = longest if is_longest else f"{next(numbers)} {NASTY}"
    post.publish(text)
    assert len(post.live(text)) == 1


def test_a_post_has_its_id_and_its_link(case, post):
    text = new_text()
    published = post.publish(text)
    assert [found["external_id"] for found in post.live(text)] == [published.external_id]
    assert published.external_id
    assert (published.permalink or "").startswith(case.permalink or "")
    assert (published.permalink is None) == (case.permalink is None)


def test_the_publish_call_is_kept_with_the_platforms_request_id_and_no_secret(case, post):
    post.publish(new_text())
    accepted = calls.find()
    post.refused(post.attempt(new_text()), refused={"times": 1})
    refused = calls.find()
    for call, statuses in ((accepted, {200, 201}), (refused, {400, 422})):
        assert re.sub(r":\d+/", ":<port>/", call.request) == case.request
        assert call.status in statuses
        assert call.fault is None
        assert call.request_id
    assert accepted.request_id != refused.request_id


def test_a_publish_call_without_a_response_is_kept_with_its_fault(case, post):
    post.refused(post.attempt(new_text()), lost_response={"times": 1})
    assert re.sub(r":\d+/", ":<port>/", calls.find().request) == case.request
    assert calls.find().status is None
    assert calls.find().fault in {"ProtocolError", "ConnectionClosedError"}


def test_what_is_prepared_is_kept_and_not_made_again(case, post, adapters):
    attempt = post.attempt(new_text())
    assert bool(attempt.prepared) == (LIMITS[case.channel].media > 0)
    assert adapters[case.channel].prepare(attempt) == attempt.prepared


def test_a_duplicate_is_told_where_the_platform_compares(case, post):
    text = new_text()
    earlier = post.publish(text)
    if case.duplicate is None:
        assert post.publish(text).external_id != earlier.external_id
        return
    rejection = post.refused(post.attempt(text))
    assert (rejection.error_class, rejection.code) == (DeliveryErrorClass.PERMANENT, case.duplicate)
    assert rejection.external_id in ("", earlier.external_id)
    assert rejection.advice == "Change the text: the same post is there."
    assert len(post.live(text)) == 1


def test_a_lost_response_is_unknown_and_looked_up_where_the_platform_shows_it(case, post, adapters):
    text = new_text()
    attempt = post.attempt(text)
    rejection = post.refused(attempt, lost_response={"times": 1})
    assert rejection.error_class is DeliveryErrorClass.UNKNOWN
    assert len(post.live(text)) == 1
    found = adapters[case.channel].reconcile(attempt)
    assert (found is not None) == case.shows_posts


def test_what_was_not_published_is_not_found(case, post, adapters):
    assert adapters[case.channel].reconcile(post.attempt(new_text())) is None


def test_a_429_is_tried_again_when_the_platform_says(case, post):
    text = new_text()
    limit = {"times": 1, "retry_after_s": 120, "on": "publish"}
    rejection = post.refused(post.attempt(text), rate_limit=limit)
    assert (rejection.error_class, rejection.retry_after_s) == case.limited
    assert post.live(text) == []


def test_a_500_of_the_publish_call_is_unknown(post):
    rejection = post.refused(post.attempt(new_text()), error_500={"times": 1})
    assert rejection.error_class is DeliveryErrorClass.UNKNOWN


def test_a_refusal_is_for_good_and_advises(post):
    text = new_text()
    rejection = post.refused(post.attempt(text), refused={"times": 1})
    assert rejection.error_class is DeliveryErrorClass.PERMANENT
    assert rejection.advice.startswith("Change the message")
    assert post.live(text) == []


def test_an_expired_token_holds_the_channel_and_names_the_setting(case, post):
    text = new_text()
    rejection = post.refused(post.attempt(text), expired_token={"times": 1})
    assert (rejection.error_class, rejection.setting) == (DeliveryErrorClass.HOLD, case.setting)
    assert rejection.credentials_expired == (case.secret is not None)
    assert post.live(text) == []


def test_a_response_after_the_deadline_is_unknown(post, platforms, image, monkeypatch, case):
    monkeypatch.setattr(http, "READ_S", PATIENCE_S)
    monkeypatch.setattr(once, "SEND", Timeouts(connect_s=1.0, read_s=PATIENCE_S, attempts=1))
    hurried = Poster(case, adapters_at(platforms.url)[case.channel], image, platforms)
    rejection = hurried.refused(
        post.attempt(new_text()), slow={"s": TOO_SLOW_S, "times": 1, "on": "publish"}
    )
    assert rejection.error_class is DeliveryErrorClass.UNKNOWN


def test_a_platform_that_cannot_be_reached_is_tried_again(case, post):
    attempt = post.attempt(new_text())
    with closed_port() as url, pytest.raises(Rejection) as caught:
        adapters_at(url)[case.channel].publish(attempt)
    assert caught.value.error_class is DeliveryErrorClass.TRANSIENT


@pytest.fixture(params=KEPT_IN_SECRETS, ids=name_of)
def stored(request, aws, adapters, image, platforms):
    yield Stored(request.param, aws, adapters, image)
    platforms.call("DELETE", f"/control/{request.param.channel}")


class Stored:
    """A publisher whose credentials are in a secret, and one message to the case's channel."""

    def __init__(self, case, aws, adapters, image):
        self.case = case
        self.client = aws.client("secretsmanager")
        self.put(json.dumps(case.credentials))
        credentials = ChannelCredentials(Secrets(self.client), {case.channel: case.secret})
        self.publisher = Publisher(
            aws,
            credentials=credentials,
            load_media=lambda _: (image,),
            find_media=lambda *_: [
                MediaProperties(**{n: getattr(image, n) for n in MediaProperties.__struct_fields__})
            ],
        )
        self.publisher.channels |= adapters

    def put(self, text):
        self.client.put_secret_value(SecretId=self.case.secret, SecretString=text)

    def deliver(self):
        """The delivery of a new message after one attempt, and how often the secret was read."""
        new = NewMessage(content=new_text(), channels=[self.case.channel], media=["m1"])
        message = self.publisher.creating.create(new, call_of())
        with failpoint(self.client, "GetSecretValue") as reads:
            self.publisher.deliver_stream()
        (delivery,) = self.publisher.lookup.get(message.id, call_of()).channels
        return delivery, reads.attempts


def test_a_token_called_expired_is_read_anew_once_and_published(stored, platforms):
    platforms.fail(stored.case.channel, expired_token={"times": 1, "on": "publish"})
    delivery, reads = stored.deliver()
    assert (delivery.status, delivery.attempts, reads) == ("sent", 1, 2)


def test_with_the_secret_store_down_the_token_that_is_known_serves(stored, platforms, pauses):
    assert stored.deliver()[0].status == "sent"
    platforms.fail(stored.case.channel, expired_token={"times": 1, "on": "publish"})
    with failpoints(stored.client, "GetSecretValue", always(server_error)):
        assert stored.deliver()[0].status == "sent"
    assert pauses  # it was asked again, in vain


def test_a_token_that_stays_expired_is_read_anew_once_and_holds(stored, platforms):
    platforms.fail(stored.case.channel, expired_token={"on": "publish"})
    delivery, reads = stored.deliver()
    assert (delivery.status, delivery.error.class_, reads) == ("retry", DeliveryErrorClass.HOLD, 2)
    assert stored.publisher.holds.get(stored.case.channel).hold.setting == stored.case.setting


@pytest.mark.parametrize("empty", ["{}", " "])
def test_an_empty_secret_never_replaces_a_good_one(stored, platforms, empty):
    assert stored.deliver()[0].status == "sent"
    stored.put(empty)
    platforms.fail(stored.case.channel, expired_token={"times": 1, "on": "publish"})
    delivery, reads = stored.deliver()
    assert (delivery.status, reads) == ("sent", 1)
