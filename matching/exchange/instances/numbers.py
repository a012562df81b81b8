"""Rows of numbers from a plain text file, as published instances are written; all that is wrong is told at once."""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.errors import InputError, Problem


def numbers(path: Path, first: int, width: int) -> tuple[list[float], NDArray[np.float64]]:
    """The first row (at least `first` numbers) and the table below it (at least `width` columns, of which so many).

    Raises:
        InputError: the file cannot be read, or a row is too short or holds what is no finite number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        wrong = Problem(path.name, 0, "", "unreadable", f"読めません({error})", f"unreadable ({error})")
        raise InputError([wrong]) from error
    told: list[Problem] = []
    rows: list[list[float]] = []
    for row, line in enumerate(lines, 1):
        cells, need = line.split(), width if rows else first
        if not cells:
            continue
        found = [_number(cell) for cell in cells[:need]]
        rows.append([x for x in found if x is not None])
        if len(rows[-1]) < need:
            ja = f"数値が{need}個要ります: {line.strip()[:60]}。数字でない文字や列の不足はありませんか"
            en = f"{need} numbers are needed: {line.strip()[:60]}. Maybe a column is missing or is no number"
            told.append(Problem(path.name, row, "", "row", ja, en))
    if len(rows) < 2:
        told.append(Problem(path.name, 0, "", "empty", "表がありません", "there is no table. Maybe the file is empty"))
    if told:
        raise InputError(told)
    return rows[0], np.array(rows[1:])


MOST = 1_000_000  # cars, places, people: more is a slip of the pen


def not_whole(path: Path, counts: Iterable[tuple[str, float, float]]) -> list[Problem]:
    """What is wrong with numbers that count something: (what it is, the number, the least that it may be)."""
    return [
        Problem(
            path.name, 0, "", "whole",
            f"{what}は{least:g}以上の整数で書いてください: {value:g}。列がずれていませんか",
            f"{what}: a whole number from {least:g} on is needed, not {value:g}. Maybe the columns have shifted",
        )
        for what, value, least in counts
        if value != int(value) or not least <= value <= MOST
    ]  # fmt: skip


def _number(cell: str) -> float | None:
    """The finite number in a cell, or None."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
