"""Lines to try masking on, made by seed: what must stay, random numbers, and planted secrets."""

import random
import uuid
from collections.abc import Callable, Iterator

Make = Callable[[random.Random], str]

ISSUED = (  # first digits and number of digits, a row a network
    *(("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16)),
    *(("34", 15), ("37", 15), ("300", 14), ("305", 14), ("36", 14), ("38", 14)),
    *(("6011", 16), ("644", 16), ("65", 16), ("3528", 16), ("3589", 16)),
    *(("62", 16), ("62", 19), ("5018", 16), ("6304", 19), ("6759", 16), ("6761", 18)),
    *(("4", 13), ("4", 19), ("2200", 16)),
)
GROUPS = {14: (4, 6, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}
SEPARATORS = (" ", "-", "\u00a0", "\u2013", "\u2009")
CARD_LINES = (
    "{}",
    "card {} declined",
    "pan={};",
    '{{"pan": "{}"}}',
    "id_{}",
    "\x1b[31m{}\x1b[0m",
    "\x1b[1;38;5;196mcard\x1b[0m \x1b[4m{}\x1b[24m",
    "2026-03-01 06:00:00 {} 12/29",
    "1,{},0529",
    "paid by {}.",
    "({})",
    "GET /pay?card={}&x=1",
    "\u5361\u53f7{}",
)
EMAIL_FORMS = (
    "{}@example.com",
    "{}.doe@mail.example.co.uk",
    "{}+tag@example.org",
    "{}_x@sub-domain.example.museum",
    "{}%40example.com",
    "{}%2Btag%40example.com",
    "{}@b\u00fccher.example.de",
    "{}@xn--e1afmkfd.xn--p1ai",
    "{}@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
    "{}@163.com",
    "{}@service.example.com",
)
EMAIL_LINES = (
    "{}",
    "mail to <{}>.",
    "user={}, role=admin",
    '{{"email":"{}"}}',
    "\x1b[32m{}\x1b[0m",
    "mailto:{}",
    "login failed for {}: no such user",
    "/var/mail/{}/inbox",
)
PHONE_FORMS = (
    "+1 {a} 555 {b}",
    "+1-{a}-555-{b}",
    "+1{a}555{b}",
    "({a}) 555-{b}",
    "{a}-555-{b}",
    "{a}.555.{b}",
    "+44 20 7946 {b}",
    "+49 171 55{b}1",
    "030 12{b}5",
    "138-{b}-{b}",
)
PHONE_LINES = ("{}", "call {}, then", "tel={}", '{{"phone": "{}"}}', "\x1b[33m{}\x1b[0m")

# What masking may be slow at: what is repeated, and what is before and behind.
HOSTILE = tuple(
    (part, before, behind)
    for part in (
        *("a", "a.", "a-", "a@", "a@b.", "a@b.c", "a@b.co ", "a%40b.co%40", "%40", "%2540", "%2B"),
        *("a%2B", "a%252B", "Aa.A@1b2c.", "git@a.git:", "a@b:a/", "://a@b/", "@1b.", "a@2x.a.a."),
        *("a@a.service.", "(a@b) (gcc", '"a"@', "a@1.2.3.4", "a@b.de\n", "a@b.co:a ", "a@b.cc1 "),
        "0x.A@1b2c.aa ",
        *("4", "4 ", "1 ", "1-", "4444 ", "4242 ", "4444-", "4444\u00a0", "4444%20", r"4444\u00a0"),
        *("501800000009 ", "id: 4222222222222 ", "4222222222222,a@b.co,", "4222222222222\x1b[m"),
        *("4111-1111-1111-1111\n", "4444 4444 4444 4444 4444 4444 4444\n", "3782 822463 10005,"),
        *("4444444444444 ", "4222222222222 ", "4111111111111111,", "order_id=4111111111111111 "),
        *("4111 1111 1111 1111 ", "4111 1111 1111 1111 123 12 29 12 12 ", "3444 444444 44444 "),
        *("4444 4444 4444 4444 4444\n", "4444 4444 4444 4444 444 ", "4444-4444-4444-4444,"),
        *("+", "+1", "+1 (1) ", "1 (222) ", "(0", "0171 ", "01 ", "00 1 ", "555-", "555-123-4567 "),
        *(
            "\x1b[m",
            "\x1b[0;",
            "\x1b",
            "[",
            "\x1b[m4111111111111111",
            "\x1b[maaaaa@",
            r"\e[m1 2 3 ",
            "a@a.aa\x1b[m",
        ),
    )
    for before, behind in (("", ""), ("4444@a.co ", "@x"))
)


def rng(name: str) -> random.Random:
    """The same numbers each time."""
    return random.Random(f"masking {name}")  # noqa: S311 test data, no secret


def digits(random_: random.Random, count: int) -> str:
    """So many, the first no zero."""
    return str(random_.randrange(10 ** (count - 1), 10**count))


def _hex(random_: random.Random, count: int) -> str:
    return f"{random_.getrandbits(4 * count):0{count}x}"


def _uuid(random_: random.Random) -> str:
    return str(uuid.UUID(int=random_.getrandbits(128), version=4))


def _cpu(random_: random.Random) -> str:
    """A line of /proc/stat; older kernels have seven columns."""
    columns = (str(int(10 ** random_.uniform(0, 7))) for _ in range(random_.choice((7, 10))))
    return f"cpu{random_.randint(0, 63)} {' '.join(columns)}"


def _table(random_: random.Random) -> str:
    """Counters of four digits, as many as no card has groups."""
    return " ".join(digits(random_, 4) for _ in range(random_.randint(8, 14)))


def _traceparent(random_: random.Random) -> str:
    return f"traceparent: 00-{_hex(random_, 32)}-{_hex(random_, 16)}-01"


def _epoch(random_: random.Random, scale: int) -> str:
    return str(int(random_.uniform(1.6e9, 1.9e9) * scale))


# Lines without personal data that must stay as they are, a row a kind.
NO_SECRETS: dict[str, Make] = {
    "UUID": lambda r: f"request {_uuid(r)} done",
    "trace id": lambda r: f"trace={_hex(r, 32)}",
    "span id": lambda r: f"span={_hex(r, 16)}",
    "traceparent": _traceparent,
    "span id of digits": lambda r: f'"span_id":"{digits(r, 16)}"',
    "SHA-256": lambda r: f"sha256:{_hex(r, 64)}",
    "epoch s": lambda r: f"at {_epoch(r, 1)} ok",
    "epoch ms": lambda r: f"at {_epoch(r, 10**3)} ok",
    "epoch us": lambda r: f"at {_epoch(r, 10**6)} ok",
    "epoch ns": lambda r: f"at {_epoch(r, 10**9)} ok",
    "order number": lambda r: f"order_id: {digits(r, r.randint(10, 19))}",
    "request number": lambda r: f"requestId={digits(r, r.randint(10, 19))} done",
    "item number": lambda r: f"EAN {digits(r, 13)}",
    "short number": lambda r: f"order {digits(r, r.randint(4, 11))} shipped",
    "long number": lambda r: f"key {digits(r, r.randint(20, 40))}",
    "address": lambda r: (
        f"from {'.'.join(str(r.randint(0, 255)) for _ in range(4))}:{r.randint(1, 65535)}"
    ),
    "size": lambda r: f"size {digits(r, r.randint(3, 16))} B",
    "bytes": lambda r: f"rx_bytes={digits(r, r.randint(3, 16))}",
    "cpu": _cpu,
    "table": _table,
    "fraction": lambda r: f"took {r.random()} s",
    "unit": lambda r: f"Started user@{r.randint(1000, 60000)}.service.",
    "object": lambda r: f"HikariPool@{_hex(r, r.randint(4, 8))}.getConnection failed",
    "git": lambda r: f"git clone git@github.com:acme/app-{r.randint(1, 999)}.git",
    "picture": lambda r: f"GET /img/{r.randint(1, 99)}@2x.png 200",
    "package": lambda r: (
        f"+ left-pad@{r.randint(0, 20)}.{r.randint(0, 20)}.{r.randint(0, 20)}-rc.two"
    ),
}


def cards(random_: random.Random, per_form: int) -> Iterator[str]:
    """Numbers of every network, in one piece and in every grouping with every separator."""
    for prefix, count in ISSUED:
        for _ in range(per_form):
            number = card_number(random_, prefix, count)
            yield number
            if count in GROUPS:
                yield from (by.join(_grouped(number)) for by in SEPARATORS)


def card_number(random_: random.Random, prefix: str, count: int) -> str:
    """With its check digit (Luhn): every second digit from the right counts twice."""
    body = prefix + "".join(str(random_.randint(0, 9)) for _ in range(count - 1 - len(prefix)))
    twice = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    once = sum(int(digit) for digit in body[-2::-2])
    return f"{body}{-(twice + once) % 10}"


def emails(random_: random.Random, per_form: int) -> Iterator[str]:
    """Addresses of every form."""
    names = ("ada", "Grace", "LINUS", "m.hamilton", "k-t", "j\u00fcrgen", "o_1")
    for form in EMAIL_FORMS:
        yield from (form.format(f"{random_.choice(names)}{n}") for n in range(per_form))


def phones(random_: random.Random, per_form: int) -> Iterator[str]:
    """Numbers of every form."""
    for form in PHONE_FORMS:
        for _ in range(per_form):
            yield form.format(a=random_.randint(200, 989), b=random_.randint(1000, 9999))


def _grouped(number: str) -> Iterator[str]:
    at = 0
    for size in GROUPS[len(number)]:
        yield number[at : at + size]
        at += size
