from pathlib import Path

from matching.exchange import read_town, write_town
from matching.synthetic import generate

MINATO = Path(__file__).parents[2] / "fixtures/towns/minato"
NEEDS, SEED = 600, 1


def test_regenerating_minato_gives_the_committed_bytes(tmp_path: Path) -> None:
    write_town(generate(NEEDS, SEED), tmp_path / "minato")
    fresh = {path.name: path.read_bytes() for path in (tmp_path / "minato").iterdir()}
    assert fresh == {path.name: path.read_bytes() for path in MINATO.iterdir()}


def test_reading_minato_gives_what_was_generated() -> None:
    assert read_town(MINATO) == generate(NEEDS, SEED)
