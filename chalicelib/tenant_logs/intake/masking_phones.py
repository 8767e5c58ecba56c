"""Phone numbers in a text; pure, in time linear in the text: every repetition is bounded."""

import re

PHONE = "[phone]"

# Every form begins with a character or a set of them, by which `re` tells at once which may match.
# In columns of numbers, as access logs have them, a digit or a quote is before the space.
_NEXT = r"(?:[ ./-](?=[0-9]{2}))?[0-9]"  # one more digit; none is alone between separators
# 8 to 15 digits. An offset such as +1000 after a time begins none.
_INTERNATIONAL = (
    r"[+%0](?<!:[0-9]{2}[ ].)"
    r"(?:(?<=\+)|(?<=%)2[Bb]|(?<=0)0(?=[1-9][0-9]{0,2}[ -][0-9]{2,5}[ -]))[1-9]"
    r"(?:[ ]?[(][0-9]{1,4}[)][ ]?[0-9]|[ ./-]?[0-9]){7,14}"
)
# 9 to 12 digits with the trunk prefix 0, the area set off; neither a date nor an address.
_TRUNK = (
    r"0(?<![0-9\"][ ].)(?![0-9][./ -][0-9]{2}[./ -](?:19|20)[0-9]{2})"
    r"(?![0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![.0-9]))"
    rf"[1-9](?=[0-9]{{0,3}}[ ./-])(?:{_NEXT}){{7,10}}"
)
_TRUNK_IN_PARENTHESES = rf"[(]0[1-9][0-9]{{0,4}}[)][ ]?[0-9](?:{_NEXT}){{4,9}}"
_AREA_IN_PARENTHESES = r"[(][1-9][0-9]{1,4}[)][ ]?[0-9]{3,5}[ .-][0-9]{4}"
_NORTH_AMERICAN = r"[2-9][0-9]{2}(?:[.-]|(?<![0-9\"][ ]...)[ ])[0-9]{3}[ .-][0-9]{4}"
_CHINESE_MOBILE = r"1[3-9][0-9]-[0-9]{4}-[0-9]{4}"
_PHONES = (
    _INTERNATIONAL,
    _NORTH_AMERICAN,
    rf"1[ .-]{_NORTH_AMERICAN}",
    _AREA_IN_PARENTHESES,
    rf"1[ ]{_AREA_IN_PARENTHESES}",
    _TRUNK_IN_PARENTHESES,
    _TRUNK,
    _CHINESE_MOBILE,
)
_PHONE = re.compile(rf"(?<![\w.+-])(?:{'|'.join(_PHONES)})(?!\w)(?![.:-]\w)")
# Without one there is no phone number.
_PHONE_SIGN = re.compile(r"[0-9)][ ./(-][(0-9]|(?:\+|%2[Bb])[0-9]")


def mask_phones(text: str) -> str:
    """`text` with `[phone]` for every number."""
    return _PHONE.sub(PHONE, text) if _PHONE_SIGN.search(text) else text
