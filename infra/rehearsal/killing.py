"""Deployments that are killed half-way, as by a laptop that goes down."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

from infra.deploy import cloud
from infra.deploy.flow import Flow
from infra.rehearsal.assertions import CheckFailed

_DEADLINE_S = 600.0
_PAUSE_S = 0.02


def kill_after(flow: Flow, step: str) -> None:
    """Deploy in a process that kills itself and its children as soon as it has made the step.

    Raises CheckFailed if it ended otherwise.
    """

    def reached(made: str) -> None:
        if made == step:
            os.killpg(0, signal.SIGKILL)

    _run_until_killed(replace(flow, reached=reached), lambda: False, step)


def kill_when(flow: Flow, is_due: Callable[[], bool], what: str) -> None:
    """Deploy in a process that is killed, children included, as soon as `is_due`.

    Raises CheckFailed if it ended before.
    """
    _run_until_killed(flow, is_due, what)


def _run_until_killed(flow: Flow, is_due: Callable[[], bool], what: str) -> None:
    process = multiprocessing.get_context("fork").Process(target=_deploy_in_own_group, args=(flow,))
    process.start()
    deadline_s = time.monotonic() + _DEADLINE_S
    while process.is_alive() and not is_due() and time.monotonic() < deadline_s:
        time.sleep(_PAUSE_S)
    if process.is_alive():
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()
    if process.exitcode != -signal.SIGKILL:
        raise CheckFailed(f"a deployment ended with {process.exitcode} before {what}")


def _deploy_in_own_group(flow: Flow) -> None:
    os.setsid()
    cloud.forget_clients()  # their connections are the parent's
    flow.deploy()
