"""How keys look and are recognised, which ids tenants may have, and what a process remembers."""

import secrets
import string

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.ids import require_tenant_id
from chalicelib.tenant_logs.recent import Recent
from chalicelib.tenant_logs.tenants import keys

KEY = "omk_" + "A" * 43


def test_a_key_is_43_random_characters_behind_its_prefix():
    key = keys.mint(secrets.token_urlsafe(keys.SECRET_BYTES))
    assert len(key) == 47
    assert key.startswith("omk_")
    assert set(key) <= set(string.ascii_letters + string.digits + "-_")


def test_a_key_is_kept_as_sha_256_and_named_by_how_that_begins():
    digest = keys.digest("omk_x")
    assert digest == "51894135c7175c70d23b1956dd52eebf2128cc425cd6332eeb7eea7e188e3385"
    assert keys.key_id("0123456789abcdef0123") == "0123456789abcdef"


@pytest.mark.parametrize(
    "header", [f"Bearer {KEY}", f"bearer {KEY}", f"BEARER  {KEY}"], ids=["usual", "lower", "spaces"]
)
def test_a_bearer_header_bears_its_key(header):
    assert keys.digest_from_header(header) == keys.digest(KEY)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        KEY,
        f"Basic {KEY}",
        f"Bearer {KEY} ",
        f"Bearer {KEY}\n",
        f" Bearer {KEY}",
        f"Bearer{KEY}",
        f"Bearer {KEY}A",
        f"Bearer {KEY[:-1]}",
        f"Bearer {KEY[:-1]}é",
        f"Bearer {KEY[:-1]}#",
        f"Bearer {KEY},Bearer {KEY}",
        "Bearer OMK_" + "A" * 43,
        "Bearer eyJhbGciOiJub25lIn0.e30.x",
    ],
)
def test_anything_else_bears_none(header):
    assert keys.digest_from_header(header) is None


@pytest.mark.parametrize("tenant_id", ["acme", "beta_inc", "a", "0-9_z", "x" * 64])
def test_a_tenants_id_is_lower_case_letters_digits_and_two_marks(tenant_id):
    assert require_tenant_id(tenant_id) == tenant_id


@pytest.mark.parametrize(
    "lookalike",
    [
        "",
        "Acme",
        "acme ",
        " acme",
        "acme\n",
        "acme\x00",
        "acme#x",
        "acme%23",
        "acme/..",
        "acme.inc",
        "\u0430cme",
        "acmé",
        "acme\u200b",
        "x" * 65,
        None,
        7,
        ["acme"],
    ],
)
def test_lookalikes_are_no_tenants_ids(lookalike):
    with pytest.raises(InvalidInput, match="tenant_id must be 1 to 64 characters"):
        require_tenant_id(lookalike)


def test_the_value_put_longest_ago_gives_way():
    recent = Recent(2)
    for name in ("a", "b", "a", "c"):
        recent.put(name, name.upper())
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("A", None, "C")
