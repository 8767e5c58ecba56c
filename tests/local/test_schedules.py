"""Scheduled functions are invoked by the clock, and by SIGUSR1 at once."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from chalice import Chalice, Rate
from chalice.app import ScheduledEventConfig
from support.local_system import ROOT, kept_environment, until

from infra.declared.functions import FUNCTIONS
from infra.local.event_sources import schedule
from infra.local.event_sources.registry import build_all_pollers
from infra.local.event_sources.runner import Runner
from infra.local.event_sources.source import SourceDependencies, UnknownEventSource

AROUND = SourceDependencies(None, None, "us-east-1", True)


@contextmanager
def clocked(handler, expression=None):
    app = Chalice("test")
    app.schedule(expression or Rate(1, unit=Rate.MINUTES), name="tick")(handler)
    runner = Runner(build_all_pollers(app, AROUND))
    runner.start()
    try:
        yield runner
    finally:
        runner.stop(5)


def test_a_tick_gets_the_event_of_a_schedule():
    seen = []
    with clocked(seen.append) as runner:
        runner.invoke_scheduled()
        (event,) = until(lambda: seen)

    assert (event.source, event.detail_type, event.detail) == ("aws.events", "Scheduled Event", {})
    assert (event.version, event.account, event.region) == ("0", "000000000000", "us-east-1")
    assert event.resources == ["arn:aws:events:us-east-1:000000000000:rule/tick"]
    assert len(event.time) == 20
    assert event.time.endswith("Z")
    assert event.context.function_name == "tick"
    assert event.context.get_remaining_time_in_millis() > 0


def test_the_clock_ticks_once_a_period(monkeypatch):
    monkeypatch.setitem(schedule._UNIT_S, "minute", 0.05)
    seen = []
    with clocked(seen.append):
        until(lambda: len(seen) >= 3)


def test_nothing_is_invoked_before_the_first_period_is_over():
    seen = []
    with clocked(seen.append):
        pass
    assert seen == []


def test_ticks_overlap(monkeypatch):
    both = threading.Barrier(2, timeout=10)
    met = []
    with clocked(lambda event: met.append(both.wait())) as runner:
        runner.invoke_scheduled()
        runner.invoke_scheduled()
        until(lambda: len(met) == 2)


def test_a_tick_that_fails_is_logged_and_not_retried(logged):
    seen = []

    def tick(event):
        seen.append(event)
        if len(seen) == 1:
            raise RuntimeError("the tick failed")

    with clocked(tick) as runner:
        runner.invoke_scheduled()
        until(lambda: "a scheduled function failed" in logged.getvalue())
        assert len(seen) == 1
        runner.invoke_scheduled()
        until(lambda: len(seen) == 2)

    assert len(seen) == 2


@pytest.mark.parametrize(
    ("expression", "period_s"),
    [
        (Rate(1, unit=Rate.MINUTES), 60),
        (Rate(2, unit=Rate.HOURS), 7200),
        ("rate(1 day)", 86400),
        ("rate(5 minutes)", 300),
    ],
)
def test_a_rate_says_how_often(expression, period_s):
    app = Chalice("test")
    app.schedule(expression, name="tick")(print)
    assert schedule._read_period_s(app.event_sources[0]) == period_s


@pytest.mark.parametrize("expression", ["cron(0 1 * * ? *)", "rate(0 minutes)", "rate(1 week)"])
def test_another_schedule_is_named_and_not_left_out(expression):
    app = Chalice("test")
    app.schedule(expression, name="tick")(print)
    with pytest.raises(UnknownEventSource, match="tick"):
        build_all_pollers(app, AROUND)


def test_every_schedule_of_the_app_ticks_as_its_row_in_the_table_says():
    from app import app

    clocked = [c for c in app.event_sources if isinstance(c, ScheduledEventConfig)]
    declared = {
        function.handler: function.source.every_min * 60
        for function in FUNCTIONS
        if function.source is not None and function.source.is_schedule
    }
    assert {config.name: schedule._read_period_s(config) for config in clocked} == declared


PROGRAM = """
import sys
from types import ModuleType, SimpleNamespace
from chalice import Chalice, Rate

app = Chalice("toy")

@app.schedule(Rate(1, unit=Rate.HOURS))
def tick(event):
    print("ticked", flush=True)

toy = ModuleType("app")
toy.app, toy.wiring = app, None
sys.modules["app"] = toy
from infra.local.event_sources import __main__ as events
from infra.local.event_sources.source import SourceDependencies
from chalicelib import observability
observability.configure()
events.build_dependencies = lambda *_, **__: SourceDependencies(None, None, "us-east-1", True)
sys.exit(events.main())
"""


def test_sigusr1_ticks_now_and_the_process_goes_on(tmp_path):
    said = tmp_path / "said.txt"
    with said.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env=kept_environment() | {"STAGE": "local", "STATE_DIR": str(tmp_path)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "event sources are polled" in said.read_text())
        for count in (1, 2):
            os.kill(process.pid, signal.SIGUSR1)
            until(lambda expected=count: said.read_text().count("ticked") == expected)
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
