"""What the gateway's tests share: a small app behind it, a pool that signs, raw requests."""

import http.client
import http.server
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import jwt
from chalice import AuthResponse, Chalice, CognitoUserPoolAuthorizer, CORSConfig, Response
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from chalicelib.errors import Unavailable
from infra.declared.kinds import UsagePlan
from infra.local.gateway.gateway import Gateway
from infra.local.gateway.server import Server
from infra.local.gateway.tokens import Keys, Verifier
from infra.local.gateway.usage import Usage
from infra.local.gateway.wire import Limits

HOST = "127.0.0.1"
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool"
CLIENT = "client-1"
API_KEY = "key-1"
ORIGIN = "https://console.example.com"
DEADLINE_S = 10


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A private key of that name; making one takes a while, so each is made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(name: str = "pool") -> dict[str, Any]:
    """What a pool publishes of the key."""
    jwk = RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
    return {**jwk, "kid": name, "alg": "RS256", "use": "sig"}


def claims(**changes: Any) -> dict[str, Any]:
    """An ID token's claims; a change to None leaves a claim out."""
    now = int(time.time())
    whole = {
        "sub": "u-1",
        "aud": CLIENT,
        "iss": ISSUER,
        "token_use": "id",
        "iat": now,
        "auth_time": now,
        "exp": now + 3600,
        "email": "ada@example.com",
        "email_verified": True,
        "cognito:groups": ["operator", "publisher"],
        "custom:tenant_id": "acme",
    }
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def token(key: str = "pool", kid: str | None = "pool", **changes: Any) -> str:
    """An ID token signed by `key`, naming `kid`."""
    headers = {"kid": kid} if kid is not None else {}
    return jwt.encode(claims(**changes), rsa_key(key), algorithm="RS256", headers=headers)


class Pool:
    """A user pool that publishes the keys named, and counts how often it is asked."""

    def __init__(self, *names: str) -> None:
        self.names = list(names or ("pool",))
        self.asked = 0
        self.is_down = False

    def load(self, url: str) -> dict[str, Any]:
        self.asked += 1
        if self.is_down:
            raise ConnectionRefusedError
        return {"keys": [public_jwk(name) for name in self.names]}


@contextmanager
def jwks_server(document: Any, asked: list[str] | None = None) -> Iterator[str]:
    """A pool's endpoint over HTTP, at the address given; `asked` gets the paths asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if asked is not None:
                asked.append(self.path)
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Stay quiet."""

    with http.server.ThreadingHTTPServer((HOST, 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}/pool/.well-known/jwks.json"
        server.shutdown()


def small_app() -> Chalice:
    """Routes of every kind that the gateway tells apart."""
    app = Chalice("small", configure_logs=False)
    app.api.cors = CORSConfig(allow_origin=ORIGIN, allow_headers=["Idempotency-Key", "If-Match"])
    _add_open_routes(app)
    _add_routes_with_bodies(app)
    _add_guarded_routes(app)
    return app


def _add_open_routes(app: Chalice) -> None:
    @app.route("/event")
    def show_event():
        event = app.current_request.to_original_event()
        return {**event, "body": None, "context_id": app.lambda_context.aws_request_id}

    @app.route("/things/{name}", methods=["GET", "DELETE"])
    def thing(name):
        if app.current_request.method == "DELETE":
            return Response(body="", status_code=204, headers={})
        return {"name": name}

    @app.route("/forged-header/{kind}")
    def forged_header(kind):
        value = {"one": "a\rX-B: b", "several": ["a", "a\r\nX-B: b"]}[kind]
        return Response(body="", status_code=200, headers={"X-A": value})

    @app.route("/cookies")
    def cookies():
        return Response(body="", status_code=299, headers={"X-A": ["a", "b"]})


def _add_routes_with_bodies(app: Chalice) -> None:
    @app.route("/echo", methods=["POST"], content_types=["application/json", "text/plain"])
    def echo():
        return {"text": app.current_request.raw_body.decode()}

    @app.route("/caller", methods=["POST"])
    def show_caller():
        return {"authorizer": app.current_request.context.get("authorizer")}

    @app.route("/size", methods=["POST"], content_types=["text/plain", "application/zip"])
    def size():
        return {"bytes": len(app.current_request.raw_body)}

    @app.route("/reversed", methods=["POST"], content_types=["application/octet-stream"])
    def turned_around():
        headers = {"Content-Type": "application/octet-stream"}
        return Response(body=app.current_request.raw_body[::-1], status_code=200, headers=headers)


def _add_guarded_routes(app: Chalice) -> None:
    arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_pool"
    signed_in = CognitoUserPoolAuthorizer("pool", provider_arns=[arn])

    @app.authorizer(name="tenant")
    def tenant(request):
        if request.token == "down":
            raise Unavailable("the tenants cannot be read")
        routes = ["/tenant", "/only-here"] if request.token == "good" else []
        context = {"tenant": "acme", "trusted": True}
        return AuthResponse(routes=routes, principal_id="t-1", context=context)

    @app.route("/mine", authorizer=signed_in)
    def mine():
        return app.current_request.context["authorizer"]["claims"]

    @app.route("/keyed", authorizer=signed_in, api_key_required=True)
    def keyed():
        return {}

    @app.route("/tenant", authorizer=tenant)
    def of_tenant():
        return app.current_request.context["authorizer"]

    app.route("/only-here", authorizer=tenant)(dict)


class Caller:
    """Requests to one gateway; each by a connection of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    def send(self, method, path, body=None, headers=None) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON body (text where it is none) and headers in lower case."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=DEADLINE_S)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        found = {name.lower(): value for name, value in answer.getheaders()}
        is_json = found.get("content-type") == "application/json"
        return answer.status, json.loads(text) if text and is_json else text, found

    def get(self, path, **headers) -> tuple[int, Any, dict[str, str]]:
        """GET with headers whose names have `_` for `-`."""
        return self.send("GET", path, None, {k.replace("_", "-"): v for k, v in headers.items()})

    def raw(self, data: bytes) -> bytes:
        """All that the gateway sends back until it closes; it must close by the deadline."""
        with socket.create_connection((HOST, self.port), timeout=DEADLINE_S) as connection:
            connection.sendall(data)
            return read_all(connection)


def read_all(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def gateway(app: Chalice | None = None, **changes: Any) -> Gateway:
    """The gateway of an app, with a pool of its own and one API key."""
    parts = {
        "verifier": Verifier(Keys("", load=Pool().load), issuer=ISSUER, audience=CLIENT),
        "usage": Usage([API_KEY], UsagePlan()),
        "stage": "local",
    }
    return Gateway(app or small_app(), **{**parts, **changes})


@contextmanager
def serving(front: Gateway, limits: Limits | None = None) -> Iterator[Caller]:
    """The gateway on a free port."""
    server = Server((HOST, 0), front, limits)
    accepting = threading.Thread(target=server.serve_forever, args=(0.02,))
    accepting.start()
    try:
        yield Caller(server.server_address[1])
    finally:
        server.stop(1)
        accepting.join()
