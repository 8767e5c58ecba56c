"""JSON merge patches (RFC 7396); pure."""

from typing import Any


def merge(target: Any, patch: Any) -> Any:
    """`target` with the members of `patch`, object by object; null removes a member.

    Anything but an object replaces what was there, arrays as a whole. Numbers stay as they are.
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
