"""The flow solvers side by side: our auction, OR-Tools, what people do by hand, and what else there is in Python.

`python -m benchmarks.solvers [--quick]`. Every solver has a process of its own, whose peak memory is told; times are
CPU seconds of the whole solve (building the model from NumPy columns, and the proof), medians of three. The independent
verifier judges every answer. TSUNAGU_MATCHING_PYTHON names the Python of an environment with the library `matching`
(our package has that name, so it cannot be in ours); without it, its row says so.
"""

import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

import numpy as np

from benchmarks import others
from benchmarks.instances import districts, load, save, variants
from matching.assignment.problem import Budget, Choice, Problem
from matching.assignment.solvers import SOLVERS, greedy, solver
from matching.assignment.verify import certify, recount, verify_choice

PATIENCE, HOUR = 90.0, 3_600.0  # wall seconds for those that may give up, and for the others
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
EXACT, HABIT = ("auction", "min_cost_flow"), ("greedy", "first come")
OTHERS = ("linprog_highs", "linear_sum_assignment", "network_simplex", "hospital_resident")
NAMES = {
    "auction": "**our auction**", "min_cost_flow": "OR-Tools SimpleMinCostFlow", "greedy": "greedy, best saving first",
    "first come": "first come, first served", "linprog_highs": "SciPy linprog (HiGHS)",
    "linear_sum_assignment": "SciPy linear_sum_assignment", "network_simplex": "NetworkX network_simplex",
    "hospital_resident": "`matching` HospitalResident",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """One solver on one instance: CPU seconds, peak memory of its process, the value, and whether it is proven."""

    seconds: float
    megabytes: int
    value: int
    proven: bool


def main(arguments: list[str]) -> None:
    """Measure everything and write the section."""
    from benchmarks.report import write_section

    quick = "--quick" in arguments
    sizes = (1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
    text = "\n\n".join([by_size(sizes), by_shape(10_000 if quick else 100_000)])
    if not quick:  # a quick look leaves the page as it is
        write_section("solvers", text)
    print(text)


def by_size(sizes: tuple[int, ...]) -> str:
    """Every solver on the instance of `instances.py`, at each size."""
    table: dict[str, list[str]] = {name: [] for name in (*EXACT, *HABIT, *OTHERS)}
    given_up: set[str] = set()
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "problem.npz"
            save(districts(size), path)
            best = measured("auction", path, None)
            assert isinstance(best, Measured)
            for name, cells in table.items():
                found = best if name == "auction" else "–" if name in given_up else measured(name, path, limit(name))
                cells.append(told(found, best))
                if isinstance(found, str):
                    given_up.add(name)
                print(size, name, cells[-1], file=sys.stderr, flush=True)
    lines = [
        f"| needs × 20 candidates | {' | '.join(f'{size:,}' for size in sizes)} |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    lines += [f"| {NAMES[name]} | {' | '.join(cells)} |" for name, cells in table.items()]
    note = "CPU seconds, times the auction's; peak MB of the process; + % of cost above the optimum; sites: a tenth."
    return "\n".join([note, "", *lines])


def by_shape(size: int) -> str:
    """The auction against OR-Tools off the happy path."""
    lines = [f"| {size:,} needs, made nasty | auction | OR-Tools | times |", "|---|---|---|---|"]
    for shape, problem in variants(districts(size)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "problem.npz"
            save(problem, path)
            ours, theirs = measured("auction", path, None), measured("min_cost_flow", path, None)
        assert isinstance(ours, Measured) and isinstance(theirs, Measured) and ours.value == theirs.value
        lines.append(f"| {shape} | {ours.seconds:.2f} | {theirs.seconds:.2f} | {theirs.seconds / ours.seconds:.1f} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def limit(name: str) -> float | None:
    """How long a solver may take, in wall seconds."""
    return PATIENCE if name in OTHERS else None


def told(found: Measured | str, best: Measured) -> str:
    """One cell of the table."""
    if isinstance(found, str):
        return found
    over = 100 * (found.value - best.value) / best.value
    gap = "" if found.value == best.value else f", **+{over:.0f} %**"
    times = "" if found is best else f" ({found.seconds / best.seconds:.1f}×)"
    return f"{found.seconds:.3g}{times}, {found.megabytes} MB{gap}"


def measured(name: str, path: Path, seconds: float | None) -> Measured | str:
    """One solver in a process of its own; a word where it gives up."""
    if name == "hospital_resident" and others.MATCHING_PYTHON not in os.environ:
        return "not installed"
    spawn = multiprocessing.get_context("spawn")
    answers = spawn.Queue()
    worker = spawn.Process(target=_work, args=(name, path, seconds, answers))
    worker.start()
    try:
        found: Measured | str = answers.get(timeout=seconds or HOUR)
    except Empty:
        worker.terminate()
        found = f"gives up (> {seconds or HOUR:.0f} s)"
    worker.join()
    return found


def runner(name: str) -> Callable[[Problem], Choice]:
    """The solver of that name, ready to run."""
    if name in SOLVERS:
        return lambda problem: solver(name).solve(problem, Budget(HOUR))
    if name == "first come":
        return greedy.first_come

    def other(problem: Problem) -> Choice:
        chosen = others.in_order(problem, getattr(others, name)(problem))
        value = np.asarray([recount(problem, chosen)[0]])
        return Choice(chosen, value, value)

    return other


def _work(name: str, path: Path, seconds: float | None, answers: "multiprocessing.Queue[Measured | str]") -> None:
    """What the process of one solver does; where that fails, the word for it."""
    try:
        answers.put(_measured(name, load(path), 1 if seconds else 3))
    except subprocess.TimeoutExpired as slow:
        answers.put(f"gives up (> {slow.timeout:.0f} s)")
    except Exception as failure:
        answers.put(f"fails ({type(failure).__name__})")
        raise


def _measured(name: str, problem: Problem, times: int) -> Measured | str:
    """Warm up, solve so many times, and judge."""
    if name == "linear_sum_assignment" and problem.needs * int(problem.slot_start[-1]) * 8 > 10**10:
        return "impossible (memory)"
    run = runner(name)
    run(districts(200))  # compiled, imported
    spent = []
    for _ in range(times):
        begin = _cpu()
        choice = run(problem)
        spent.append(_cpu() - begin)
    memory = max(resource.getrusage(who).ru_maxrss for who in WHO) // 1024
    wrong = verify_choice(problem, choice)
    assert not wrong, wrong[:3]
    proven = name == "auction" and certify(problem, choice)
    assert proven or name != "auction"
    return Measured(statistics.median(spent), memory, int(choice.value[0]), proven)


def _cpu() -> float:
    """CPU seconds of this process and of those that it has started."""
    used = [resource.getrusage(who) for who in WHO]
    return sum(u.ru_utime + u.ru_stime for u in used)


if __name__ == "__main__":
    main(sys.argv[1:])
