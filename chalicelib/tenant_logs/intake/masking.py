"""E-mail addresses, card and phone numbers, replaced before anything is kept; pure.

Every expression takes time linear in its text: repetitions are possessive or bounded, and no
attempt begins inside of what another one has just walked over, but for a bounded number of times.
"""

import re
from typing import Any

EMAIL, CARD, PHONE = "[email]", "[card]", "[phone]"

_AT = ("@", "%40")  # the second in the query strings of access logs
# %2B is a plus there, and no address begins within one.
_EMAIL = re.compile(
    r"(?<![\w.+-])(?!(?<=%)2[Bb])(?:[\w.+-]|%2[Bb])++(?:@|%40)[\w-]++(?:\.[\w-]++)++"
)

# Groups of digits by single spaces or dashes; no fraction, and no end of a longer token.
_CARD = re.compile(r"[0-9](?<![\w+][0-9])(?<![0-9][.,][0-9])(?:[ -]?[0-9]){12,}(?!\w)")
_DIGITS = re.compile(r"[0-9]+")
_MIN_CARD, _MAX_CARD = 13, 19  # digits (ISO/IEC 7812)
_SMALLEST_CARD, _BIGGEST_CARD = 10 ** (_MIN_CARD - 1), 10**_MAX_CARD - 1
# 0 and 1 begin no bank's cards, but the epoch's milliseconds and nanoseconds.
_NO_CARD = ("0", "1")
_FIRST_GROUPS = (4, 6)  # digits, where a card is written in groups
_MIN_GROUP = 3
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # twice a digit, its digits added up

# In columns of numbers, as access logs have them, a digit or a quote stands before.
_COLUMN = r"(?<![0-9\"][ ])"
_NEXT = r"(?:[ ./-](?=[0-9]{2}))?[0-9]"  # one more digit; none stands alone between separators
# 8 to 15 digits. An offset such as +1000 after a time begins none.
_INTERNATIONAL = (
    r"(?<!:[0-9]{2}[ ])(?:\+|%2[Bb]|00(?=[1-9][0-9]{0,2}[ -][0-9]{2,5}[ -]))[1-9]"
    r"(?:[ ]?[(][0-9]{1,4}[)][ ]?[0-9]|[ ./-]?[0-9]){7,14}"
)
# 9 to 12 digits with the trunk prefix 0, the area set off; neither a date nor an address.
_TRUNK = (
    rf"{_COLUMN}(?![0-9]{{2}}[./ -][0-9]{{2}}[./ -](?:19|20)[0-9]{{2}})"
    r"(?![0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![.0-9]))"
    rf"0[1-9](?=[0-9]{{0,3}}[ ./-])(?:{_NEXT}){{7,10}}"
)
_TRUNK_IN_PARENTHESES = rf"[(]0[1-9][0-9]{{0,4}}[)][ ]?[0-9](?:{_NEXT}){{4,9}}"
_AREA_IN_PARENTHESES = r"(?:1[ ])?[(][1-9][0-9]{1,4}[)][ ]?[0-9]{3,5}[ .-][0-9]{4}"
_NORTH_AMERICAN = (
    rf"(?:1[ .-])?(?:[2-9][0-9]{{2}}[.-]|{_COLUMN}[2-9][0-9]{{2}}[ ])[0-9]{{3}}[ .-][0-9]{{4}}"
)
_CHINESE_MOBILE = r"1[3-9][0-9]-[0-9]{4}-[0-9]{4}"
_PHONES = (
    _INTERNATIONAL,
    _NORTH_AMERICAN,
    _AREA_IN_PARENTHESES,
    _TRUNK_IN_PARENTHESES,
    _TRUNK,
    _CHINESE_MOBILE,
)
_PHONE = re.compile(rf"(?<![\w.+-])(?:{'|'.join(_PHONES)})(?!\w)(?![.:-]\w)")
# Without one there is no phone number.
_PHONE_SIGN = re.compile(r"[0-9)][ ./(-][(0-9]|(?:\+|%2[Bb])[0-9]")


def masked(text: str) -> str:
    """`text` with `[email]`, `[card]` and `[phone]` in the place of such data."""
    if any(sign in text for sign in _AT):
        text = _EMAIL.sub(_email, text)
    text = _CARD.sub(_cards, text)
    return _PHONE.sub(PHONE, text) if _PHONE_SIGN.search(text) else text


class Masks:
    """Masks the attributes of a request's records; what they share is masked once.

    Names are left as they are, and numbers but for those of cards.
    """

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, Any]] = {}  # by id; the object itself keeps it its own

    def attributes(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Attributes with every string in them masked."""
        return {name: self._member(value) for name, value in attrs.items()}

    def _member(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return _masked_value(value)
        known = self._done.get(id(value))
        if known is None:
            known = self._done[id(value)] = (value, _masked_value(value))
        return known[1]


def _masked_value(value: Any) -> Any:
    match value:
        case str():
            return masked(value)
        case dict():
            return {name: _masked_value(each) for name, each in value.items()}
        case list():
            return [_masked_value(each) for each in value]
        case int() if _SMALLEST_CARD <= value <= _BIGGEST_CARD:
            return CARD if masked(str(value)) == CARD else value
    return value


def _email(match: re.Match[str]) -> str:
    """An account on a numbered host, `root@10.0.0.1`, is no address."""
    return match[0] if match[0].rpartition(".")[2].isdigit() else EMAIL


def _cards(match: re.Match[str]) -> str:
    """A run of digit groups; a card may have other numbers, such as its check value, beside it."""
    text = match[0]
    groups = [each.span() for each in _DIGITS.finditer(text)]
    done: list[str] = []
    at = first = 0
    while first < len(groups):
        last = _card_end(text, groups, first)
        if last is None:
            first += 1
            continue
        done += [text[at : groups[first][0]], CARD]
        at, first = groups[last][1], last + 1
    return "".join([*done, text[at:]])


def _card_end(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """The last group of the longest card number that begins with group `first`."""
    start, end = groups[first]
    if text[start] in _NO_CARD or not (end - start in _FIRST_GROUPS or end - start >= _MIN_CARD):
        return None
    found, digits = None, ""
    for last in range(first, len(groups)):
        start, end = groups[last]
        digits += text[start:end]
        if len(digits) > _MAX_CARD:
            break
        if len(digits) >= _MIN_CARD and _luhn(digits.encode()):
            found = last
        if end - start < _MIN_GROUP:  # only the last group may be as short
            break
    return found


def _luhn(digits: bytes) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    total = sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED))
    return (total - len(digits) * ord("0")) % 10 == 0
