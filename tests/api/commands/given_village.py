"""The village of Kawabe, and how its folder is spoilt."""

from pathlib import Path

ROOT = Path(__file__).parents[3]
KAWABE = ROOT / "fixtures/towns/kawabe"


def spoil(village: Path, file: str, old: str, new: str, most: int = -1) -> None:
    """Write something else in a file, everywhere or so often at most."""
    path = village / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, most), encoding="utf-8")
