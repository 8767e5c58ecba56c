"""Commands run as somebody with a token, in a folder of their own."""

import pytest


@pytest.fixture(autouse=True)
def signed_in(monkeypatch, tmp_path):
    """A token and an API key in the environment; no state and no cache of this machine."""
    for name in ("OMNI_PASSWORD", "AWS_ENDPOINT_URL", "PORT", "AWS_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMNI_TOKEN", "token")
    monkeypatch.setenv("OMNI_API_KEY", "key")
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
