"""Forged, stale and foreign tokens against the gateway, over real sockets."""

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from gateway_kit import (
    API_KEY,
    CLIENT,
    ISSUER,
    Pool,
    claims,
    gateway,
    jwks_server,
    public_jwk,
    rsa_key,
    serving,
    token,
)

from chalicelib.errors import Unauthenticated
from infra.local.gateway.tokens import (
    REFETCH_S,
    REMEMBERED_S,
    REMEMBERED_TOKENS,
    RETRY_S,
    Keys,
    Verifier,
    flatten,
)


@pytest.fixture(scope="module")
def caller():
    """The gateway, whose pool publishes one key over HTTP."""
    with jwks_server({"keys": [public_jwk()]}) as url:
        verifier = Verifier(Keys(url), issuer=ISSUER, audience=CLIENT)
        with serving(gateway(verifier=verifier)) as found:
            yield found


def part(value) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def without_signature(algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'pool'})}.{part(claims())}."


def signed_with_the_public_key() -> str:
    """The public key's own text as an HMAC secret, which PyJWT refuses to make."""
    secret = rsa_key("pool").public_key()
    pem = secret.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'pool'})}.{part(claims())}"
    return f"{signed}.{part(hmac.new(pem, signed.encode(), hashlib.sha256).digest())}"


def by_foreign_key(**header) -> str:
    return jwt.encode(claims(), rsa_key("foreign"), algorithm="RS256", headers=header)


def changed_payload() -> str:
    header, _, signature = token().split(".")
    return f"{header}.{part(claims(sub='u-2'))}.{signature}"


def access_token() -> str:
    """Cognito's access tokens carry `client_id` and no `aud`."""
    return token(token_use="access", aud=None, client_id=CLIENT)


def forgeries() -> dict[str, str]:
    now = int(time.time())
    return {
        "alg none": without_signature("none"),
        "alg None": without_signature("None"),
        "alg missing": f"{part({'kid': 'pool'})}.{part(claims())}.",
        "HMAC by the public key": signed_with_the_public_key(),
        "another algorithm of the same key": jwt.encode(
            claims(), rsa_key("pool"), algorithm="RS512", headers={"kid": "pool"}
        ),
        "a foreign key under a known id": token(key="foreign"),
        "a foreign key under its own id": token(key="foreign", kid="foreign"),
        "no key id": token(kid=None),
        "a path as key id": token(kid="../../dev/null"),
        "a list as key id": f"{part({'alg': 'RS256', 'kid': ['pool']})}.{part(claims())}.AA",
        "its own key inside": by_foreign_key(kid="foreign", jwk=public_jwk("foreign")),
        "expired": token(exp=now - 10),
        "not yet valid": token(nbf=now + 600),
        "issued in the future": token(iat=now + 600),
        "another audience": token(aud="client-2"),
        "a list of audiences": token(aud=[CLIENT, "client-2"]),
        "another issuer": token(iss="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_else"),
        "an access token": access_token(),
        "an access token with an audience": token(token_use="access"),
        "another use": token(token_use="refresh"),
        "without exp": token(exp=None),
        "without aud": token(aud=None),
        "without iss": token(iss=None),
        "without sub": token(sub=None),
        "without token_use": token(token_use=None),
        "exp as a text": token(exp="never"),
        "a changed payload": changed_payload(),
        "no signature": token().rpartition(".")[0] + ".",
        "two parts": token().rpartition(".")[0],
        "one word": "word",
        "dots": "..",
        "not base64": "%%%.%%%.%%%",
        "not JSON": f"{part(b'no')}.{part(b'no')}.{part(b'no')}",
        "a list as header": f"{part([])}.{part(claims())}.AA",
        "a deep header": f"{part(b'[' * 6000)}.{part(claims())}.AA",
        "not UTF-8": f"{part(bytes([255, 254]))}.{part(claims())}.AA",
        "a critical header": jwt.encode(
            claims(), rsa_key("pool"), "RS256", headers={"kid": "pool", "crit": ["x"], "x": 1}
        ),
        "nothing": "",
        "only Bearer": "Bearer",
        "only Bearer and a blank": "Bearer ",
        "Basic": "Basic dTpw",
    }


@pytest.mark.parametrize("name", forgeries())
def test_a_forged_token_is_401(caller, name):
    status, body, headers = caller.get("/mine", Authorization=forgeries()[name])
    assert (status, body["code"]) == (401, "unauthenticated")
    assert body["request_id"] == headers["x-amzn-requestid"]
    assert set(body) == {"message", "code", "request_id"}


NO_TIMES = {
    "far past": -(10**18),
    "negative": -1,
    "far future": 10**18,
    "year 10000": 253_402_300_800,
    "beyond 64 bits": 10**30,
    "beyond float": 10**400,
    "beyond what json reads": f"@{'9' * 5000}",
    "a fraction": 1_700_000_000.5,
    "a whole float": 4e9,
    "a huge float": 1e300,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "a text": "soon",
    "digits as a text": "4000000000",
    "true": True,
    "false": False,
    "a list": [4_000_000_000],
    "an object": {"at": 4_000_000_000},
    "null": "@null",
}


def signed(payload: str) -> str:
    """The pool's signature under a payload as it is, which PyJWT would not encode."""
    head = f"{part({'alg': 'RS256', 'kid': 'pool'})}.{part(payload.encode())}"
    signature = rsa_key("pool").sign(head.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{head}.{part(signature)}"


def signed_with(name: str, value) -> str:
    """A token of the pool whose claim `name` is `value`, or the JSON after an `@`."""
    text = value[1:] if str(value).startswith("@") else json.dumps(value)
    others = json.dumps({key: found for key, found in claims().items() if key != name})
    return signed(f'{others[:-1]}, "{name}": {text}}}')


@pytest.mark.parametrize("value", NO_TIMES.values(), ids=NO_TIMES)
@pytest.mark.parametrize("name", ["iat", "exp", "nbf", "auth_time"])
def test_a_signed_token_whose_time_is_none_is_401(caller, name, value):
    status, body, _ = caller.get("/mine", Authorization=signed_with(name, value))
    assert (status, body["code"]) == (401, "unauthenticated")


def test_a_signed_token_with_sound_times_passes(caller):
    now = int(time.time())
    for name, value in {"iat": 0, "exp": 253_402_300_799, "nbf": now, "auth_time": 0}.items():
        assert caller.get("/mine", Authorization=signed_with(name, value))[0] == 200, name


def test_no_token_at_all_is_401(caller):
    assert caller.get("/mine")[0] == 401


def test_a_place_to_fetch_a_key_from_is_never_asked(caller):
    asked: list[str] = []
    with jwks_server({"keys": [public_jwk("foreign")]}, asked) as url:
        for name in ("jku", "x5u"):
            forged = by_foreign_key(kid="foreign", **{name: url})
            assert caller.get("/mine", Authorization=forged)[0] == 401
    assert asked == []


@pytest.mark.parametrize("scheme", ["", "Bearer ", "bearer ", "BEARER  "])
def test_a_good_token_passes_bare_and_as_bearer(caller, scheme):
    status, body, _ = caller.get("/mine", Authorization=scheme + token())
    assert (status, body["sub"]) == (200, "u-1")


def test_the_token_is_checked_before_the_api_key(caller):
    assert caller.get("/keyed", X_Api_Key=API_KEY)[0] == 401
    assert caller.get("/keyed")[0] == 401
    assert caller.get("/keyed", Authorization=token())[0] == 403
    assert caller.get("/keyed", Authorization=token(), X_Api_Key="other")[0] == 403
    assert caller.get("/keyed", Authorization=token(), X_Api_Key=API_KEY)[0] == 200


def test_claims_arrive_as_a_rest_api_hands_them_on():
    found = flatten(claims(iat=1587279974, auth_time=1587038744, exp=1587283574, none=None))
    assert found == {
        "sub": "u-1",
        "aud": CLIENT,
        "iss": ISSUER,
        "token_use": "id",
        "iat": "Sun Apr 19 07:06:14 UTC 2020",
        "auth_time": "1587038744",
        "exp": "Sun Apr 19 08:06:14 UTC 2020",
        "email": "ada@example.com",
        "email_verified": "true",
        "cognito:groups": "operator,publisher",
        "custom:tenant_id": "acme",
    }


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_unknown_key_id_asks_the_pool_at_most_once_in_a_while():
    pool, clock = Pool(), Clock()
    keys = Keys("", load=pool.load, clock=clock)
    assert keys.get("pool") is not None
    assert [keys.get(f"unknown-{n}") for n in range(20)] == [None] * 20
    assert pool.asked == 1
    clock.now += REFETCH_S
    assert keys.get("unknown") is None
    assert pool.asked == 2


def test_a_rotated_key_is_found():
    pool, clock = Pool("old"), Clock()
    keys = Keys("", load=pool.load, clock=clock)
    assert keys.get("old") is not None
    pool.names = ["new"]
    clock.now += REFETCH_S
    assert keys.get("new") is not None
    assert keys.get("old") is None


def test_keys_that_are_not_for_rs256_signatures_are_not_taken():
    jwk = public_jwk()
    documents = [
        {"keys": [{**jwk, "use": "enc"}]},
        {"keys": [{**jwk, "alg": "RS512"}]},
        {"keys": [{"kty": "oct", "kid": "pool", "k": "c2VjcmV0"}]},
    ]
    assert [Keys("", load=lambda _, d=d: d).get("pool") for d in documents] == [None] * 3


@pytest.mark.parametrize("document", [{}, [], {"keys": [{}]}, {"keys": [{"kty": "RSA"}]}, None])
def test_a_pool_that_answers_nonsense_is_503(document):
    verifier = Verifier(Keys("", load=lambda _: document), issuer=ISSUER, audience=CLIENT)
    front = gateway(verifier=verifier)
    found = front.handle_request("GET", "/mine", {"authorization": token()}, None)
    expected = 401 if document == {"keys": [{}]} else 503
    assert found["statusCode"] == expected


def test_a_pool_that_is_down_is_503_and_found_again():
    pool, clock = Pool(), Clock()
    pool.is_down = True
    keys = Keys("", load=pool.load, clock=clock)
    with serving(gateway(verifier=Verifier(keys, issuer=ISSUER, audience=CLIENT))) as caller:
        for _ in range(3):
            status, body, headers = caller.get("/mine", Authorization=token())
            assert (status, body["code"], headers["retry-after"]) == (503, "unavailable", "1")
        assert pool.asked == 1
        pool.is_down = False
        clock.now += RETRY_S
        assert caller.get("/mine", Authorization=token())[0] == 200


def test_known_keys_serve_on_while_the_pool_is_down():
    pool, clock = Pool(), Clock()
    keys = Keys("", load=pool.load, clock=clock)
    front = gateway(verifier=Verifier(keys, issuer=ISSUER, audience=CLIENT))
    good, unknown = {"authorization": token()}, {"authorization": token(kid="else")}
    assert front.handle_request("GET", "/mine", good, None)["statusCode"] == 200
    pool.is_down = True
    clock.now += REFETCH_S
    assert front.handle_request("GET", "/mine", unknown, None)["statusCode"] == 503
    assert front.handle_request("GET", "/mine", good, None)["statusCode"] == 200


class CountedKeys:
    """The pool's keys, and how often they were needed."""

    def __init__(self) -> None:
        self.needed = 0
        self._keys = Keys("", load=Pool().load)

    def get(self, key_id):
        self.needed += 1
        return self._keys.get(key_id)


def test_a_good_token_is_remembered_for_a_while_and_handed_on_afresh():
    keys, clock, good = CountedKeys(), Clock(), token()
    clock.now = time.time()
    verifier = Verifier(keys, issuer=ISSUER, audience=CLIENT, now=clock)
    verifier.verify(good)["sub"] = "changed by a function"
    assert verifier.verify(f"Bearer {good}")["sub"] == "u-1"
    assert keys.needed == 1
    clock.now += REMEMBERED_S
    verifier.verify(good)
    assert keys.needed == 2


def test_a_remembered_token_is_verified_anew_once_it_should_have_expired():
    keys, clock = CountedKeys(), Clock()
    clock.now = time.time()
    verifier = Verifier(keys, issuer=ISSUER, audience=CLIENT, now=clock)
    short = token(exp=int(clock.now) + 100)
    for passed_s, needed in ((0, 1), (99, 1), (2, 2)):
        clock.now += passed_s
        verifier.verify(short)
        assert keys.needed == needed


def test_a_token_that_differs_from_a_remembered_one_is_verified():
    verifier = Verifier(Keys("", load=Pool().load), issuer=ISSUER, audience=CLIENT)
    good = token()
    verifier.verify(good)
    signed, _, signature = good.rpartition(".")
    for forged in (f"{signed}.", f"{signed}.{signature[:-4]}AAAA", changed_payload()):
        with pytest.raises(Unauthenticated):
            verifier.verify(forged)


def test_no_more_tokens_are_remembered_than_fit():
    keys, tokens = CountedKeys(), [token(jti=str(n)) for n in range(3)]
    verifier = Verifier(keys, issuer=ISSUER, audience=CLIENT)
    verifier._known = {f"other-{n}": (0.0, {}) for n in range(REMEMBERED_TOKENS)}
    for item in tokens:
        assert verifier.verify(item)["sub"] == "u-1"
    assert len(verifier._known) == 3
