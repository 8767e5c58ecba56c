"""The pipeline: the numbers on the way of each workload, and what was lost."""

import re

from browsers import in_chromium
from playwright.sync_api import expect

pytestmark = in_chromium


def test_each_path_has_its_numbers_and_losses_say_what_they_mean(console, system):
    token = system.token()
    _, state = system.request("GET", "/api/v1/pipeline", None, Authorization=token)
    system.request("POST", "/orders", {"customer": "path"}, Authorization=token)
    orders = next(queue for queue in state["queues"] if queue["name"] == "orders")
    orders |= {"waiting": 1200, "in_flight": 3, "dead_letters": 4, "oldest_age_s": 65}
    stream = next(read for read in state["streams"] if read["name"] == "announce_orders")
    stream |= {"lag_ms": 8000, "failures": 1}
    state["losses"] = {"lost.search_events": 7}
    tab = console.new_tab()
    tab.route("**/api/v1/pipeline", lambda route: route.fulfill(json=state))
    tab.goto(console.address("/console/pipeline"))
    path = tab.get_by_role("list", name="Path of Orders")
    ways = {
        "POC-Queue": r"\d+ in the last hour",
        "store_orders": r"1,200 waiting.*3 in flight.*oldest 1 min",
        "announce_orders": r"8 s behind.*1 failed",
    }
    for stop, said in ways.items():
        way = path.get_by_role("listitem").filter(has_text=stop)
        expect(way).to_contain_text(re.compile(said))
    lost = tab.get_by_role("row", name=re.compile("^Searches that are not counted"))
    expect(lost).to_contain_text(re.compile("7.*missing in the analytics"))
    expect(tab.get_by_text("Something was lost: see below.")).to_be_visible()
    path.get_by_role("link", name="4 dead").click()
    expect(tab).to_have_url(re.compile("/console/dead-letters/orders$"))
