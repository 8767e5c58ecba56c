"""The pages beside the API: what is served, with which headers, and what is not."""

import pytest
from gateway_kit import gateway, serving, small_app

from infra.local.gateway.pages import Pages, page_config

OUTPUTS = {
    "ApiUrl": "http://127.0.0.1:8000/",
    "AwsEndpointUrl": "http://127.0.0.1:4566",
    "UserPoolId": "us-east-1_pool",
    "UserPoolClientId": "client-1",
    "ApiKey": "never shown",
    "OutboxUrl": "http://127.0.0.1:40213/",
}
CONFIG = page_config(OUTPUTS, "us-east-1")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    root = folder / "dist"
    (root / "assets").mkdir(parents=True)
    (root / ".git").mkdir()
    for name in ("index.html", "app.js", "style.css", "favicon.svg", "assets/a-1f.js", "event"):
        (root / name).write_text(name)
    for name in (".env", ".git/config.json", "server.py", "notes"):
        (root / name).write_text("secret")
    (folder / "secret.txt").write_text("secret")
    (folder / "dist-more").mkdir()
    (folder / "dist-more" / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(folder / "secret.txt")
    return root


@pytest.fixture(scope="module")
def caller(site):
    app = small_app()
    app.route("/style.css")(lambda: {"from": "the API"})
    with serving(gateway(app, pages=Pages(site, CONFIG))) as found:
        yield found


@pytest.mark.parametrize(
    "path", ["/", "/?code=1&state=2", "/index.html", "/console", "/console/", "/console/a/b.js"]
)
def test_the_index_answers_for_the_console_and_is_never_kept(caller, path):
    status, body, headers = caller.get(path)
    assert (status, body) == (200, "index.html")
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"


def test_assets_have_their_types_and_hashed_ones_are_kept(caller):
    found = {path: caller.get(path)[2] for path in ("/app.js", "/favicon.svg", "/assets/a-1f.js")}
    assert found["/app.js"]["content-type"] == "text/javascript; charset=utf-8"
    assert found["/app.js"]["cache-control"] == "no-cache"
    assert found["/favicon.svg"]["content-type"] == "image/svg+xml"
    assert found["/assets/a-1f.js"]["cache-control"] == "public, max-age=31536000, immutable"


def test_the_api_wins_over_a_file_of_the_same_name(caller):
    assert caller.get("/style.css")[1] == {"from": "the API"}
    assert caller.get("/event")[1]["resource"] == "/event"


def test_the_head_of_a_page_is_told_without_the_page(caller):
    status, body, headers = caller.send("HEAD", "/app.js")
    assert (status, body, headers["content-length"]) == (200, "", "6")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_pages_are_only_read(caller, method):
    assert caller.send(method, "/app.js")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/../dist-more/secret.txt",
        "//etc/hosts.txt",
        "/%2fetc%2fhosts.txt",
        "/assets",
        "/assets/",
        "/.env",
        "/.git/config.json",
        "/server.py",
        "/notes",
        "/link.txt",
        "/app.js%00.css",
        "/app.js/",
        "/%ff.js",
        "/" + "a" * 5000 + ".js",
        "/nothing.js",
    ],
)
def test_nothing_else_is_served(caller, path):
    status, body, _ = caller.get(path)
    assert (status, body["code"]) == (404, "not_found")


def test_config_tells_the_page_where_to_sign_in(caller):
    status, body, headers = caller.get("/config.json")
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert body == {
        "authority": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool",
        "metadataUrl": "http://127.0.0.1:4566/us-east-1_pool/.well-known/openid-configuration",
        "clientId": "client-1",
        "cognitoDomain": "http://127.0.0.1:4566",
        "apiBase": "http://127.0.0.1:8000",
        "stage": "local",
        "sandboxUrl": "http://127.0.0.1:40213",
    }


@pytest.mark.parametrize("path", ["/", "/app.js", "/config.json"])
def test_pages_carry_a_strict_policy(caller, path):
    headers = caller.get(path)[2]
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self' data:",
        "img-src": "'self' data: blob: http://127.0.0.1:4566",
        "connect-src": "'self' http://127.0.0.1:40213 http://127.0.0.1:4566 "
        "http://127.0.0.1:8000 https://cognito-idp.us-east-1.amazonaws.com",
        "frame-ancestors": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_what_a_browser_has_already_is_not_sent_again(caller):
    tag = caller.get("/app.js")[2]["etag"]
    status, body, headers = caller.get("/app.js", If_None_Match=tag)
    assert (status, body, headers["etag"]) == (304, "", tag)
    assert caller.get("/app.js", If_None_Match='"another"')[0] == 200


def test_texts_are_compressed_for_who_takes_gzip(site, caller):
    (site / "assets" / "long-2b.js").write_text("let a = 1;\n" * 500)
    path = "/assets/long-2b.js"
    plain = caller.get(path)[2]
    packed = caller.send("HEAD", path, None, {"Accept-Encoding": "gzip, br"})[2]
    assert (plain.get("content-encoding"), packed["content-encoding"]) == (None, "gzip")
    assert int(packed["content-length"]) < int(plain["content-length"]) / 10
    assert packed["vary"] == "Accept-Encoding"


def test_a_file_that_was_built_again_is_read_again(site, caller):
    (site / "again.js").write_text("old")
    assert caller.get("/again.js")[1] == "old"
    (site / "again.js").write_text("fresh")
    assert caller.get("/again.js")[1] == "fresh"


def test_without_a_build_the_page_says_how_to_get_one_and_no_source_is_served(tmp_path):
    (tmp_path / "package.json").write_text("{}")
    with serving(gateway(pages=Pages(tmp_path / "dist", CONFIG))) as caller:
        for path in ("/", "/console/orders"):
            assert "make console" in caller.get(path)[1]
        assert caller.get("/package.json")[0] == 404
