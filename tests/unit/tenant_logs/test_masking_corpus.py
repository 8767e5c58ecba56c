"""Masking over log lines, generated ids and planted secrets: how much it hits and misses.

A random number of 14 to 19 digits cannot be told from a card where an issuer has such numbers: one
in ten passes the check digit. The rule: digits in one piece are a card with an issuer's range, its
length, the check digit and a boundary on both sides, unless a label names another thing.
"""

import pytest
from support import masking_corpus as corpus
from support.log_lines import real_or_made

from chalicelib.tenant_logs.intake.masking import mask

LINES_A_KIND = 2_000
NUMBERS = 20_000
# By number of digits: the most of a hundred random ones that may be masked. With d% of all numbers
# in the issuers' ranges, about d / 10 are.
MOST_MASKED_PERCENT = {12: 0.1, 13: 1.2, 14: 0.6, 15: 0.4, 16: 4.0, 17: 0.4, 18: 0.7, 19: 2.0}


@pytest.mark.thorough
def test_of_ten_thousand_lines_without_secrets_one_at_most_is_masked():
    lines = [
        (kind, line) for kind in ("apache", "sshd", "app") for line in real_or_made(kind, 2000)
    ]
    for kind, make in corpus.NO_SECRETS.items():
        rng = corpus.rng(kind)
        lines += [(kind, make(rng)) for _ in range(LINES_A_KIND)]
    changed = [(kind, line, mask(line)) for kind, line in lines if mask(line) != line]
    assert len(changed) <= len(lines) / 10_000, f"{len(changed)} of {len(lines)}: {changed[:20]}"


@pytest.mark.thorough
def test_of_random_numbers_only_those_that_may_be_cards_are_masked():
    masked_percent = {}
    for count in MOST_MASKED_PERCENT:
        rng = corpus.rng(f"{count} digits")
        hits = sum("[card]" in mask(corpus.digits(rng, count)) for _ in range(NUMBERS))
        masked_percent[count] = 100 * hits / NUMBERS
    over = {n: p for n, p in masked_percent.items() if p > MOST_MASKED_PERCENT[n]}
    assert over == {}, f"masked of random numbers, in percent by digits: {masked_percent}"


@pytest.mark.parametrize(
    ("label", "secrets", "lines"),
    [
        ("[card]", corpus.cards(corpus.rng("cards"), 8), corpus.CARD_LINES),
        ("[email]", corpus.emails(corpus.rng("emails"), 20), corpus.EMAIL_LINES),
        ("[phone]", corpus.phones(corpus.rng("phones"), 20), corpus.PHONE_LINES),
    ],
    ids=("cards", "e-mails", "phones"),
)
def test_no_planted_secret_is_missed(label, secrets, lines):
    planted = [(line.format(secret), line.format(label)) for secret in secrets for line in lines]
    missed = [(text, mask(text)) for text, expected in planted if mask(text) != expected]
    assert missed == [], f"{len(missed)} of {len(planted)}: {missed[:20]}"
