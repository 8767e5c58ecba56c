"""LinkedIn's commentary: what would cut it is escaped, and what is meant stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.publisher.linkedin_text import escape

RESERVED = "\\|{}@[]()<>#*_~"


@pytest.mark.parametrize("char", RESERVED)
def test_a_reserved_character_is_escaped(char):
    assert escape(f"a {char} b") == f"a \\{char} b"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain text, with: punctuation! 100% & more?", None),
        ("Hello (all)", r"Hello \(all\)"),
        ("snake_case and 2*3", r"snake\_case and 2\*3"),
        ("write to a@example.com", r"write to a\@example.com"),
        (r"C:\temp", r"C:\\temp"),
        ("#Launch and #Größe2026, #日本", None),
        ("#", r"\#"),
        ("C#", r"C\#"),
        ("C# and issue #5", r"C\# and issue #5"),
        ("a#b", r"a\#b"),
        ("&#39;", r"&\#39;"),
        ("##two", r"\##two"),
        ("thanks @[Ada Lovelace](urn:li:person:AbC-1_2)!", None),
        ("thanks @[Acme](urn:li:organization:123)", None),
        ("thanks @[Acme](https://evil.example)", r"thanks \@\[Acme\]\(https://evil.example\)"),
        ("@[a\nb](urn:li:person:1)", "\\@\\[a\nb\\]\\(urn:li:person:1\\)"),
        ("see https://example.com/a_b?x=~1#part*2 now", None),
        ("(https://example.com/a_b)", r"\(https://example.com/a_b\)"),
        ("https://example.com/a_(b)", r"https://example.com/a_\(b\)"),
        (r"https://example.com/a\b", r"https://example.com/a\\b"),
        ("<https://example.com>", r"\<https://example.com\>"),
        ("", None),
    ],
)
def test_hashtags_mentions_and_links_stay(text, escaped):
    assert escape(text) == (text if escaped is None else escaped)


@given(st.text(st.sampled_from(f"{RESERVED} ab1:/.\n"), max_size=40))
def test_whatever_the_text_is_only_backslashes_are_added(text):
    """Nothing is lost, and what LinkedIn unescapes is what was written."""
    assert re.sub(r"\\([\\|{}@\[\]()<>#*_~])", r"\1", escape(text)) == text
