"""The whole main job: a town folder read, judged, solved, explained and written, at growing sizes, step by step."""

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

SIZES = (600, 10_000, 100_000)
PICTURE = Path(__file__).parent / "propose.svg"
STEPS = ("read", "judge", "solve", "explain", "write")


def measure(folder: Path) -> dict[str, float | str]:
    """CPU seconds of every step and the peak of memory, for the town of a folder; in a process of its own."""
    from api.answers import proposals_json
    from matching.exchange.town import read_town
    from matching.propose import Wanted, propose
    from matching.rules import rulebook
    from matching.travel import provider

    begin = time.process_time()
    town = read_town(folder)
    at = {"read": time.process_time()}
    answer = propose(
        town,
        rulebook(),
        provider(town.info.travel, folder),
        Wanted(),
        lambda step, _: at.setdefault(step, time.process_time()) and None,
    )
    explained = time.process_time()
    (folder / "proposals.json").write_text(proposals_json(answer, "ja", 0.0), "utf-8")
    ends = at["read"], at["solve"], at["explain"], explained, time.process_time()
    spent = [end - start for start, end in zip((begin, *ends), ends, strict=False)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first = answer.tiers[0]
    gap = (first.bound - first.value) / max(1, first.bound)
    return {**dict(zip(STEPS, spent, strict=True)), "peak": peak, "answer": f"{answer.status}, {gap:.2%}"}


def main() -> None:
    """Measure and write the section; with a folder as argument, only that town, as JSON."""
    if sys.argv[1:] and Path(sys.argv[1]).is_dir():
        print(json.dumps(measure(Path(sys.argv[1]))))
        return
    from benchmarks.report import write_section
    from matching.exchange.writing import write_town
    from matching.synthetic import generate

    head = ["needs", *STEPS, "whole", "peak MB", "answer, gap of the worst-off"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    whole: dict[int, float] = {}
    for needs in [int(n) for n in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            write_town(generate(needs, 1), Path(folder) / "town")
            command = [sys.executable, "-m", "benchmarks.propose", str(Path(folder) / "town")]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        whole[needs] = sum(found[s] for s in STEPS)
        cells = [f"{found[s]:.2f}" for s in STEPS] + [f"{whole[needs]:.2f}", f"{found['peak']:.0f}", found["answer"]]
        lines.append(f"| {needs:,} | " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    lines += ["", "CPU seconds, loading of libraries and kernels on first use counted in.", *_growth(whole)]
    if len(whole) > 1:
        drawn(whole, PICTURE)
        lines += ["", f"![time against the number of needs, beside n log n]({PICTURE.name})"]
    write_section("propose", "\n".join(lines))


def drawn(whole: dict[int, float], file: Path) -> None:
    """The seconds (by needs) beside a line of n log n through the second size, both axes logarithmic."""
    from matplotlib.figure import Figure

    sizes = sorted(whole)
    through = sizes[1]
    figure = Figure(figsize=(5, 3.4), layout="constrained")
    axes = figure.add_subplot()
    alike = [whole[through] * n * math.log(n) / (through * math.log(through)) for n in sizes]
    axes.loglog(sizes, alike, "--", color="#718096", label="n log n")
    axes.loglog(sizes, [whole[n] for n in sizes], "o-", color="#2f855a", label="propose")
    axes.set_xlabel("needs")
    axes.set_ylabel("CPU seconds")
    axes.legend()
    figure.savefig(file, metadata={"Date": None})


def _growth(whole: dict[int, float]) -> list[str]:
    """How the whole grows from each size to the next, beside n log n."""
    sizes = sorted(whole)
    return [
        f"From {small:,} to {large:,} needs: × {whole[large] / whole[small]:.1f} "
        f"(n log n: × {large * math.log(large) / (small * math.log(small)):.1f})."
        for small, large in pairwise(sizes)
    ]


if __name__ == "__main__":
    main()
