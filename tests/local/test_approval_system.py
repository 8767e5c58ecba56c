"""Approval on a whole local system that requires it: nothing is posted before another says so."""

import pytest
from support.authors import Author
from support.local_system import LocalSystem, run_module

from infra.local.provision import token, user

WORDS = "We are open on Sunday in {{place}}"
APPROVER = "grace@example.com"


@pytest.fixture(scope="module")
def demanding(tmp_path_factory):
    whole = LocalSystem(tmp_path_factory.mktemp("approval"), APPROVAL="required")
    try:
        yield whole.start()
    finally:
        whole.end()


@pytest.fixture(scope="module")
def approver(demanding):
    """What sends a request as another publisher."""
    wanted = ("--email", APPROVER, "--groups", "publisher")
    assert run_module(user.__name__, demanding.config, *wanted).returncode == 0
    printed = run_module(token.__name__, demanding.config, "--user", APPROVER)
    signed_in = printed.stdout.splitlines()[-1]

    def send(method, path, body=None):
        return demanding.request(method, f"/api/v1{path}", body, Authorization=signed_in)

    return send


def test_a_message_of_a_template_is_posted_once_it_is_approved(demanding, approver):
    author = Author(demanding)
    template = {"name": "Open", "content": WORDS, "channels": ["facebook", "sms"]}
    _, made = author.send("POST", "/templates", template)
    use = {"template": {"id": made["id"], "fields": {"place": "Bonn"}}}
    status, message = author.send("POST", "/messages", use)
    assert (status, message["status"]) == (201, "waiting")
    path = f"/messages/{message['id']}"
    assert author.send("POST", f"{path}/approve", {"rev": 1})[0] == 403
    _, page = approver("GET", "/messages?status=waiting")
    assert [found["content"] for found in page["messages"]] == ["We are open on Sunday in Bonn"]
    assert approver("POST", f"{path}/send-back", {"rev": 1, "comment": "Until?"})[0] == 200
    changes = {"content": "We are open until six", "draft": False}
    _, again = author.send("PATCH", path, changes)
    assert (again["status"], again["approval"]["earlier"][0]["comment"]) == ("waiting", "Until?")
    assert approver("POST", f"{path}/approve", {"rev": 1})[0] == 409  # it is not what was seen
    assert author.posts("We are open until six") == []
    assert approver("POST", f"{path}/approve", {"rev": again["rev"]})[0] == 200
    sent = author.wait_for(message["id"], "sent")
    assert sent["template_id"] == made["id"]
    posts = author.posts("We are open until six")
    assert sorted(post["channel"] for post in posts) == ["facebook", "sms"]
    assert author.posts("We are open on Sunday in Bonn") == []
