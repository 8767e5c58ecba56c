"""Tokens: kept for their user alone, refreshed before they end."""

import base64
import json
import os
import stat
from datetime import UTC, datetime

import pytest
from cli_kit import URL, Answer, Pool

from infra.cli.failures import CannotSignIn, Unreachable
from infra.cli.main import main
from infra.cli.signing_in.cognito import Cognito
from infra.cli.signing_in.opening import Caller, build_cognito
from infra.cli.signing_in.srp import PRIME, BadChallenge, Proof
from infra.cli.signing_in.tokens import CachedSession, TokenCache, Tokens

NOW = 1_800_000_000
WRONG = {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}


def jwt(ends_in_s, name="t"):
    payload = base64.urlsafe_b64encode(json.dumps({"exp": NOW + ends_in_s, "n": name}).encode())
    return f"h.{payload.rstrip(b'=').decode()}.s"


class Flow:
    """Counts sign-ins and refreshes."""

    def __init__(self, refreshed=None):
        self.done = []
        self.refreshed = refreshed

    def sign_in(self):
        self.done.append("sign_in")
        return Tokens(jwt(3600, f"signed in {len(self.done)}"), "refresh")

    def refresh(self, token):
        self.done.append(f"refresh by {token}")
        return self.refreshed


def session(cache, flow):
    return CachedSession(cache, flow.sign_in, flow.refresh, lambda: NOW, flow.done.append)


@pytest.fixture
def cache(tmp_path):
    return TokenCache(tmp_path / "cache" / "omnidata" / "local.json")


def test_a_token_is_kept_for_the_next_command_in_a_file_of_the_users_alone(cache):
    flow = Flow()
    token = session(cache, flow).token()
    assert session(cache, flow).token() == token
    assert flow.done == ["sign_in"]
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in cache.path.parent.iterdir()] == ["local.json"]


@pytest.mark.parametrize("ends_in_s", [-1, 0, 30])
def test_a_token_that_ends_soon_is_refreshed(cache, ends_in_s):
    flow = Flow(refreshed=Tokens(jwt(3600, "refreshed"), "refresh"))
    cache.write(Tokens(jwt(ends_in_s), "kept"))
    assert session(cache, flow).token() == flow.refreshed.id_token
    assert flow.done == ["refresh by kept"]
    assert cache.read() == flow.refreshed


def test_a_refresh_token_that_is_over_leads_to_a_sign_in(cache):
    flow = Flow()
    cache.write(Tokens(jwt(-1), "over"))
    session(cache, flow).token()
    assert flow.done == ["refresh by over", "sign_in"]


def test_a_token_that_the_api_refused_is_replaced(cache):
    flow = Flow()
    cache.write(Tokens(jwt(3600, "of another pool")))
    opened = session(cache, flow)
    refused = opened.token()
    assert opened.renew() != refused
    assert flow.done == ["sign_in"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"id_token": 1}'])
def test_a_damaged_cache_is_written_again(cache, content):
    cache.write(Tokens("x"))
    cache.path.write_bytes(content)
    flow = Flow()
    session(cache, flow).token()
    assert flow.done == ["sign_in"]
    assert cache.read() is not None


def test_without_a_place_for_it_the_token_is_used_all_the_same(tmp_path):
    (tmp_path / "file").write_text("")
    flow = Flow()
    assert session(TokenCache(tmp_path / "file" / "t.json"), flow).token()
    assert [flow.done[0], flow.done[1][:21]] == ["sign_in", "the token is not kept"]


def test_a_file_that_others_can_read_is_not_trusted(cache):
    cache.write(Tokens(jwt(3600)))
    os.chmod(cache.path, 0o644)  # noqa: PTH101 as somebody else might
    assert cache.read() is None


@pytest.mark.parametrize("token", ["", "no JWT", "a.b.c", "a.!.c"])
def test_what_is_no_jwt_has_ended(token):
    assert Tokens(token).is_valid_at(NOW) is False


def caller(tmp_path, stage="dev", user=None, **environment):
    return Caller(stage, URL, user, {"XDG_CACHE_HOME": str(tmp_path), **environment})


def test_a_token_of_the_environment_is_sent_as_it_is(tmp_path):
    opened = caller(tmp_path, OMNI_TOKEN="given").open_session(print)
    assert [opened.token(), opened.renew()] == ["given", None]


def test_a_refused_token_of_the_environment_ends_with_4(capsys):
    problem = {"message": "the token is out", "code": "unauthenticated", "request_id": "r-1"}
    pool = Pool(Answer(401, problem))
    assert main(["--url", URL, "whoami"], pool) == 4
    assert len(pool.requests) == 1
    assert capsys.readouterr().err == "omni: the token is out (unauthenticated, request r-1)\n"


def test_without_a_running_system_a_command_ends_with_3(monkeypatch, capsys):
    monkeypatch.delenv("OMNI_TOKEN")
    assert main(["whoami"], Pool()) == 3
    assert "no local system runs" in capsys.readouterr().err


def test_a_stage_that_was_not_deployed_ends_with_4(monkeypatch, capsys):
    monkeypatch.delenv("OMNI_TOKEN")
    monkeypatch.setattr("infra.deploy.project.Project.outputs", lambda *_: {})
    assert main(["--stage", "dev", "whoami"], Pool()) == 4
    assert capsys.readouterr().err == "omni: stage dev was not deployed from this checkout\n"


OUTPUTS = {
    "ApiUrl": "https://api.example.com/dev/",
    "ConsoleUrl": "https://console.example.com",
    "UserPoolId": "eu-central-1_Pool",
    "UserPoolClientId": "client",
}


@pytest.fixture
def deployed(monkeypatch):
    monkeypatch.setattr("infra.deploy.project.Project.outputs", lambda *_: OUTPUTS)


def test_a_stage_is_found_by_its_outputs(deployed, tmp_path):
    found = Caller("dev", None, "ada@example.com", {"XDG_CACHE_HOME": str(tmp_path)})
    assert found.find_url() == "https://api.example.com/dev"
    assert build_cognito(OUTPUTS).url == "https://cognito-idp.eu-central-1.amazonaws.com/"


def test_each_user_and_stage_has_a_cache_of_its_own(deployed, tmp_path):
    callers = [
        caller(tmp_path, user="ada@example.com"),
        caller(tmp_path, user="Ada@example.com"),
        caller(tmp_path, user="bob@example.com"),
        caller(tmp_path, "prod", user="ada@example.com"),
    ]
    paths = [caller.open_session(print).cache.path for caller in callers]
    assert paths[0] == paths[1]
    assert len(set(paths)) == 3
    assert {path.parent for path in paths} == {tmp_path / "omnidata"}


def test_a_deployed_stage_asks_who_signs_in(deployed, tmp_path):
    with pytest.raises(CannotSignIn, match="needs --user, or a token in OMNI_TOKEN"):
        caller(tmp_path).open_session(print)


def test_without_a_terminal_nobody_is_asked_for_a_password(deployed, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: PTH123, SIM115 no terminal
    with pytest.raises(CannotSignIn, match="set OMNI_PASSWORD or OMNI_TOKEN"):
        caller(tmp_path, user="ada@example.com").open_session(print).token()


def test_a_search_on_a_stage_needs_a_key(deployed, tmp_path):
    with pytest.raises(CannotSignIn, match="needs OMNI_API_KEY"):
        caller(tmp_path).find_api_key()
    assert caller(tmp_path, OMNI_API_KEY="key").find_api_key() == "key"


def cognito(*answers):
    return Cognito(
        "https://cognito.example.com/", "r_Pool", "client", "https://console/", Pool(*answers)
    )


def sign_in(*answers):
    return cognito(*answers).sign_in("ada", "password", lambda: "123456")


def challenge(name, **parameters):
    return Answer(200, {"ChallengeName": name, "ChallengeParameters": parameters, "Session": "s"})


@pytest.mark.parametrize(
    ("answer", "failure", "sentence"),
    [
        (Answer(400, WRONG), CannotSignIn, "the sign-in failed: Incorrect username or password."),
        (Answer(400, WRONG | {"__type": "TooManyRequestsException"}), Unreachable, "failed"),
        (Answer(503, raw=b"<html>"), Unreachable, "status 503"),
        (challenge("NEW_PASSWORD_REQUIRED"), CannotSignIn, "sign in once at https://console/"),
        (challenge("SMS_MFA"), CannotSignIn, "asks for SMS_MFA, which omni cannot answer"),
    ],
)
def test_a_sign_in_that_fails_says_why(answer, failure, sentence):
    with pytest.raises(failure, match=sentence.replace(".", r"\.")):
        sign_in(answer)


def test_a_second_factor_is_asked_for():
    tokens = {"AuthenticationResult": {"IdToken": "id", "RefreshToken": "refresh"}}
    pool = Pool(challenge("SOFTWARE_TOKEN_MFA", USER_ID_FOR_SRP="ada"), Answer(200, tokens))
    signed = Cognito("https://cognito.example.com/", "r_Pool", "client", "", pool)
    assert signed.sign_in("ada", "pw", lambda: "123456") == Tokens("id", "refresh")
    sent = json.loads(pool.requests[1][2])
    assert sent["ChallengeResponses"] == {"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": "123456"}
    assert sent["Session"] == "s"


def test_the_password_is_never_sent():
    numbers = {"USER_ID_FOR_SRP": "ada", "SECRET_BLOCK": "AAAA", "SRP_B": "2", "SALT": "1"}
    pool = Pool(challenge("PASSWORD_VERIFIER", **numbers), Answer(400, WRONG))
    with pytest.raises(CannotSignIn):
        Cognito("https://cognito.example.com/", "r_Pool", "c", "", pool).sign_in(
            "ada", "hunter2", str
        )
    assert len(pool.requests) == 2
    assert all(b"hunter2" not in body for _, _, body, _ in pool.requests)


def test_a_proof_is_the_one_that_other_clients_of_cognito_make():
    """As pycognito 2024.5.1 has it for the same secret; the day of the month is not padded."""
    challenge = {
        "USER_ID_FOR_SRP": "7f0a0000-0000-4000-8000-000000000001",
        "SALT": "f1" + "23" * 15,
        "SRP_B": "9" + "ab" * 383 + "c",
        "SECRET_BLOCK": "c2VjcmV0IGJsb2Nr",
    }
    proof = Proof("eu-central-1_AbCdEfGhI", int("5" * 255, 16))
    assert proof.public.startswith("6db4f940651e0ec1fdb4ef32bd240a3006addff6")
    at = datetime(2026, 11, 8, 3, 4, 5, tzinfo=UTC)
    assert proof.answer(challenge, "Correct-Horse-1", at) == {
        "USERNAME": "7f0a0000-0000-4000-8000-000000000001",
        "PASSWORD_CLAIM_SECRET_BLOCK": "c2VjcmV0IGJsb2Nr",
        "PASSWORD_CLAIM_SIGNATURE": "rarENoO3s1cdnuPSqm6Z11QoCY3QdCZh4j1+3vkZaxI=",
        "TIMESTAMP": "Sun Nov 8 03:04:05 UTC 2026",
    }


@pytest.mark.parametrize("number", [0, PRIME, 2 * PRIME], ids=["zero", "prime", "twice"])
def test_numbers_that_would_give_the_key_away_are_refused(number):
    numbers = {"USER_ID_FOR_SRP": "a", "SECRET_BLOCK": "AA==", "SRP_B": f"{number:x}", "SALT": "1"}
    with pytest.raises(BadChallenge):
        Proof("r_Pool").answer(numbers, "password", datetime.now(UTC))


def test_a_refresh_that_is_over_is_none_and_a_good_one_keeps_its_token():
    assert cognito(Answer(400, WRONG)).refresh("old") is None
    tokens = {"AuthenticationResult": {"IdToken": "id"}}
    assert cognito(Answer(200, tokens)).refresh("old") == Tokens("id", "old")
