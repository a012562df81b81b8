"""Run by the Python of an environment that has the library `matching` (it shares the name of our package).

Residents rank their sites by cost; sites rank residents by what they save against the waiting list, the last site.
"""

import json
import sys
import threading

import numpy as np


def main(path: str) -> None:
    """Solve the problem in the file; print the chosen pairs as JSON."""
    from matching.games import HospitalResident  # type: ignore[import-not-found]

    columns = np.load(path)
    need, site, cost = (columns[name].tolist() for name in ("need", "site", "cost"))
    waiting = len(columns["places"]) - 1
    penalty = {i: c for i, s, c in zip(need, site, cost, strict=True) if s == waiting}
    likes: dict[int, list[tuple[int, int]]] = {}
    liked_by: dict[int, list[tuple[int, int]]] = {}
    for i, s, c in zip(need, site, cost, strict=True):
        if s != waiting:
            likes.setdefault(i, []).append((c, s))
            liked_by.setdefault(s, []).append((c - penalty[i], i))
    game = HospitalResident.create_from_dictionaries(
        {f"n{i}": [f"s{s}" for _, s in sorted(sites)] for i, sites in likes.items()},
        {f"s{s}": [f"n{i}" for _, i in sorted(needs)] for s, needs in liked_by.items()},
        {f"s{s}": int(columns["places"][s]) for s in liked_by},
    )
    held = {int(n.name[1:]): int(s.name[1:]) for s, needs in game.solve().items() for n in needs}
    chosen = [k for k, (i, s) in enumerate(zip(need, site, strict=True)) if held.get(i, waiting) == s]
    print(json.dumps(chosen))


if __name__ == "__main__":
    sys.setrecursionlimit(10**7)  # it copies its players, who know each other, recursively
    threading.stack_size(2**30)
    thread = threading.Thread(target=main, args=(sys.argv[1],))
    thread.start()
    thread.join()
