"""Card numbers in a text: digits in one piece, or grouped as cards are printed; pure.

A card in one piece has a boundary on both sides and is not labelled as another thing, such as a
span id, an order number or a size. A card in groups (4-4-4-4, 4-4-4-4-3, 4-6-5, 4-6-4, one
separator throughout) is not part of a longer run of numbers, such as the counters of a CPU.
"""

import re
from collections.abc import Iterable
from io import StringIO

from chalicelib.tenant_logs.intake.card_issuers import FIRST_DIGITS, is_card

CARD = "[card]"

# Space, plus (a space in a query string), hyphen, no-break space, figure space, thin space, hair
# space, narrow no-break space, hyphens and dashes up to the em dash, minus; then a space and a
# no-break space in a URL, and the same characters as JSON within a text has them.
_BLANKS = " +\u00a0\u2007\u2009\u200a\u202f"
_SEPARATOR = (
    rf"(?:[{_BLANKS}\u2010-\u2014\u2212-]|%20|%C2%A0"
    r"|\\u(?:00[aA]0|20(?:0[79aA]|1[0-4]|2[fF])|2212))"
)
# Before the first digit: no letter or digit, but for an escape (%22, \n); no fraction's point; no
# hexadecimal part of a UUID or a traceparent.
_LEFT = (
    r"(?:(?<![0-9A-Za-z%].)|(?<=%[0-9A-Fa-f]{2}.)|(?<=\\[nrt].))"
    r"(?<![0-9][.].)(?<![0-9A-Fa-f]{4}-.)"
)
_RIGHT = r"(?![0-9A-Za-z])(?!\.[0-9])"
_UNIT = r"[ ]?(?:[kKMGTP]i?B|B|bytes|octets|sectors|blocks|[num\u00b5\u03bc]s)(?!\w)"
# Up to 15 digits behind a plus are a phone number (E.164).
_REST_OF_ONE_PIECE = rf"(?:(?<!\+....)[0-9]{{8,15}}+|[0-9]{{12,15}}+){_RIGHT}(?!{_UNIT})"
_REST_OF_GROUPS = (
    rf"(?P<by>{_SEPARATOR})(?:[0-9]{{4}}(?P=by)[0-9]{{4}}(?P=by)[0-9]{{4}}"
    rf"(?P<end>(?P=by)[0-9]{{1,3}}{_RIGHT})?+{_RIGHT}|[0-9]{{6}}(?P=by)[0-9]{{4,5}}+{_RIGHT})"
)
_CANDIDATE = re.compile(
    rf"{FIRST_DIGITS}{_LEFT}[0-9]{{3}}(?:{_REST_OF_ONE_PIECE}|{_REST_OF_GROUPS})"
)
_FIRST_GROUP = 4  # digits

# A card may have a few numbers beside it, such as its expiry date and check value; more of them
# are the columns of a table. A number joined to others by hyphens is an id.
_MOST_BESIDE = 3  # groups of digits
_MOST_IN_A_ROW = 8  # cards; that many are none by chance
_WINDOW = 80  # characters: so many groups of up to 19 digits
_JOINING = ("-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\\u201", "\\u221")

# A digit string behind a label of these words is no card.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")  # of snake_case, camelCase and dotted.names
_LONGEST_LABEL = 24  # characters
_LABEL_ENDS = " \t:=\"'\\"
_NUMBERED = (
    *("trace", "span", "parent", "request", "req", "correlation", "session", "event", "message"),
    *("msg", "job", "task", "batch", "build", "process", "thread", "record", "log", "object"),
    *("order", "item", "product", "article", "shipment", "tracking"),
)
_NUMBER_WORDS = ("id", "no", "nr", "num", "number")
_OTHER_NUMBERS = (
    *("size", "bytes", "length", "len", "offset", "seq", "sequence", "capacity", "counter"),
    *("timestamp", "ts", "nanos", "micros", "millis", "uptime", "duration"),
    *("ean", "gtin", "isbn", "upc", "sku", "imei", "imsi", "iccid"),
)
_SMALLEST_CARD, _LARGEST_CARD = 10**11, 10**19 - 1


def mask_cards(text: str, name: str = "") -> str:
    """`text` with `[card]` for every card number; `name` is the field's that holds the text."""
    done, kept_to, at, tried = StringIO(), 0, 0, 0
    while match := _CANDIDATE.search(text, at):
        end = _end_of_card(match)
        if end is not None and not _is_other(text, match, end, kept_to, name):
            done.write(text[kept_to : match.start()])
            done.write(CARD)
            kept_to = at = end
        elif by := match["by"]:
            start = match.start()
            tried = tried + 1 if start == at else 1
            at = start + _FIRST_GROUP + len(by)
            if tried > _MOST_BESIDE:  # a card in this run has too many numbers before it
                at = _end_of_run(text, match.end(), by)
        else:
            at = match.end()
    if not kept_to:
        return text
    done.write(text[kept_to:])
    return done.getvalue()


def is_card_number(number: int, name: str) -> bool:
    """Whether a number in field `name` is that of a card."""
    return (
        _SMALLEST_CARD <= number <= _LARGEST_CARD
        and is_card(str(number))
        and not _is_labelled(f"{name}=")
    )


def _end_of_card(match: re.Match[str]) -> int | None:
    """Where the card ends: with its last one to three digits, else without; None if it is none."""
    by, last = match.group("by", "end")
    digits = match[0].replace(by, "") if by else match[0]
    if is_card(digits):
        return match.end()
    if last and is_card(digits[: len(by) - len(last)]):
        return match.start("end")
    return None


def _end_of_run(text: str, start: int, by: str) -> int:
    run = re.compile(rf"(?:{re.escape(by)}[0-9]++)*+").match(text, start)
    return run.end() if run else start


def _is_other(text: str, match: re.Match[str], end: int, floor: int, name: str) -> bool:
    """Whether what is around a card's digits says that they are none; a card ended at `floor`."""
    start, by = match.start(), match["by"]
    if by is None:
        return _is_labelled(text[max(0, start - _LONGEST_LABEL) : start] if start else f"{name}=")
    if floor and start - floor == len(by):
        return False
    before = _groups_before(text[max(floor, start - _WINDOW) : start], by)
    most = (0 if by.startswith(_JOINING) else _MOST_BESIDE) - before
    if most < 0:
        return True
    return _groups_behind(text, end, by) > most and _is_column(text, end, by, most)


def _is_column(text: str, end: int, by: str, most: int) -> bool:
    """Whether more than `most` numbers follow that are no cards themselves."""
    for _ in range(_MOST_IN_A_ROW):
        match = _CANDIDATE.match(text, end + len(by))
        next_end = _end_of_card(match) if match and match["by"] == by else None
        if next_end is None:
            return _groups_behind(text, end, by) > most
        end = next_end
    return False


def _groups_before(text: str, by: str) -> int:
    if not text.endswith(by):
        return 0
    return _leading_groups(reversed(text.removesuffix(by).split(by)))


def _groups_behind(text: str, end: int, by: str) -> int:
    if not text.startswith(by, end):
        return 0
    return _leading_groups(text[end + len(by) : end + _WINDOW].split(by))


def _leading_groups(groups: Iterable[str]) -> int:
    count = 0
    for group in groups:
        if not group.isdecimal():
            break
        count += 1
    return count


def _is_labelled(before: str) -> bool:
    """Whether the words right before a number are the name of something else."""
    label = before.rstrip(_LABEL_ENDS)
    if label == before or not label[-1:].isalpha():
        return False
    *others, last = [word.lower() for word in _WORD.findall(label)]
    if last in _OTHER_NUMBERS or (last.endswith("id") and last[:-2] in _NUMBERED):
        return True
    return last in _NUMBER_WORDS and bool(others) and others[-1] in _NUMBERED
