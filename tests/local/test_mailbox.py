"""The mailbox: what the topic mailed, kept on file, shown to this machine's browser alone."""

import json
import re
import stat
from functools import partial

import pytest
from gateway_kit import gateway, serving
from support.local_system import aws_of
from support.waiting import until

from chalicelib.aws.queue import Queue, Received
from chalicelib.aws.topic import Topic
from chalicelib.errors import Unavailable
from infra.local.gateway.local_pages import FOLDER, LocalPages
from infra.local.gateway.mailbox import KEPT_MAILS, Mailbox, list_recipients, look_up_later
from infra.local.provision.mailbox import ensure_mailbox, mailbox_queue

PAGE = "/_local/mailbox"
MAILS = f"{PAGE}/mails.json"
OUTPUTS = {"DemoUser": "demo@example.com", "DemoPassword": "secret", "ApiKey": "key"}
SENT_MS = 1_792_000_000_000  # 2026-10-14T17:46:40Z in epoch milliseconds


def envelope(message, subject="New Order Notification o-1", **changes):
    """What SNS puts into a queue."""
    whole = {
        "Type": "Notification",
        "MessageId": "m-1",
        "Subject": subject,
        "Message": message,
        "MessageAttributes": {"orderID": {"Type": "String", "Value": "o-1"}},
    }
    return json.dumps({**whole, **changes})


class FakeQueue:
    """Holds bodies; what is not deleted comes again."""

    def __init__(self, *bodies):
        self.bodies = list(bodies)
        self.is_down = False
        self.forgets_to_delete = False

    def receive(self, *, wait_s, visibility_timeout_s):
        if self.is_down:
            raise Unavailable("the queue is not available")
        return [
            Received(
                message_id=f"sqs-{number}",
                receipt_handle=str(number),
                body=body,
                sent_at_ms=SENT_MS + number,
                receive_count=1,
                trace_header=None,
            )
            for number, body in enumerate(self.bodies[:10])
        ]

    def delete_all(self, handles):
        if not self.forgets_to_delete:
            del self.bodies[: len(handles)]
        return []


@pytest.fixture
def queue():
    return FakeQueue()


@pytest.fixture
def mailbox(queue, tmp_path):
    return mailbox_of(queue, tmp_path)


def mailbox_of(queue, folder, **how):
    return Mailbox(folder / "mailbox.json", lambda: queue, lambda: ["ada@example.com"], **how)


def test_a_mail_shows_the_text_of_the_e_mail_and_what_filters_go_by(queue, mailbox):
    queue.bodies = [envelope(json.dumps({"v": 1, "text": "New order o-1\n", "orders": []}))]

    (mail,) = mailbox.look().mails

    assert (mail.id, mail.subject, mail.text) == (
        "m-1",
        "New Order Notification o-1",
        "New order o-1\n",
    )
    assert mail.at == "2026-10-14T17:46:40.000Z"
    assert mail.attributes == {"orderID": "o-1"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (envelope("a plain text"), "a plain text"),
        (envelope('{"other": "json"}'), '{"other": "json"}'),
        (envelope('{"text": 5}'), '{"text": 5}'),
        ("no envelope", "no envelope"),
        ('["a list"]', '["a list"]'),
        ('{"Message": 5}', '{"Message": 5}'),
    ],
)
def test_whatever_else_came_is_shown_as_it_is(queue, mailbox, body, text):
    queue.bodies = [body]

    assert [mail.text for mail in mailbox.look().mails] == [text]


def test_mails_are_the_newest_first_and_outlive_queue_and_gateway(queue, mailbox, tmp_path):
    queue.bodies = [envelope("x", MessageId=f"m-{number}") for number in range(25)]
    assert len(mailbox.look().mails) == 25
    assert queue.bodies == []

    again = mailbox_of(queue, tmp_path).look()

    assert again.is_current
    assert len({mail.id for mail in again.mails}) == 25
    assert [mail.at for mail in again.mails] == sorted((m.at for m in again.mails), reverse=True)
    assert stat.S_IMODE((tmp_path / "mailbox.json").stat().st_mode) == 0o600


def test_a_mail_that_comes_again_is_one_mail(queue, tmp_path):
    seconds = iter(range(100))
    mailbox = mailbox_of(queue, tmp_path, clock=lambda: next(seconds))
    queue.bodies = [envelope("x")]
    queue.forgets_to_delete = True

    looks = [mailbox.look(), mailbox.look()]

    assert [len(look.mails) for look in looks] == [1, 1]


def test_a_look_has_an_end_and_says_that_there_is_more(queue, tmp_path):
    seconds = iter(range(100))
    mailbox = mailbox_of(queue, tmp_path, clock=lambda: next(seconds))
    queue.bodies = [envelope("x", MessageId=f"m-{number}") for number in range(25)]

    assert not mailbox.look().is_current
    until(lambda: mailbox.look().is_current)
    assert len(mailbox.look().mails) == 25


def test_the_oldest_of_many_are_forgotten(queue, mailbox):
    for start in range(0, KEPT_MAILS + 50, 50):
        queue.bodies = [envelope("x", MessageId=f"m-{start + n}") for n in range(50)]
        mailbox.look()

    assert len(mailbox.look().mails) == KEPT_MAILS


def test_a_queue_that_does_not_answer_leaves_what_was_seen_before(queue, mailbox):
    queue.bodies = [envelope("x")]
    mailbox.look()
    queue.is_down = True

    look = mailbox.look()

    assert (len(look.mails), look.is_current) == (1, False)


def test_a_mail_whose_recipients_cannot_be_listed_waits_in_the_queue(queue, tmp_path):
    def down():
        raise Unavailable("the topic is not available; try again")

    queue.bodies = [envelope("x")]
    look = Mailbox(tmp_path / "mailbox.json", lambda: queue, down).look()

    assert (look.mails, look.is_current) == ([], False)
    assert len(queue.bodies) == 1


def test_a_mail_on_file_from_before_there_were_recipients_is_shown(mailbox, tmp_path):
    old = {"id": "m-0", "at": "2026-10-14T17:46:40.000Z", "subject": "s", "text": "t"}
    (tmp_path / "mailbox.json").write_text(json.dumps([{**old, "attributes": {}}]))

    assert [mail.to for mail in mailbox.look().mails] == [[]]


def test_a_damaged_file_is_begun_anew(queue, mailbox, tmp_path):
    (tmp_path / "mailbox.json").write_text("[{")
    queue.bodies = [envelope("x")]

    assert len(mailbox.look().mails) == 1


def test_what_a_topic_is_told_arrives_in_the_mailbox_of_the_emulator(emulated, tmp_path):
    aws = aws_of(emulated)
    sns = aws.client("sns")
    topic = sns.create_topic(Name="told")["TopicArn"]
    for _ in range(2):  # again without harm
        ensure_mailbox(aws.client("sqs"), sns, topic)
    variants = {"default": json.dumps({"text": "the mail\n"}), "email": "the mail\n"}
    told = sns.publish(
        TopicArn=topic,
        Subject="New Order Notification o-9",
        Message=json.dumps(variants),
        MessageStructure="json",
        MessageAttributes={"orderID": {"DataType": "String", "StringValue": "o-9"}},
    )

    queue = look_up_later(aws.client("sqs"), lambda sqs: mailbox_queue(sqs, emulated.endpoint_url))
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="ada@example.com")
    recipients = partial(list_recipients, Topic(sns, topic))
    mails = Mailbox(tmp_path / "mailbox.json", queue, recipients).look().mails

    assert isinstance(queue(), Queue)
    assert mails[0].to == ["ada@example.com", "demo@example.com"]
    assert [(mail.id, mail.subject, mail.text, mail.attributes) for mail in mails] == [
        (told["MessageId"], "New Order Notification o-9", "the mail\n", {"orderID": "o-9"})
    ]


@pytest.fixture
def caller(mailbox):
    with serving(gateway(local_pages=LocalPages(mailbox, OUTPUTS))) as found:
        yield found


def test_the_page_and_all_that_it_asks_for_is_there(caller):
    status, page, headers = caller.get(PAGE)
    asked = re.findall(r'(?:href|src)="(/_local/[^"]+)"', page)

    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert set(asked) == {f"{PAGE}/mailbox.css", f"{PAGE}/mailbox.js"}
    assert {path: caller.get(path)[0] for path in asked} == dict.fromkeys(asked, 200)
    assert caller.get(f"{PAGE}/")[0] == 200
    assert caller.send("HEAD", PAGE)[:2] == (200, "")


@pytest.mark.parametrize("path", [PAGE, MAILS, f"{PAGE}/mailbox.js"])
def test_its_answers_carry_a_strict_policy_and_are_never_kept(caller, path):
    headers = caller.get(path)[2]

    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"].startswith("default-src 'self'; script-src 'self';")
    assert "connect-src 'self';" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_the_mails_come_as_json(caller, queue):
    queue.bodies = [envelope('{"text": "<script>"}', subject="<b>")]

    assert caller.get(MAILS)[1] == {
        "mails": [
            {
                "id": "m-1",
                "at": "2026-10-14T17:46:40.000Z",
                "to": ["ada@example.com"],
                "subject": "<b>",
                "text": "<script>",
                "attributes": {"orderID": "o-1"},
            }
        ],
        "is_current": True,
    }


@pytest.mark.parametrize(
    "path", ["/_local", "/_local/", f"{PAGE}/x", f"{PAGE}/../mailbox.py", f"{PAGE}/index.html"]
)
def test_nothing_else_is_there(caller, path):
    assert caller.get(path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_is_only_read(caller, method):
    assert caller.send(method, MAILS)[0] == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost:1", 200), ("127.0.0.1", 200), ("evil.example", 404), ("127.0.0.1.evil:80", 404)],
)
def test_a_name_that_was_made_to_lead_here_does_not_read_the_mails(caller, host, status):
    assert caller.get(MAILS, Host=host)[0] == status


def test_without_a_mailbox_there_is_no_page():
    with serving(gateway()) as caller:
        assert caller.get(PAGE)[0] == 404


def test_the_page_itself_keeps_to_the_policy():
    page, script = ((FOLDER / name).read_text() for name in ("index.html", "mailbox.js"))

    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write", script)
