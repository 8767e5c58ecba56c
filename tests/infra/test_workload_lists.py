"""`make check` names each list that a workload was forgotten in: entries are taken out in turn."""

import dataclasses
import re
from pathlib import Path

import pytest

from infra.checks import route_lists
from infra.checks.workloads import find_forgotten, read_checkout

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checkout():
    return read_checkout()


def without(checkout, file, entry):
    """The checkout in which `file` lacks the first text that matches `entry`."""
    text, count = re.subn(entry, "", (ROOT / file).read_text(), count=1)
    assert count == 1, (file, entry)
    read = checkout.read
    return dataclasses.replace(checkout, read=lambda path: text if path == file else read(path))


def test_nothing_is_forgotten(checkout):
    assert find_forgotten(checkout) == []


@pytest.mark.parametrize(
    ("file", "entry", "said"),
    [
        (
            "tests/api/test_who_may.py",
            r'    \("POST", "/orders", .*\n',
            "POST /orders is missing in tests/api/test_who_may.py: enter there who may call it.",
        ),
        (
            "tests/api/test_tenant_attacks.py",
            r'    \("POST", f"{TENANTS}/{{tenant_id}}/keys", None\),\n',
            (
                "POST /api/v1/tenants/{tenant_id}/keys is missing in "
                "tests/api/test_tenant_attacks.py: enter there whose it is."
            ),
        ),
        (
            "tests/api/test_corpus.py",
            r'\("POST", "/orders"\),\s',
            (
                "POST /orders is missing in tests/api/test_corpus.py: "
                "enter there that it meets the corpus of bad bodies."
            ),
        ),
        (
            "tests/infra/every_call.py",
            r' +user.send\("PUT", "/api/v1/records/a", .*\n',
            (
                "PUT /api/v1/records/{user_id} is missing in tests/infra/every_call.py: "
                "enter there a call of it, from which its rights are checked."
            ),
        ),
        (
            "tests/infra/every_call.py",
            r' +operator.send\("POST", f"{path}/resume"\)\n',
            (
                "POST /api/v1/jobs/{job_id}/resume is missing in tests/infra/every_call.py: "
                "enter there a call of it, from which its rights are checked."
            ),
        ),
        (
            "tests/api/test_documentation.py",
            r' +"place_order": .*\n',
            "POST /orders reads headers: enter place_order in tests/api/test_documentation.py.",
        ),
        (
            "chalicelib/settings/api.py",
            r" +orders_table=.*\n",
            "ORDERS_TABLE is missing in chalicelib/settings/api.py: enter a field that reads it.",
        ),
        (
            "docs/settings.md",
            r"\| `ORDERS_TABLE` .*\n",
            "ORDERS_TABLE is missing in docs/settings.md: enter its row.",
        ),
        (
            "tests/api/letters_kit.py",
            r' +"orders": .*\n',
            "The queue orders is missing in tests/api/letters_kit.py: enter its label.",
        ),
        (
            "pyproject.toml",
            r" \| orders",
            "chalicelib.orders has no import layer: enter it in pyproject.toml.",
        ),
        (
            "pyproject.toml",
            r'  "chalicelib.orders",\n',
            (
                "chalicelib.orders may import Chalice: enter it in pyproject.toml, "
                "'Only web.api, authorizers and batch know Chalice; the worker never loads it'."
            ),
        ),
    ],
)
def test_an_entry_that_is_taken_out_is_named_with_its_place(checkout, file, entry, said):
    assert find_forgotten(without(checkout, file, entry)) == [said]


def test_a_handler_without_its_function_is_named(checkout):
    functions = [function for function in checkout.functions if function.handler != "run_jobs"]
    forgotten = find_forgotten(dataclasses.replace(checkout, functions=functions))
    assert forgotten == [
        "The handler run_jobs is missing in infra/declared/functions.py: enter it as a Function."
    ]


def test_a_handler_that_no_test_calls_is_named(checkout):
    forgotten = find_forgotten(dataclasses.replace(checkout, handlers=["later"]))
    assert forgotten[-1] == (
        "The handler later is missing in tests/infra/every_call.py: enter an event that it handles."
    )


def test_a_table_that_no_function_may_use_is_named(checkout):
    functions = [
        dataclasses.replace(
            function,
            calls=tuple(calls for calls in function.calls if calls.variable != "RECORDS_TABLE"),
        )
        for function in checkout.functions
    ]
    forgotten = find_forgotten(dataclasses.replace(checkout, functions=functions))
    assert forgotten == [
        "No function may use RECORDS_TABLE: enter its calls in infra/declared/rights.py."
    ]


def test_paths_are_read_from_what_a_test_writes():
    text = """
A = "/a"
LISTED = [("GET", A), ("POST", f"{A}/{{id}}", {}), *[("PUT", THEIRS)], ("ada", "/not-a-route")]
OTHERS = [("GET", "/c")]

class Everything:
    def call(self):
        user, path = self.user, "/b/{id}".format(id=self.id)
        user.send("GET", f"{path}?q=1")
        for other in ("/d", "/e"):
            user.send("DELETE", other)
        user.send(self.method, A)
"""
    imported = {"THEIRS": {"/theirs"}}
    assert route_lists.read_lists(text, "LISTED", imported) == {
        ("GET", "/a"),
        ("POST", "/a/{id}"),
        ("PUT", "/theirs"),
    }
    assert route_lists.read_calls(text) == {("GET", "/b/x"), ("DELETE", "/d"), ("DELETE", "/e")}
