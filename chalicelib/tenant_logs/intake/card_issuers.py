"""Which digits are a payment card's number: the issuers' ranges, their lengths, the check digit.

Ranges and lengths are those of Wikipedia, "Payment card number" (the table "IIN ranges"), and of
Braintree's `credit-card-type` (`src/lib/card-types.ts`), which agree on the large networks. Both
give Maestro all of 50, 56 to 58 and 6; here it has the ranges that Wikipedia lists one by one and,
in the lengths that are printed on cards, 50 and 67. Inactive networks are left out.
"""

import re

_TWELVE_TO_NINETEEN = tuple(range(12, 20))
_SIXTEEN_TO_NINETEEN = (16, 17, 18, 19)
# Network, first digits, numbers of digits.
ISSUERS = (
    ("Visa", r"4", (13, 16, 19)),
    ("Mastercard", r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),
    ("American Express", r"3[47]", (15,)),
    ("Diners Club", r"30[0-5]|309|3[689]", (14, 16)),
    ("Discover", r"6011|64[4-9]|65", (16, 19)),
    ("JCB", r"352[89]|35[3-8]", _SIXTEEN_TO_NINETEEN),
    ("UnionPay", r"62|81[0-7]", _SIXTEEN_TO_NINETEEN),
    ("Maestro", r"5018|5020|5038|5893|6304|6759|676[123]", _TWELVE_TO_NINETEEN),
    ("Maestro, as printed", r"50|67", (16, 18, 19)),
    ("Mir", r"220[0-4]", _SIXTEEN_TO_NINETEEN),
    ("RuPay", r"60|8[12]", (16,)),
    ("Troy", r"9792", (16,)),
)
FIRST_DIGITS = "[2-689]"
_PREFIXES = {
    length: re.compile("|".join(first for _, first, lengths in ISSUERS if length in lengths)).match
    for length in _TWELVE_TO_NINETEEN
}
_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")  # twice a digit, its digits added up


def is_card(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, annex B) and an issuer has such numbers."""
    codes = digits.encode()
    # Read in base 11, a number is as its digits added up: 11 is 1 modulo 10.
    if int(codes[-1::-2] + codes[-2::-2].translate(_DOUBLED), 11) % 10:
        return False
    begins = _PREFIXES.get(len(codes))
    return begins is not None and begins(digits) is not None
