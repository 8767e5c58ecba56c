"""One noisy tenant at ten times its rate beside four quiet ones, at the running local system.

Scaled to a laptop: the noisy one may send 20 requests a second and sends 200, for 5 s a round,
while each quiet tenant sends 10. Everyone's requests leave by the clock, and waiting behind a late
answer counts. Quiet and flood in turn; the ratio is that of the medians of the rounds' p99.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from statistics import median

from tests.bench import load, local_system
from tests.bench.table import Row, Target
from tests.support.local_system import LocalSystem

ROUNDS = 4
FOR_S, WARM_UP_S = 5.0, 1.0
QUIET = [f"quiet-{number}" for number in range(4)]
QUIET_PER_S = 10
NOISY = "noisy"
ALLOWED_PER_S, NOISY_CONNECTIONS, FLOOD_PER_S = 20, 4, 200


Answers = list[load.Answer]


def run() -> list[Row]:
    """What the flood does to the others, and what becomes of it."""
    alone: list[Answers] = []
    beside: list[Answers] = []
    noisy: Answers = []
    with local_system.running() as system:
        _limit(system)
        _round(system, flood=True, for_s=WARM_UP_S)
        for _ in range(ROUNDS):
            alone.append(_round(system, flood=False)[0])
            others, flood = _round(system, flood=True)
            beside.append(others)
            noisy += flood
    return [
        _row("quiet tenants alone", alone, alone),
        _row("quiet tenants beside the flood", beside, alone, Target(at_most=2)),
        _refused(noisy),
    ]


def _limit(system: LocalSystem) -> None:
    new = {"tenant_id": NOISY, "settings": {"rate_per_s": ALLOWED_PER_S}}
    status, answer = system.request("POST", "/api/v1/tenants", new, Authorization=system.token())
    if status != HTTPStatus.CREATED:
        raise ValueError(f"answered {status} {answer}")


def _round(system: LocalSystem, *, flood: bool, for_s: float = FOR_S) -> tuple[Answers, Answers]:
    """The answers of the quiet tenants and of the noisy one."""
    senders = [(item, QUIET_PER_S) for item in QUIET]
    if flood:
        senders += [(NOISY, FLOOD_PER_S // NOISY_CONNECTIONS)] * NOISY_CONNECTIONS
    others: Answers = []
    noisy: Answers = []
    with ThreadPoolExecutor(len(senders)) as pool:
        for (tenant, _), answers in zip(
            senders, pool.map(lambda sender: _sent(system, *sender, for_s), senders), strict=True
        ):
            (noisy if tenant == NOISY else others).extend(answers)
    if any(other.status != HTTPStatus.ACCEPTED for other in others):
        raise ValueError(f"a quiet tenant was refused: {Counter(other.status for other in others)}")
    return others, noisy


def _sent(system: LocalSystem, tenant: str, per_s: int, for_s: float) -> Answers:
    request = local_system.records_of(tenant, [0])
    return load.paced(system.config.port, request, per_s=per_s, for_s=for_s)


def _row(
    what: str, rounds: list[Answers], alone: list[Answers], target: Target | None = None
) -> Row:
    p50 = median(response.ms for answers in rounds for response in answers)
    return Row(
        what=what,
        measured=f"p50 {p50:.1f} ms, p99 {_p99(rounds):.1f} ms",
        ratio=_p99(rounds) / _p99(alone),
        against="alone, p99",
        target=target,
    )


def _p99(rounds: list[Answers]) -> float:
    return median(load.p99([response.ms for response in answers]) for answers in rounds)


def _refused(noisy: Answers) -> Row:
    statuses = Counter(item.status for item in noisy)
    return Row(
        what="the noisy tenant",
        measured=f"{statuses[HTTPStatus.ACCEPTED]:,} taken, "
        f"{statuses[HTTPStatus.TOO_MANY_REQUESTS]:,} refused",
    )
