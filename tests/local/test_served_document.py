"""`/openapi.json` as this machine serves it: by `make run` and by `chalice local`."""

import http.client
import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.local_system import HOST, ROOT, free_ports, kept_environment, until

from infra.checks import openapi


def get(port, **headers):
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", "/openapi.json", headers=sent)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def chalice_local():
    """`chalice local` on a free port, which needs no emulator until a route is called."""
    (port,) = free_ports(1)
    command = [str(Path(sys.executable).parent / "chalice"), "local", "--stage", "local"]
    process = subprocess.Popen(  # noqa: S603 our own environment's
        [*command, "--port", str(port), "--no-autoreload"],
        cwd=ROOT,
        env=kept_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def is_up():
        assert process.poll() is None, "chalice local ended"
        try:
            return get(port)[0] == 200
        except ConnectionRefusedError:
            return False

    try:
        until(is_up, within_s=60, what="chalice local's first answer")
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=["make run", "chalice local"])
def port(request):
    if request.param == "chalice local":
        return request.getfixturevalue("chalice_local")
    return request.getfixturevalue("system").config.port


def test_the_document_is_served_with_the_security_of_open_intake(port):
    status, headers, body = get(port)
    served, committed = json.loads(body), json.loads(openapi.FILE.read_text())
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert served["servers"][0]["url"] == "/"
    assert served["paths"].keys() == committed["paths"].keys()
    assert served["components"] == committed["components"]
    assert served["paths"]["/orders"]["post"]["security"] == []
    assert committed["paths"]["/orders"]["post"]["security"] == [{"idToken": []}]


def test_who_has_the_document_already_gets_304(port):
    _, headers, body = get(port)
    assert headers["Cache-Control"] == "no-cache"
    for tag in (headers["ETag"], f'"other", W/{headers["ETag"]}', "*"):
        status, again, nothing = get(port, If_None_Match=tag)
        assert (status, again["ETag"], nothing) == (304, headers["ETag"], b"")
    assert get(port, If_None_Match='"other"')[::2] == (200, body)
