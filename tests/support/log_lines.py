"""Log lines as servers write them: made up by seed with personal data planted, or real files.

The real files are Loghub's (2,000 lines each); they lie beside the project where someone put
them and are never part of it.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

REAL = Path(__file__).parents[3] / "shared/data"
REAL_FILES = {"apache": "Apache_2k.log", "sshd": "OpenSSH_2k.log", "app": "Linux_2k.log"}

_START = datetime(2026, 3, 1, 6, tzinfo=UTC)
_PEOPLE = ("ada", "grace", "linus", "margaret", "ken", "barbara", "alan", "katherine")
_PATHS = ("/", "/cart", "/checkout", "/img/logo.png", "/api/v1/items/4711", "/robots.txt")
_CARD_PREFIXES = ("4", "51", "55", "37", "6011")
_CARD_DIGITS = {"37": 15}


@dataclass
class Planted:
    """The personal data within lines, each as it stands there."""

    emails: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """Everything that must be seen nowhere."""
        return self.emails + self.cards + self.phones


def real_lines(kind: str) -> list[str]:
    """The lines of the real file of that kind; none where it is absent."""
    file = REAL / REAL_FILES[kind]
    return file.read_text().splitlines() if file.exists() else []


def real_or_made(kind: str, count: int) -> list[str]:
    """So many lines, real ones over and over where they are present."""
    return list(islice(cycle(real_lines(kind) or made(kind, count)), count))


def made(kind: str, count: int, seed: int = 1) -> list[str]:
    """So many lines of `apache`, `sshd` or `app` (JSON) without personal data."""
    rng = _random(kind, seed)
    return list(islice(_KINDS[kind](rng), count))


def made_with_personal_data(count: int, seed: int = 1) -> tuple[list[str], Planted]:
    """Lines of all kinds; every second carries an e-mail address, a card or a phone number."""
    rng = _random("personal", seed)
    plain = [_KINDS[kind](rng) for kind in _KINDS]
    planted, lines = Planted(), []
    plants = cycle(
        ((_email, planted.emails), (_card, planted.cards), (_phone, planted.phones)),
    )
    for index in range(count):
        line = next(plain[index % len(plain)])
        if index % 2 == 0:
            make, kept = next(plants)
            kept.append(make(rng))
            line = f"{line} contact={kept[-1]} end"
        lines.append(line)
    return lines, planted


def _random(kind: str, seed: int) -> random.Random:
    return random.Random(f"{kind} {seed}")  # noqa: S311 the same lines each time, no secret


def _apache(rng: random.Random) -> Iterator[str]:
    for at in _times(rng):
        path, status = rng.choice(_PATHS), rng.choice((200, 200, 200, 304, 404, 500))
        yield (
            f'{_address(rng)} - - [{at:%d/%b/%Y:%H:%M:%S +0000}] "GET {path} HTTP/1.1" '
            f'{status} {rng.randint(120, 90_000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"'
        )


def _sshd(rng: random.Random) -> Iterator[str]:
    for at in _times(rng):
        user, port = rng.choice(("root", "admin", "webmaster")), rng.randint(1024, 65_535)
        yield (
            f"{at:%b %d %H:%M:%S} gate sshd[{rng.randint(1000, 32_000)}]: Failed password for "
            f"invalid user {user} from {_address(rng)} port {port} ssh2"
        )


def _app(rng: random.Random) -> Iterator[str]:
    for at in _times(rng):
        entry = {
            "time": at.isoformat(),
            "level": rng.choice(("debug", "info", "info", "warn", "error")),
            "message": f"order {rng.randint(10_000, 99_999)} moved to {rng.choice(_PATHS)}",
            "took_ms": round(rng.uniform(0.2, 900), 3),
            "trace": f"{rng.getrandbits(128):032x}",
        }
        yield json.dumps(entry)


_KINDS: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "apache": _apache,
    "sshd": _sshd,
    "app": _app,
}


def _times(rng: random.Random) -> Iterator[datetime]:
    at = _START
    while True:
        at += timedelta(milliseconds=rng.randint(1, 4000))
        yield at


def _address(rng: random.Random) -> str:
    return ".".join(str(rng.randint(1, 254)) for _ in range(4))


def _email(rng: random.Random) -> str:
    mark = rng.choice(("", ".", "+shop", "_"))
    return f"{rng.choice(_PEOPLE)}{mark}{rng.randint(1, 9999)}@mail.example.com"


def _card(rng: random.Random) -> str:
    """A number with a valid check digit, bare or in groups."""
    prefix = rng.choice(_CARD_PREFIXES)
    length = _CARD_DIGITS.get(prefix, 16)
    digits = prefix + "".join(str(rng.randint(0, 9)) for _ in range(length - 1 - len(prefix)))
    number = digits + _check_digit(digits)
    by = rng.choice(("", " ", "-"))
    groups = (number[:4], number[4:10], number[10:])
    if length == 16:  # the others are written 4-6-5
        groups = tuple(number[at : at + 4] for at in range(0, 16, 4))
    return by.join(groups)


def _check_digit(digits: str) -> str:
    """Luhn's; the last of `digits` is doubled, and every second before it."""
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[::-2]]
    plain = [int(digit) for digit in digits[-2::-2]]
    return str(-sum(doubled + plain) % 10)


def _phone(rng: random.Random) -> str:
    area, line = rng.randint(200, 989), rng.randint(1000, 9999)
    shape = rng.choice(("+1 {a} 555 {b}", "+1-{a}-555-{b}", "({a}) 555-{b}", "+44 20 7946 {b}"))
    return shape.format(a=area, b=line)
