"""Tables that vanish while everything runs, and how they come back."""

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import Aws, Timeouts
from infra.local.environment import aws_settings
from infra.local.provision.provision import local_resources
from infra.local.system.emulator_process import Emulator
from infra.local.system.preflight import CannotRun

LOOK_EVERY_S = 2.0
# The parent does nothing else meanwhile, and may be told to stop.
QUICK = Timeouts(connect_s=0.5, read_s=1, attempts=1)


class TablesWatch:
    """Looks every two seconds. `say` takes lines for people, `prepare` makes what is missing.

    If all tables are gone the emulator was emptied, and its last save is the best there is: tables
    made again would be empty, and would be saved over it at the stop. One that is missing was
    deleted by somebody: going back would cost the others what they took since.
    """

    def __init__(
        self,
        endpoint_url: str,
        emulator: Emulator,
        say: Callable[[str], None],
        prepare: Callable[[], None],
    ) -> None:
        self._names = frozenset(table.name for table in local_resources().tables)
        self._client = Aws(aws_settings(endpoint_url)).client("dynamodb", timeouts=QUICK)
        self._emulator = emulator
        self._say = say
        self._prepare = prepare
        self._look_at = 0.0

    def tend(self) -> None:
        """Look when it is time, and bring back what is gone."""
        if time.monotonic() < self._look_at:
            return
        missing = self._find_missing()
        if missing == self._names and self._emulator.is_ours:
            self._emulator.replace("the emulator has lost all tables", self._prepare)
        elif missing:
            self._make_again(missing)
        self._look_at = time.monotonic() + LOOK_EVERY_S

    def _find_missing(self) -> frozenset[str]:
        """The names of tables that are gone; empty while the emulator does not respond."""
        try:
            pages = self._client.get_paginator("list_tables").paginate()
            found = {name for page in pages for name in page["TableNames"]}
        except (BotoCoreError, ClientError):  # nothing is known
            return frozenset()
        return self._names - found

    def _make_again(self, names: frozenset[str]) -> None:
        self._say(f"{', '.join(sorted(names))} vanished and is made again, empty")
        try:
            self._prepare()
        except (CannotRun, OSError) as error:
            self._say(f"{error}; it is tried again")
