"""Card numbers in groups in a text, as they are printed; pure.

A card in groups (4-4-4-4, 4-4-4-4-3, 4-6-5, 4-6-4, one separator throughout) is not part of a
longer run of numbers, such as the counters of a CPU.
"""

import re
from collections.abc import Iterable
from functools import cache

from chalicelib.tenant_logs.intake.card_issuers import FIRST_DIGITS, is_card
from chalicelib.tenant_logs.intake.masking_cards import CARD, LEFT, RIGHT

# Space, plus (a space in a query string), hyphen, no-break space, figure space, thin space, hair
# space, narrow no-break space, hyphens and dashes up to the em dash, minus; then a space and a
# no-break space in a URL, and the same characters as JSON within a text has them.
_SIGNS = " +\u00a0\u2007\u2009\u200a\u202f\u2010-\u2014\u2212-"
_SEPARATOR = rf"(?:[{_SIGNS}]|%20|%C2%A0|\\u(?:00[aA]0|20(?:0[79aA]|1[0-4]|2[fF])|2212))"
_SEPARATOR_BEGINS = rf"[%\\{_SIGNS}]"
# A card may have a few numbers beside it, such as its expiry date and check value; more of them
# are the columns of a table. A number joined to others by hyphens is an id.
_MOST_BESIDE = 3  # groups of digits
_MOST_IN_A_ROW = 8  # cards; that many are none by chance
_WINDOW = 80  # characters: so many groups of up to 19 digits
_JOINING = ("-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\\u201", "\\u221")

# The groups are the separator and the last one to three digits. Most digits fail at the first
# condition.
_CARD = re.compile(
    rf"{FIRST_DIGITS}(?=[0-9]{{3}}{_SEPARATOR_BEGINS}){LEFT}[0-9]{{3}}({_SEPARATOR})"
    rf"(?:[0-9]{{4}}(?:\1[0-9]{{4}}){{2}}(\1[0-9]{{1,3}}{RIGHT})?+{RIGHT}"
    rf"|[0-9]{{6}}\1[0-9]{{4,5}}+{RIGHT})"
)
_FIRST_GROUP = 4  # digits


def mask_card_groups(text: str) -> str:
    """`text` with `[card]` for every card in groups."""
    done: list[str] = []
    kept_to = at = tried = 0
    while match := _CARD.search(text, at):
        start, by = match.start(), match[1]
        end = _end_of_card(match, by)
        if end and not _is_other(text, start, end, by, kept_to):
            done += (text[kept_to:start], CARD)
            kept_to = at = end
            continue
        tried = tried + 1 if start == at else 1
        at = start + _FIRST_GROUP + len(by)
        if tried > _MOST_BESIDE:  # a card in this run has too many numbers before it
            run = _compile_run(by).match(text, match.end())
            at = run.end() if run else at
    return "".join((*done, text[kept_to:])) if done else text


def _end_of_card(match: re.Match[str], by: str) -> int:
    """Where the card ends: with its last one to three digits, else without; 0 if it is none."""
    digits = match[0].replace(by, "")
    if is_card(digits):
        return match.end()
    last = match[2]
    if last and is_card(digits[: len(by) - len(last)]):
        return match.start(2)
    return 0


@cache
def _compile_run(by: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{re.escape(by)}[0-9]++)*+")


def _is_other(text: str, start: int, end: int, by: str, floor: int) -> bool:
    """Whether what is beside a card's digits says that they are none; a card ended at `floor`."""
    most = 0 if by.startswith(_JOINING) else _MOST_BESIDE
    if text.endswith(by, floor, start):
        first = start - len(by)
        if 0 < floor == first or text.endswith(CARD, 0, first):  # next to a card
            return False
        most -= _count_numbers(reversed(text[max(floor, start - _WINDOW) : first].split(by)))
    if most < 0:
        return True
    return text.startswith(by, end) and _is_column(text, end, by, most)


def _is_column(text: str, end: int, by: str, most: int) -> bool:
    """Whether more than `most` numbers follow that are no cards themselves."""
    for _ in range(_MOST_IN_A_ROW):
        if _count_numbers_behind(text, end, by) <= most:
            return False
        match = _CARD.match(text, end + len(by))
        end = _end_of_card(match, by) if match and match[1] == by else 0
        if not end:
            return True
    return False


def _count_numbers_behind(text: str, end: int, by: str) -> int:
    if not text.startswith(by, end):
        return 0
    return _count_numbers(text[end + len(by) : end + _WINDOW].split(by))


def _count_numbers(groups: Iterable[str]) -> int:
    """How many are numbers before the first that is none."""
    count = 0
    for group in groups:
        if not group.isdecimal():
            break
        count += 1
    return count
