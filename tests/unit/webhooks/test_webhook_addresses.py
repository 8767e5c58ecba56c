"""Which URLs and addresses receivers may have."""

import ipaddress

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.webhooks.addresses import Target, choose_address, is_public, parse_url

PUBLIC = Target("https", "a.example", 443, "/")
LOCAL = Target("http", "localhost", 9000, "/", loopback=True)
INSIDE = [
    "0.0.0.0",  # noqa: S104 to be refused
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",  # instance metadata
    "169.254.170.2",  # credentials of containers
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",  # Teredo
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # instance metadata by IPv6
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", INSIDE)
def test_no_address_of_ours_is_public(text):
    assert not is_public(ipaddress.ip_address(text))
    assert choose_address(PUBLIC, [text]) is None


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "223.255.255.255", "2606:4700::1111"])
def test_addresses_of_the_internet_are(text):
    assert choose_address(PUBLIC, [text]) == text


def test_of_several_public_addresses_an_ipv4_one_is_chosen():
    assert choose_address(PUBLIC, ["2606:4700::1111", "8.8.8.8", "1.1.1.1"]) == "8.8.8.8"


@pytest.mark.parametrize("others", [["127.0.0.1"], ["::1"], ["fe80::1%eth0"], ["no address"]])
def test_a_name_with_any_address_inside_is_refused_whatever_their_order(others):
    assert choose_address(PUBLIC, ["8.8.8.8", *others]) is None
    assert choose_address(PUBLIC, [*others, "8.8.8.8"]) is None


def test_a_name_without_addresses_is_refused():
    assert choose_address(PUBLIC, []) is None


def test_a_name_of_this_machine_leads_nowhere_else():
    assert choose_address(LOCAL, ["127.0.0.1"]) == "127.0.0.1"
    assert choose_address(LOCAL, ["8.8.8.8"]) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "//a.example/",
        "a.example",
        "",
        "https://",
        "https://a.example:8443/",
        "https://a.example:99999/",
        "https://user@a.example/",
        "https://user:secret@a.example/",
        "https://a.example/#part",
        "https://a.example\\@127.0.0.1/",
        "https://a.example/ x",
        "https://a.example/\r\nHost: b",
        "https://ä.example/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://1.2.3.4.5/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://-a.example/",
        "https://a..example/",
        f"https://a.example/{'x' * 2048}",
        "http://127.0.0.1:9000/",
    ],
)
def test_other_urls_are_refused(url):
    with pytest.raises(InvalidInput):
        parse_url(url, loopback=False)


def test_a_url_is_taken_apart():
    found = parse_url("https://Hooks.a.example:443/in?x=1&y=%20", loopback=False)

    assert found == Target("https", "hooks.a.example", 443, "/in?x=1&y=%20")
    assert found.authority == "hooks.a.example"
    assert parse_url("https://a.example", loopback=False).path == "/"


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("http://127.0.0.1:9000/", "127.0.0.1:9000"),
        ("http://localhost/", "localhost"),
        ("http://[::1]:9000/", "[::1]:9000"),
    ],
)
def test_on_stage_local_this_machine_is_allowed(url, authority):
    found = parse_url(url, loopback=True)
    assert (found.loopback, found.authority) == (True, authority)


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://a.example/", "https://127.0.0.1/"])
def test_and_nothing_else_beside_what_is_elsewhere(url):
    with pytest.raises(InvalidInput):
        parse_url(url, loopback=True)
