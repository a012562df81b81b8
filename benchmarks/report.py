"""The results of every benchmark in one page: each owns the section between its two markers in RESULTS.md."""

import platform
import re
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
MACHINE = "2 shared cores"


def write_section(name: str, markdown: str, path: Path = RESULTS, day: date | None = None) -> None:
    """Replace the section `name` of the page, or add it at the end; it says where and when it was measured."""
    old = path.read_text("utf-8") if path.exists() else "# Results\n\nWritten by `python -m benchmarks`.\n"
    told = f"{MACHINE}, Python {platform.python_version()}, {(day or date.today()).isoformat()}. CPU time, medians."
    section = f"<!-- {name} -->\n## {name}\n\n{told}\n\n{markdown.strip()}\n<!-- /{name} -->"
    pattern = re.compile(f"<!-- {re.escape(name)} -->.*?<!-- /{re.escape(name)} -->", re.DOTALL)
    new = pattern.sub(lambda _: section, old) if pattern.search(old) else f"{old.rstrip()}\n\n{section}\n"
    path.write_text(new, "utf-8")
