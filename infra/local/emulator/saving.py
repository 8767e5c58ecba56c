"""How the emulator saves its state at a stop: whole or not at all, and never an emptied one.

ministack 1.5 replaces the files one by one, without a word about those that fail. A mix of two
times loses messages: the queues of now beside the tables of then.
"""
# ruff: noqa: SLF001 the emulator has no other way in

import copy
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import persistence  # type: ignore[import-untyped]
from ministack.services import dynamodb  # type: ignore[import-untyped]

from infra.local.emulator import copies as saved
from infra.local.emulator.copies import OBJECTS, Copies
from infra.local.emulator.saved_state import MANIFEST, write_copy

# What is counted to notice that a state has vanished: a service and its field.
COUNTED = {
    "tables": ("dynamodb", "tables"),
    "queues": ("sqs", "queues"),
    "user pools": ("cognito", "user_pools"),
}

_log = logging.getLogger(__name__)


class Vanished(Exception):
    """The state has lost everything of one kind: it was reset, not worked with."""


def save(services: Mapping[str, Callable[[], Any]]) -> None:
    """Save the state of all services as the current copy, or leave that as it is and log why.

    `services` are functions that return a service's state, None for nothing to save.
    """
    copies = Copies(Path(os.environ["STATE_DIR"]).parent)
    try:
        with uncopied_tables():
            states = {name: get_state() for name, get_state in services.items()}
            states = {name: state for name, state in states.items() if state is not None}
            counts = count(states)
            require_kept(copies, counts)
            texts = {f"{name}.json": encode(name, state) for name, state in states.items()}
        _write_draft(copies, texts, counts)
        saved.promote(copies)
    except Exception:  # noqa: BLE001 whatever it is, the copies on disk stay, and the parent reports it
        _log.exception("the state was not saved")


@contextmanager
def uncopied_tables() -> Iterator[None]:
    """Let DynamoDB's state be the tables themselves, which do not change meanwhile.

    Its deep copy of 50,000 items takes longer than all the rest of a stop. It is not needed: a
    save is one call in the thread of the event loop, where every request is handled, and the one
    other thread that writes, which deletes expired items, takes the lock that is held here.
    """
    with dynamodb._lock:
        dynamodb.copy = SimpleNamespace(deepcopy=lambda value: value)
        try:
            yield
        finally:
            dynamodb.copy = copy


def count(states: Mapping[str, Any]) -> dict[str, int]:
    """How many tables, queues and user pools there are, of all accounts and regions."""
    return {
        kind: len(states[service][field]._data)
        for kind, (service, field) in COUNTED.items()
        if service in states
    }


def require_kept(copies: Copies, counts: Mapping[str, int]) -> None:
    """Raise Vanished when nothing is left of a kind that the latest save had."""
    latest = saved.latest_manifest(copies)
    before = {} if latest is None else latest.counts
    gone = [kind for kind, number in counts.items() if not number and before.get(kind)]
    if gone:
        raise Vanished(f"all {' and '.join(gone)} are gone; the latest save is kept")


def encode(service: str, state: Any) -> str:
    """The content of a service's file, as the emulator reads it; in one piece, which is fast."""
    version = persistence._state_format_version(service)
    document = {"__ministack_format__": version, "payload": state}
    return json.dumps(document, default=persistence._json_default)


def _write_draft(copies: Copies, texts: dict[str, str], counts: dict[str, int]) -> None:
    shutil.rmtree(copies.draft, ignore_errors=True)
    copies.draft.mkdir(parents=True)
    # What was not loaded in this run has not changed.
    for file in copies.current.glob("*.json"):
        if file.name != MANIFEST and file.name not in texts:
            texts[file.name] = file.read_text()
    if copies.live_objects.is_dir():
        saved.link_objects(copies.live_objects, copies.draft / OBJECTS)
    write_copy(copies.draft, texts, counts)
