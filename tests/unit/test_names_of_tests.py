"""Tests have the same names in every process, whenever it finds them."""

import gzip

import pytest


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (gzip.compress(b"packed now"), "body"),
        (b"x" * 101, "body"),
        ("x" * 101, "body"),
        (b"short", None),
        ("short", None),
        (1, None),
    ],
)
def test_packed_and_long_values_are_named_by_their_argument(request, value, name):
    config = request.config
    named = config.hook.pytest_make_parametrize_id(config=config, val=value, argname="body")
    assert named == name
