"""Stop a run that was left behind: `python -m infra.local.system.stop`."""

import os
import signal
import sys
import time
from contextlib import suppress

from infra.local.config import BadConfig, LocalConfig, describe_denial, local_config
from infra.local.system import lock, outputs, pids
from infra.local.system.emulator_process import EMULATOR_GONE_S

PARENT_BUDGET_S = EMULATOR_GONE_S + 2  # it stops its parts within ten, but for a large state
CHILD_BUDGET_S = 8.0  # the worker flushes for six
SAVING_BUDGET_S = EMULATOR_GONE_S
KILLED_WITHIN_S = 2.0
POLL_S = 0.05


def main() -> int:
    """Exit 0 when nothing of this state runs any more and all was saved, else 1 and a sentence."""
    try:
        config = local_config()
        stopped = stop(config)
    except BadConfig as error:
        print(f"omnidata: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"omnidata: {describe_denial(error)}", file=sys.stderr)
        return 1
    print(f"Stopped {', '.join(stopped)}." if stopped else "Nothing runs.")
    if stopped and config.save_failed_file.exists():
        print("omnidata: its data could not be saved; the next start says what", file=sys.stderr)
        return 1
    return 0


def stop(config: LocalConfig) -> list[str]:
    """Stop the parent, which stops its parts, then what is left of them; returns their names."""
    stopped: list[str] = []
    parent = pids.read(config, pids.PARENT)
    if parent is not None and lock.is_held(config):
        _end(config, pids.PARENT, parent, PARENT_BUDGET_S)
        stopped.append(pids.PARENT)
    for name, pid in pids.running_children(config):
        _end(config, name, pid, SAVING_BUDGET_S if name == pids.EMULATOR else CHILD_BUDGET_S)
        stopped.append(name)
    for name in (pids.PARENT, *pids.MODULES):
        config.pid_file(name).unlink(missing_ok=True)
    outputs.forget(config.outputs_file)
    return stopped


def _end(config: LocalConfig, name: str, pid: int, budget_s: float) -> None:
    """SIGTERM, then SIGKILL when it still runs after its budget."""
    for number, wait_s in ((signal.SIGTERM, budget_s), (signal.SIGKILL, KILLED_WITHIN_S)):
        deadline = time.monotonic() + wait_s
        if not pids.runs(config, name, pid):
            return
        with suppress(ProcessLookupError):  # it may go by itself at any time
            os.kill(pid, number)
        while pids.runs(config, name, pid) and time.monotonic() < deadline:
            time.sleep(POLL_S)


if __name__ == "__main__":
    sys.exit(main())
