"""How the processes of a state directory are started: their modules, logs and pid files."""

import sys
from collections.abc import Mapping

from infra.local.config import ROOT, LocalConfig
from infra.local.loopback import is_local_url
from infra.local.system import pids
from infra.local.system.processes import Child, ChildCommand


def child(config: LocalConfig, name: str, environment: Mapping[str, str]) -> Child:
    """The process `name`, not yet started.

    It can connect to this machine alone, unless AWS is elsewhere.
    """
    return Child(
        ChildCommand(
            name=name,
            argv=[sys.executable, *_list_guard(config), "-m", pids.MODULES[name]],
            environment=dict(environment),
            log_file=config.logs_dir / f"{name}.log",
            pid_file=config.pid_file(name),
            directory=ROOT,
        )
    )


def _list_guard(config: LocalConfig) -> list[str]:
    return ["-m", "infra.local.loopback"] if is_local_url(config.endpoint_url) else []
