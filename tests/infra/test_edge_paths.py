"""Which paths go where at the edge: the single page, the API, and assets."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.stacks.edge.api_paths import list_api_patterns

ROOT = Path(__file__).parents[2]
FUNCTION = ROOT / "infra" / "stacks" / "edge" / "single_page.js"


@pytest.mark.skipif(shutil.which("node") is None, reason="the function is JavaScript")
@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/", "/index.html"),
        ("/console", "/index.html"),
        ("/console/", "/index.html"),
        ("/console/records", "/index.html"),
        ("/console/orders/42", "/index.html"),
        ("/consoles", "/consoles"),
        ("/config.json", "/config.json"),
        ("/favicon.ico", "/favicon.ico"),
        ("/nothing/here", "/nothing/here"),
    ],
)
def test_pages_answer_the_index_and_everything_else_stays_itself(asked, answered):
    event = json.dumps({"request": {"uri": asked}})
    code = f"{FUNCTION.read_text()}; console.log(handler({event}).uri)"
    ran = subprocess.run(  # noqa: S603 our own function
        ["node", "-e", code],  # noqa: S607 whichever node there is
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == answered


def test_the_functions_text_is_ascii():
    assert FUNCTION.read_text().isascii()


def test_a_new_route_is_sent_to_the_api_without_another_word(tmp_path):
    document = tmp_path / "openapi.json"
    paths = ["/health", "/orders", "/orders/{order_id}", "/api/v1/a", "/api/v1/b/{id}", "/v1/logs"]
    document.write_text(json.dumps({"paths": dict.fromkeys(paths)}))

    assert list_api_patterns(document) == ["/orders/*", "/v1/logs", "/health", "/orders", "/api/*"]


def test_every_route_of_the_application_is_sent_to_the_api(dev):
    from app import app

    config = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]
    patterns = {cache_behavior["PathPattern"] for cache_behavior in config["CacheBehaviors"]} - {
        "/assets/*",
        "/openapi.json",
    }

    for route in app.routes:
        wildcards = {
            pattern
            for pattern in patterns
            if pattern.endswith("*") and route.startswith(pattern[:-1])
        }
        assert route in patterns or wildcards, route
