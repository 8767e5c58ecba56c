import http.server
import json
import threading

import pytest
from browsers import ARGUMENTS, CHROMIUM
from playwright.sync_api import sync_playwright
from support.console import console_of
from support.local_system import aws_of

PAGE = b"<!doctype html><title>evil</title>"


@pytest.fixture(scope="session")
def browser():
    """The one browser of all tests; each has a profile or a tab of its own."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def profile(browser, system):
    """A profile in which the demo user stays signed in: a sign-in loads three pages."""
    with console_of(browser, system) as found:
        found.first.goto(found.address("/console/settings"))  # the overview would go on asking
        yield found


@pytest.fixture
def console(profile):
    """That profile; a test must end without an error of a script or against the policy."""
    profile.complaints.clear()
    before = profile.context.pages
    yield profile
    for tab in profile.context.pages:
        if tab not in before:
            tab.close()
    assert profile.complaints == []


@pytest.fixture
def elsewhere():
    """The URL of a page on another port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def give_up(system):
    """Put bodies among the dead letters of the orders: five receives would take minutes."""
    queues = aws_of(system.config).client("sqs")
    url = next(url for url in queues.list_queues()["QueueUrls"] if url.endswith("POC-Queue-dlq"))

    def put(*orders):
        for order in orders:
            queues.send_message(QueueUrl=url, MessageBody=json.dumps(order))

    return put
