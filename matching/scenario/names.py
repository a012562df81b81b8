"""Names in edits: known, new, or refused with the nearest one."""

import difflib
from collections.abc import Collection, Iterable

from matching.errors import InputError, Problem


def fresh(name: str, taken: Iterable[str]) -> str:
    """The name with the first number that nobody has."""
    used, number = taken if isinstance(taken, set) else set(taken), 1
    while f"{name}{number}" in used:
        number += 1
    return f"{name}{number}"


def known(name: str, names: Collection[str], what: str) -> None:
    """Refuse a name that is not there, with the nearest that is.

    Raises:
        InputError: it is not there.
    """
    if name not in names:
        near = difflib.get_close_matches(name, list(names), 1)
        ja, en = (f"「{near[0]}」では？", f" Maybe {near[0]}?") if near else ("", "")
        raise refused(what, name, f"この町にありません。{ja}", f"is not in this town.{en}")


def unused(name: str, names: Collection[str], what: str) -> None:
    """Refuse a name that is there already.

    Raises:
        InputError: it is there.
    """
    if name in names:
        raise refused(what, name, "すでにあります。別の番号にしてください。", "is there already. Maybe another id?")


def refused(what: str, value: str, ja: str, en: str) -> InputError:
    """The error of an edit that makes no sense in the town: what, its value, and why."""
    return InputError([Problem("scenarios", 0, what, "no_such_edit", f"「{value}」{ja}", f"{what} {value}: {en}")])
