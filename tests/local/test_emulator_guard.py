"""What a web page, or a request with forged headers, gets from the embedded emulator: nothing."""

import http.client
import json

import pytest
from support.local_system import aws_of, local, running_emulator

from infra.local.provision.provision import provision

REFUSED = 403


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    config = local(tmp_path_factory.mktemp("guarded"))
    with running_emulator(config):
        provision(config)
        yield config


def call(config, method, path, body=None, **headers):
    """The status, the headers and the body; a header's underscores are hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", config.aws_port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def scan(config, **headers):
    target = {"X_Amz_Target": "DynamoDB_20120810.Scan"}
    aws = {**target, "Content_Type": "application/x-amz-json-1.0"}
    return call(config, "POST", "/", json.dumps({"TableName": "OmniData"}), **aws, **headers)


def test_a_program_of_this_machine_reads_and_writes_as_before(config):
    client = aws_of(config).client("dynamodb")
    client.put_item(TableName="OmniData", Item={"user_id": {"S": "ada"}})

    status, headers, body = scan(config)

    assert status == 200
    assert json.loads(body)["Items"] == [{"user_id": {"S": "ada"}}]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": "file://"},
        {"Host": "evil.example"},
        {"Host": "evil.example:4566"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1.evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"},
    ],
)
def test_a_request_from_elsewhere_is_refused(config, headers):
    status, answered, body = scan(config, **headers)

    assert status == REFUSED
    assert json.loads(body)["code"] == "forbidden"
    assert "Access-Control-Allow-Origin" not in answered


def test_even_the_consoles_own_pages_call_nothing_but_the_sign_in(config):
    status, _, _ = scan(config, Origin=config.console_url.rstrip("/"))

    assert status == REFUSED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_ministack/reset"),
        ("POST", "/_ministack/config"),
        ("GET", "/_ministack/sqs/messages"),
        ("GET", "/_ministack/ses/messages"),
        ("GET", "/_ministack/ready"),
        ("GET", "/%5Fministack/ses/messages"),
        ("GET", "/_localstack/health"),
        ("GET", "/_aws/lambda-url/x/"),
    ],
)
def test_administration_is_switched_off_and_nothing_is_lost(config, method, path):
    status, _, _ = call(config, method, path)

    assert status == REFUSED
    assert "OmniData" in aws_of(config).client("dynamodb").list_tables()["TableNames"]


def test_the_health_of_the_emulator_can_be_asked(config):
    assert call(config, "GET", "/_ministack/health")[0] == 200


def test_no_function_can_be_created(config):
    body = json.dumps({"FunctionName": "f", "Runtime": "python3.12", "Handler": "a.b"})
    status, _, _ = call(config, "POST", "/2015-03-31/functions", body)

    assert status in (400, 403, 404, 501)
    assert call(config, "GET", "/2015-03-31/functions")[0] in (400, 403, 404, 501)


def test_the_console_may_exchange_its_code_and_nobody_else(config):
    console = config.console_url.rstrip("/")

    status, headers, _ = call(config, "POST", "/oauth2/token", "grant_type=x", Origin=console)
    assert status != REFUSED
    assert headers["Access-Control-Allow-Origin"] == console

    evil = call(config, "POST", "/oauth2/token", "grant_type=x", Origin="http://evil.example")
    assert evil[0] == REFUSED


BUCKET = "omni-media-000000000000-us-east-1"
IMAGE = f"/{BUCKET}/media/01a221c6-9785-7b78-96d4-46b399ba22b3"
LINK = f"{IMAGE}?versionId=e94919a1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ef"


def test_the_console_may_post_an_image_and_show_it(config):
    console = config.console_url.rstrip("/")
    posted = call(config, "POST", f"/{BUCKET}", "x", Origin=console)
    shown = call(config, "GET", LINK, Sec_Fetch_Site="same-site")
    for _, _, body in (posted, shown):  # S3 itself refuses both: no form, no such image
        assert b"web pages" not in body


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", f"/{BUCKET}", {"Origin": "http://evil.example"}),
        ("POST", f"/{BUCKET}?Action=DeleteQueue", {"Origin": "console"}),
        ("POST", f"/{BUCKET}?delete", {"Origin": "console"}),
        ("PUT", f"/{BUCKET}", {"Origin": "console"}),
        ("GET", f"/{BUCKET}", {"Sec_Fetch_Site": "same-site"}),
        ("GET", IMAGE, {"Sec_Fetch_Site": "same-site"}),
        ("GET", f"{LINK}&Action=DeleteQueue", {"Sec_Fetch_Site": "same-site"}),
        ("GET", LINK, {"Sec_Fetch_Site": "cross-site"}),
        ("DELETE", LINK, {"Origin": "console"}),
        ("GET", "/omni-analytics-data-000000000000-us-east-1", {"Sec_Fetch_Site": "same-site"}),
    ],
)
def test_no_page_does_anything_else_with_buckets(config, method, path, headers):
    console = config.console_url.rstrip("/")
    sent = {name: console if value == "console" else value for name, value in headers.items()}
    assert call(config, method, path, "x" if method == "POST" else None, **sent)[0] == REFUSED


VISIT = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}


def test_a_browser_may_visit_the_sign_in_pages_from_anywhere(config):
    assert call(config, "GET", "/oauth2/authorize", **VISIT)[0] != REFUSED
    assert call(config, "GET", "/logout", **VISIT)[0] != REFUSED
    assert call(config, "GET", "/", **VISIT)[0] == REFUSED


PATHS = [
    "/",
    "/login",
    "/logout",
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/x",
    "/.well-known/jwks.json",
    "/us-east-1_x/.well-known/jwks.json",
    "//login",
    "/login/",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example"])
def test_no_link_and_no_form_of_a_page_calls_the_query_api(config, method, path, origin):
    """The emulator takes a path that it does not know for a call of the query API."""
    name = f"evil-{method}-{PATHS.index(path)}-{len(origin or '')}"
    action = f"Action=CreateQueue&QueueName={name}&Version=2012-11-05"
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    page = VISIT if origin is None else {**VISIT, "Origin": origin}

    call(config, method, f"{path}?{action}", action, **form, **page)

    queues = aws_of(config).client("sqs").list_queues(QueueNamePrefix="evil")
    assert queues.get("QueueUrls", []) == []


@pytest.mark.parametrize("origin", ["null", "own"])
def test_the_sign_in_form_is_taken_from_its_own_page_alone(config, origin):
    own = config.endpoint_url if origin == "own" else origin
    form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": own}

    assert call(config, "POST", "/login", "", Sec_Fetch_Site="same-origin", **form)[0] != REFUSED
    assert call(config, "POST", "/login", "", Sec_Fetch_Site="cross-site", **form)[0] == REFUSED
