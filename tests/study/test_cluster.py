"""A study on a real Dask cluster gives the bytes of one process, also when a worker is killed while it computes."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.study import engines
from api.study.engines import Engine, cut, run_each
from matching.errors import InputError

ROOT = Path(__file__).parents[2]
KAWABE = ROOT / "fixtures/towns/kawabe"
SCENARIOS = ROOT / "fixtures/scenarios/kawabe.toml"


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as running:
        yield running


def run(*args: object):
    return CliRunner().invoke(app, ["study", *(str(a) for a in args)])


def pids(cluster) -> list[int]:
    """The processes of the workers, as the scheduler knows them."""
    import distributed

    with distributed.Client(cluster, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_a_country_on_a_cluster_whose_worker_is_killed_is_that_of_one_process(cluster, tmp_path):
    alone, away = tmp_path / "alone.json", tmp_path / "away.json"
    assert run("--country", "--municipalities", 60, "--json", alone).exit_code == 0
    victim, killed = pids(cluster)[0], []

    def kill() -> None:
        while not list((tmp_path / "work").glob("*.json")):
            time.sleep(0.005)
        os.kill(victim, signal.SIGKILL)
        killed.append(len(list((tmp_path / "work").glob("*.json"))))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    out = run("--country", "--municipalities", 60, "--json", away, "--work", tmp_path / "work",
              "--cluster", cluster.scheduler_address)  # fmt: skip
    assert out.exit_code == 0, out.output
    killer.join(timeout=10)
    assert killed and killed[0] < 60  # it died while there was work left
    assert victim not in pids(cluster)
    assert away.read_bytes() == alone.read_bytes()


def test_a_town_on_a_cluster_is_that_of_one_process(cluster, tmp_path):
    alone, away = tmp_path / "alone.json", tmp_path / "away.json"
    assert run(KAWABE, "--scenarios", SCENARIOS, "--json", alone).exit_code == 0
    out = run(KAWABE, "--scenarios", SCENARIOS, "--json", away, "--cluster", cluster.scheduler_address)
    assert out.exit_code == 0, out.output
    assert away.read_bytes() == alone.read_bytes()


def test_workers_of_another_version_are_refused(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "engine_digest", lambda: "another")
    out = run("--country", "--municipalities", 3, "--cluster", cluster.scheduler_address)
    assert out.exit_code == 1
    assert "版" in out.output


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x"])
def test_a_cluster_that_is_not_there_is_told(address):
    pytest.importorskip("distributed")
    out = run("--country", "--municipalities", 3, "--cluster", address)
    assert out.exit_code == 1
    assert "クラスター" in out.output


class Piece:
    """A task of some weight."""

    def __init__(self, key: str, weight: int) -> None:
        self.key, self.weight = key, weight


def test_tasks_are_cut_into_blocks_of_about_the_same_work():
    tasks = [Piece(str(n), weight) for n, weight in enumerate((1, 1, 9, 1, 1, 1))]
    assert [[t.key for t in some] for some in cut(tasks, 2)] == [["0", "1"], ["2"], ["3", "4"], ["5"]]
    assert cut([], 2) == []


def test_a_run_that_was_stopped_does_only_what_is_missing(tmp_path):
    tasks, seen = [Piece(str(n), 1) for n in range(6)], []

    def compute(some):
        if len(seen) == 3 and not (tmp_path / "again").exists():
            (tmp_path / "again").touch()
            raise KeyboardInterrupt
        seen.extend(t.key for t in some)
        return [t.key for t in some]

    def go():
        return run_each(tasks, compute, lambda text: text or None, 1, tmp_path / "work", Engine(), lambda _d, _a: None)

    with pytest.raises(KeyboardInterrupt):
        go()
    assert go() == [t.key for t in tasks]
    assert seen == [t.key for t in tasks]


def test_without_distributed_it_is_told_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="cluster"):
        engines._distributed()
