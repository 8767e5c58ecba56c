"""Structs are built before threads use them: msgspec's first use is not for two at a time."""

import threading

import msgspec

from chalicelib import struct_types

built: list[str] = []


def note(name):
    """An annotation that says when msgspec reads it, which it does once a Struct."""
    built.append(name)
    return int


class Early(msgspec.Struct):
    """Of this module."""

    number: "note('early')"


class Derived(Early):
    """A Struct below another one."""

    other: "note('derived')"


class Foreign(msgspec.Struct):
    """Of another package, by its name."""

    number: "note('foreign')"


Foreign.__module__ = f"{__name__}_of_others"


def test_a_packages_structs_are_built_those_below_them_too_and_no_others():
    built.clear()
    struct_types.build(__name__)
    assert {"early", "derived"} <= set(built)
    assert "foreign" not in built


def test_threads_that_build_at_the_same_time_build_once_and_wait():
    struct_types.build(__name__)
    built.clear()
    threads = [threading.Thread(target=struct_types.build, args=(__name__,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert built == []


def test_every_struct_of_the_product_can_be_built():
    struct_types.build("chalicelib")
