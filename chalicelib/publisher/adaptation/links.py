"""What a text leads to: links, addresses, mentions and phone numbers; pure."""

import re
import unicodedata

# Facebook and LinkedIn make links of bare domains too. Browsers take an ideographic full stop for
# the "." of a domain.
_FOUND = re.compile(
    r"""
      (?P<link>(?:[a-z][a-z0-9+.-]{0,30}://|www\.)[^\s<>"]+)
    | (?P<mail>[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)
    | (?P<named>@\[[^\]\n]{0,200}\]\([^)\n]{0,200}\))
    | (?P<mention>@[\w.]+)
    | (?P<domain>(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})(?!\w)
      (?:[/?:\#][^\s<>"]*)?)
    | (?P<phone>\+?\(?\d[\d\ ()/.-]{5,30}\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FULL_STOPS = str.maketrans("\u3002\uff0e\uff61", "...")
_ENDS = ".,;:!?'\")]}\u00bb\u201d\u2019\u2026*_"


def list_places(text: str) -> frozenset[str]:
    """Each place once, as it is written, without the punctuation behind it."""
    plain = unicodedata.normalize("NFKC", text.translate(_FULL_STOPS))
    return frozenset(_read_place(found) for found in _FOUND.finditer(plain))


def _read_place(found: re.Match[str]) -> str:
    place = found[0]
    if found["phone"]:
        return re.sub(r"[^\d+]", "", place)
    if found["domain"] and not re.search(r"[/?:#]", place):
        return place.casefold()
    return place if found["named"] else place.rstrip(_ENDS)


def list_hidden(text: str) -> frozenset[str]:
    """The characters of a text that nobody sees, or that turn its direction; emoji use two."""
    hidden = {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")}
    return frozenset(hidden - set("\n\r\t\u200d"))
