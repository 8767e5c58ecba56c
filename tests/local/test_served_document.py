"""`/openapi.json` as this machine serves it: by `make run` and by `chalice local`."""

import http.client
import json

import pytest
from support.chalice_local import running_chalice_local
from support.local_system import HOST

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
    with running_chalice_local() as port:
        yield port


@pytest.fixture(params=["make run", "chalice local"])
def port(request, system, chalice_local):
    return chalice_local if request.param == "chalice local" else system.config.port


def test_the_document_is_served_with_the_security_of_open_intake(port):
    status, headers, body = get(port)
    served, committed = json.loads(body), json.loads(openapi.FILE.read_text())
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert served["servers"][0]["url"] == "/"
    assert served["paths"].keys() == committed["paths"].keys()
    assert served["components"] == committed["components"]
    assert served["paths"]["/orders"]["post"]["security"] == [{}, {"idToken": []}]
    assert committed["paths"]["/orders"]["post"]["security"] == [{"idToken": []}]


def test_who_has_the_document_already_gets_304(port):
    _, headers, body = get(port)
    assert headers["Cache-Control"] == "no-cache"
    for tag in (headers["ETag"], f'"other", W/{headers["ETag"]}', "*"):
        status, again, nothing = get(port, If_None_Match=tag)
        assert (status, again["ETag"], nothing) == (304, headers["ETag"], b"")
    assert get(port, If_None_Match='"other"')[::2] == (200, body)
