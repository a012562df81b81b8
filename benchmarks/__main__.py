"""Measure everything that RESULTS.md tells, one benchmark after the other: `python -m benchmarks [NAME …]`."""

import subprocess
import sys

BENCHMARKS = ("api", "pages", "options", "habit", "whatif", "coupled", "solvers", "candidates", "travel", "propose",
              "gaps", "one_place", "develop", "study")  # fmt: skip
"""One file each; each writes its own section. A process of its own, so that nobody's imports or caches help another."""


def main(names: list[str]) -> int:
    """Run the named benchmarks, all if none is named; the exit code counts those that failed."""
    failed = 0
    for name in names or BENCHMARKS:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
