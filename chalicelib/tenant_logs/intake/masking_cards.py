"""Card numbers in one piece in a text; pure.

A card has a boundary on both sides and is not labelled as another thing, such as a span id, an
order number or a size.
"""

import re

from chalicelib.tenant_logs.intake.card_issuers import FIRST_DIGITS, is_card

CARD = "[card]"

# Before the first digit: no letter or digit, but for an escape (%22, \n); no fraction's point; no
# hexadecimal part of a UUID or a traceparent.
LEFT = (
    r"(?:(?<![0-9A-Za-z%].)|(?<=%[0-9A-Fa-f]{2}.)|(?<=\\[nrt].))"
    r"(?<![0-9][.].)(?<![0-9A-Fa-f]{4}-.)"
)
RIGHT = r"(?![0-9A-Za-z])(?!\.[0-9])"
_UNIT = r"[ ]?(?:[kKMGTP]i?B|B|bytes|octets|sectors|blocks|[num\u00b5\u03bc]s)(?!\w)"
# Up to 15 digits behind a plus are a phone number (E.164). Most digits fail at the first condition.
_ONE_PIECE = re.compile(
    rf"({FIRST_DIGITS}(?=[0-9]{{11}}){LEFT}[0-9]{{3}}"
    rf"(?:(?<!\+....)[0-9]{{8,15}}+|[0-9]{{12,15}}+){RIGHT}(?!{_UNIT}))"
)


def _backwards(*words: str) -> frozenset[str]:
    return frozenset(word[::-1] for word in words)


# A digit string behind a label of these words is no card.
# The words of snake_case, camelCase and dotted.names, read backwards: the last, and that before it.
_WORD = "[a-z]++(?:[A-Z](?![A-Z]))?+|[A-Z]++"
_LAST_WORDS = re.compile(f"(?P<last>{_WORD})[^A-Za-z]*+(?P<other>{_WORD})?+")
_LONGEST_LABEL = 24  # characters
_LABEL_ENDS = " \t:=\"'\\"
_NUMBERED = _backwards(
    *("trace", "span", "parent", "request", "req", "correlation", "session", "event", "message"),
    *("msg", "job", "task", "batch", "build", "process", "thread", "record", "log", "object"),
    *("order", "item", "product", "article", "shipment", "tracking"),
)
_NUMBER_WORDS = _backwards("id", "no", "nr", "num", "number")
_OTHER_NUMBERS = _backwards(
    *("size", "bytes", "length", "len", "offset", "seq", "sequence", "capacity", "counter"),
    *("timestamp", "ts", "nanos", "micros", "millis", "uptime", "duration"),
    *("ean", "gtin", "isbn", "upc", "sku", "imei", "imsi", "iccid"),
)
_SMALLEST_CARD, _LARGEST_CARD = 10**11, 10**19 - 1


def mask_cards(text: str, name: str = "") -> str:
    """`text` with `[card]` for every card in one piece; `name` is the field's that holds it."""
    parts = _ONE_PIECE.split(text)
    if len(parts) == 1:
        return text
    for at in range(1, len(parts), 2):
        if is_card(parts[at]):
            # What is before a text is the name of its field.
            label = parts[at - 1][-_LONGEST_LABEL:] or f"{name}="
            parts[at] = parts[at] if _is_labelled(label) else CARD
    return "".join(parts)


def is_card_number(number: int, name: str) -> bool:
    """Whether a number in field `name` is that of a card."""
    return (
        _SMALLEST_CARD <= number <= _LARGEST_CARD
        and is_card(str(number))
        and not _is_labelled(f"{name}=")
    )


def _is_labelled(before: str) -> bool:
    """Whether the words right before a number are the name of something else."""
    label = before.rstrip(_LABEL_ENDS)
    if label == before:
        return False
    words = _LAST_WORDS.match(label[::-1])
    if words is None:
        return False
    last, other = words.group("last", "other")
    last = last.lower()
    if last in _OTHER_NUMBERS or (last.startswith("di") and last[2:] in _NUMBERED):
        return True
    return last in _NUMBER_WORDS and other is not None and other.lower() in _NUMBERED
