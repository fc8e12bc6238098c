"""The shapes of payloads: which kind of value stands where, whatever it is."""

from typing import Any


def shape(value: Any, where: str = "") -> dict[str, set[str]]:
    """The kinds of value at every path. Attachments and buttons go by their type: each has a shape of its own."""
    if isinstance(value, dict):
        found: dict[str, set[str]] = {where: {"object"}}
        kind = f"<{value['type']}>" if isinstance(value.get("type"), str) else ""
        parts = [shape(one, f"{where}{kind}.{name}") for name, one in value.items()]
    elif isinstance(value, list):
        found = {where: {"list"}}
        parts = [shape(one, f"{where}[]") for one in value]
    else:
        return {where: {"number" if isinstance(value, int | float) and value is not True else type(value).__name__}}
    for part in parts:
        for path, kinds in part.items():
            found.setdefault(path, set()).update(kinds)
    return found


def differences(ours: Any, theirs: Any) -> list[str]:
    """Where both have a value, but of another kind; null stands for any."""
    mine, others = shape(ours), shape(theirs)
    return [
        f"{path}: {sorted(mine[path])} is {sorted(others[path])}"
        for path in sorted(mine.keys() & others.keys())
        if mine[path] - {"NoneType"} and others[path] - {"NoneType"} and not mine[path] & others[path]
    ]
