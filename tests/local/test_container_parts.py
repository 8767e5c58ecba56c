"""What the containers add to gateway and event sources: addresses, plan, keys, shared shards."""

import subprocess
import sys
import threading
from dataclasses import replace
from ipaddress import ip_network

import pytest
from container_kit import Image
from gateway_kit import HOST, Caller, Pool, gateway
from test_token_attacks import Clock

from chalicelib.aws.table import ConditionFailed
from chalicelib.errors import Forbidden, MissingSetting, TooManyRequests, Unavailable
from infra.containers.addresses import ProxiedServer, find_client
from infra.containers.config import Proxies, api_config
from infra.containers.front import find_keys_url, parse_user_pool
from infra.containers.plan_usage import KEPT_S, RELOAD_S, PlanUsage
from infra.containers.shared_shard import BETWEEN_READS_S, IDLE_S, KEPT_PAGES, SharedShard
from infra.declared.kinds import UsagePlan
from infra.local.event_sources.shard import RecordPage
from infra.local.gateway.tokens import MAX_AGE_S, RETRY_S, Keys

BEHIND_TWO = Proxies(networks=(ip_network("10.1.0.0/16"),), hops=2)
BALANCER, VIEWER, EDGE = "10.1.0.7", "198.51.100.9", "130.176.1.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (BALANCER, f"{VIEWER}, {EDGE}", VIEWER),
        (BALANCER, f"203.0.113.1, {VIEWER}, {EDGE}", VIEWER),  # the client's own claim is first
        (BALANCER, f"{VIEWER},{EDGE}", VIEWER),
        (BALANCER, "2001:db8::1, 10.1.0.9", "2001:db8::1"),
        (BALANCER, EDGE, BALANCER),  # past CloudFront, as a health check
        (BALANCER, "", BALANCER),
        (BALANCER, f"unknown, {EDGE}", BALANCER),
        (BALANCER, f"<script>, {EDGE}", BALANCER),
        ("203.0.113.5", f"{VIEWER}, {EDGE}", "203.0.113.5"),  # not the load balancer
    ],
)
def test_the_clients_address_is_what_our_own_proxies_saw(peer, forwarded, client):
    assert find_client(peer, forwarded, BEHIND_TWO) == client


def test_without_a_network_nobody_may_say_who_the_client_is():
    nobody = replace(BEHIND_TWO, networks=())
    assert find_client(BALANCER, f"{VIEWER}, {EDGE}", nobody) == BALANCER


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROXY_NETWORKS", "10.1.0.7/16"),
        ("PROXY_HOPS", "0"),
        ("PORT", "70000"),
        ("USER_POOL_CLIENT_ID", ""),
        ("USAGE_PLAN", ""),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name, value):
    good = {"STAGE": "dev", "USER_POOL_CLIENT_ID": "c", "USAGE_PLAN": "p"}
    assert api_config(good).proxies == Proxies(networks=(), hops=1)
    with pytest.raises(MissingSetting, match=name):
        api_config({**good, name: value})


def test_keys_come_from_the_user_pool_of_the_stage():
    arn = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_Abc"
    region, pool = parse_user_pool(arn)
    url = f"https://cognito-idp.eu-west-1.amazonaws.com/{pool}/.well-known/jwks.json"
    assert find_keys_url(region, pool, None) == url
    assert find_keys_url(region, pool, "http://x/") == f"http://x/{pool}/.well-known/jwks.json"


def test_a_key_that_the_pool_withdrew_is_not_good_for_longer_than_an_hour():
    pool, clock = Pool("old", "new"), Clock()
    keys = Keys("", load=pool.load, clock=clock)
    assert keys.get("old") is not None
    pool.names = ["new"]
    assert keys.get("old") is not None
    clock.now += MAX_AGE_S
    assert keys.get("new") is not None
    assert keys.get("old") is None


def test_keys_stay_good_while_the_pool_is_down_and_are_asked_for_once_a_second():
    pool, clock = Pool(), Clock()
    keys = Keys("", load=pool.load, clock=clock)
    assert keys.get("pool") is not None
    pool.is_down = True
    clock.now += MAX_AGE_S
    assert [keys.get("pool") is not None for _ in range(3)] == [True] * 3
    assert pool.asked == 2
    clock.now += RETRY_S
    assert keys.get("pool") is not None
    assert pool.asked == 3


class Keyring:
    """The plan's keys, as API Gateway has them."""

    def __init__(self, *keys):
        self.keys = frozenset(keys)
        self.asked = 0
        self.is_down = False

    def read(self):
        self.asked += 1
        if self.is_down:
            raise Unavailable("the API keys do not respond")
        return self.keys


class Counts:
    """The table's counter: what is used of each key and day."""

    def __init__(self):
        self.used = {}

    def update(self, key, change, condition):
        assert (change.values[":one"], condition.expression) == (
            1,
            "attribute_not_exists(used) OR used < :quota",
        )
        if self.used.get(key["sk"], 0) >= change.values[":quota"]:
            raise ConditionFailed(None)
        self.used[key["sk"]] = self.used.get(key["sk"], 0) + 1


@pytest.fixture
def clock():
    made = Clock()
    made.now = 1_800_000_000.0
    return made


def usage(keyring, counts, clock, **plan):
    return PlanUsage(keyring.read, replace(UsagePlan(), **plan), counts, clock)


def test_two_processes_share_a_quota_and_the_next_day_begins_anew(clock):
    keyring, counts = Keyring("k"), Counts()
    first, second = (usage(keyring, counts, clock, quota_per_day=3) for _ in range(2))
    first.take("k")
    second.take("k")
    first.take("k")
    with pytest.raises(TooManyRequests, match="quota of 3 requests a day") as refused:
        second.take("k")
    assert 0 < refused.value.retry_after_s <= 24 * 3600 + 1
    assert "k" not in "".join(counts.used).split("#")[0].split("-")  # its hash alone is stored
    clock.now += 24 * 3600
    second.take("k")


def test_beyond_the_rate_a_request_is_not_counted_against_the_quota(clock):
    counts = Counts()
    plan = usage(Keyring("k"), counts, clock, burst_limit=2, rate_limit=1)
    plan.take("k")
    plan.take("k")
    with pytest.raises(TooManyRequests, match="a second"):
        plan.take("k")
    assert list(counts.used.values()) == [2]


def test_a_new_key_is_found_and_a_deleted_one_is_refused_within_minutes(clock):
    keyring = Keyring("old")
    plan = usage(keyring, Counts(), clock)
    plan.take("old")
    keyring.keys = frozenset({"new"})
    for key in ("new", "no", None, ""):
        with pytest.raises(Forbidden):
            plan.take(key)
    assert keyring.asked == 1
    clock.now += RELOAD_S
    plan.take("new")
    with pytest.raises(Forbidden):
        plan.take("old")
    keyring.keys = frozenset()
    clock.now += KEPT_S
    with pytest.raises(Forbidden):
        plan.take("new")


def test_keys_that_cannot_be_read_are_no_refusal(clock):
    keyring = Keyring("k")
    keyring.is_down = True
    with pytest.raises(Unavailable):
        usage(keyring, Counts(), clock).take("k")


class CountedShard:
    """A shard with records at positions, and when it was read."""

    def __init__(self, clock):
        self.clock = clock
        self.last = 0
        self.read_at = []

    def read(self, after, limit):
        self.read_at.append(self.clock.now)
        begin = int(after or 0)
        records = [{"n": n} for n in range(begin + 1, min(begin + limit, self.last) + 1)]
        last = str(begin + len(records)) if records else None
        return RecordPage(records, last, is_closed=False)


@pytest.fixture
def shard(clock):
    made = CountedShard(clock)

    def sleep(seconds):
        clock.now += seconds

    return made, SharedShard(made, clock, sleep)


def test_ten_lanes_at_one_position_read_it_once(shard, clock):
    counted, shared = shard
    counted.last = 5
    pages = [shared.read(None, 3) for _ in range(10)] + [shared.read("3", 3) for _ in range(10)]
    assert {page.last for page in pages} == {"3", "5"}
    assert len(counted.read_at) == 2


def test_an_idle_shard_is_read_again_after_a_while(shard, clock):
    counted, shared = shard
    assert shared.read(None, 3).records == []
    counted.last = 1
    assert shared.read(None, 3).records == []
    clock.now += IDLE_S
    assert len(shared.read(None, 3).records) == 1


def test_a_shard_is_never_read_more_than_four_times_a_second(shard):
    counted, shared = shard
    counted.last = 100
    for position in range(40):
        shared.read(str(position), 1)
    pauses = [
        later - before for before, later in zip(counted.read_at, counted.read_at[1:], strict=False)
    ]
    assert min(pauses) >= BETWEEN_READS_S - 1e-6
    shared.read("0", 1)
    assert len(counted.read_at) == 41  # no more than KEPT_PAGES are kept
    shared.read(str(39), 1)
    assert len(counted.read_at) == 41
    assert KEPT_PAGES < 40


def test_the_image_has_of_infra_what_its_programs_import_and_nothing_else(tmp_path):
    image = Image.build(tmp_path)
    probe = (
        "import sys, pkgutil\n"
        "import infra.containers.api, infra.containers.events, infra.containers.health\n"
        "import infra.containers.config, infra.containers.addresses\n"
        "from pathlib import Path\n"
        "sys.modules['app'] = type(sys)('app')\n"
        "sys.modules['app'].app = sys.modules['app'].wiring = None\n"
        "import infra.containers.front, infra.containers.sources\n"
        "import infra.local.event_sources.dependencies, infra.local.event_sources.runner\n"
        "files = [m.__file__ for m in sys.modules.values() if getattr(m, '__file__', None)]\n"
        "here = Path.cwd()\n"
        "print(*sorted(str(Path(f).relative_to(here)) for f in files if f.startswith(str(here))))\n"
    )
    printed = subprocess.check_output(  # noqa: S603 our own program
        [sys.executable, "-c", probe],
        cwd=image.root,
        env=image.environment({}),
        text=True,
    )
    imported = {name for name in printed.split() if name.startswith("infra/")}
    present = {str(path.relative_to(image.root)) for path in image.root.rglob("infra/**/*.py")}
    assert present == imported
    assert not list(image.root.rglob("__pycache__/*.py"))
    assert {path.name for path in image.root.iterdir() if path.name != "__pycache__"} == {
        "app.py",
        "chalicelib",
        "infra",
        "requirements.txt",
    }


@pytest.fixture
def behind():
    """A gateway behind two proxies of this machine."""
    nearby = replace(BEHIND_TWO, networks=(ip_network("127.0.0.0/8"),))
    server = ProxiedServer((HOST, 0), gateway(is_local=False), nearby)
    accepting = threading.Thread(target=server.serve_forever, args=(0.02,))
    accepting.start()
    yield Caller(server.server_address[1])
    server.stop(1)
    accepting.join()


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (f"203.0.113.1, {VIEWER}, {EDGE}", VIEWER),
        ("203.0.113.1", HOST),
        (None, HOST),
    ],
)
def test_the_app_sees_the_clients_address_and_no_other_claim_of_it(behind, forwarded, client):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    _, event, _ = behind.send("GET", "/event", headers=headers)
    assert event["requestContext"]["identity"]["sourceIp"] == client
    assert event["headers"]["x-forwarded-for"] == client


def test_an_open_route_looks_at_no_token_as_with_api_gateway(behind):
    _, seen, _ = behind.send("POST", "/caller", headers={"Authorization": "a.b.c"})
    assert seen == {"authorizer": None}


def test_pages_of_other_origins_may_write_where_cors_lets_them(behind):
    headers = {"Origin": "https://elsewhere.example.com", "Content-Type": "application/json"}
    assert behind.send("POST", "/echo", b"{}", headers)[0] == 200
