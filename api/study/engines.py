"""Who computes a study: this process, processes of this machine, or a Dask cluster; always the same bytes.

Tasks are done in blocks and their results kept by content as each block comes back: a file appears whole or not at all,
and whoever finds it there needs not compute it. So a run that was killed goes on where it stopped, and of a worker that
dies only the block in flight is done again.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol, TypeVar

import matching
from matching.errors import InputError, NoAnswerError, Problem
from matching.shipped import FIXTURES

TRIES = 5
"""So often processes that die are replaced without one more result, before the run gives up."""


class Task(Protocol):
    """What is computed on its own.

    `key` names its result, made from all that it depends on; `weight` tells how much work it is beside other tasks.
    """

    @property
    def key(self) -> str: ...  # noqa: D102 - told by the class

    @property
    def weight(self) -> int: ...  # noqa: D102


T = TypeVar("T", bound=Task)
R = TypeVar("R")
Compute = Callable[[Sequence[T]], list[str]]
"""The results of some tasks, as text; a function of a module, since other processes look it up by name."""


@dataclass(frozen=True, slots=True)
class Engine:
    """So many processes of this machine (1: this one), or the Dask cluster at an address."""

    workers: int = 1
    cluster: str = ""


def run_each(
    tasks: Sequence[T],
    compute: Compute[T],
    read: Callable[[str], R | None],
    block: int,
    work: Path,
    engine: Engine,
    progress: Callable[[int, int], None],
) -> list[R]:
    """The result of every task, in their order; what the folder `work` holds already is not computed again.

    Args:
        tasks: those of one block are neighbours here.
        compute, read: make the text of a result, and read it (None: it cannot be read, and is as good as none).
        block: what the weights of a block come to, at least, where there are enough tasks.
        work: the folder of results.
        engine: who computes.
        progress: is told how many tasks are done, of how many.

    Raises:
        NoAnswerError: processes died again and again.
        InputError: the cluster is not there, or is another version; and as the tasks.
    """
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = {task.key: task for task in tasks if _kept(work, task.key, read) is None}
    done = len(tasks) - sum(task.key in missing for task in tasks)
    progress(done, len(tasks))
    blocks = cut(list(missing.values()), block)
    for some, texts in _engine(engine)(blocks, compute, engine):
        for task, text in zip(some, texts, strict=True):
            _keep(work, task.key, text)
        done += len(some)
        progress(min(done, len(tasks)), len(tasks))
    found = [_kept(work, task.key, read) for task in tasks]
    return [one for one in found if one is not None]


def cut(tasks: Sequence[T], block: int) -> list[tuple[T, ...]]:
    """The tasks in their order, cut into blocks whose weights come to so much at least, but perhaps the last."""
    blocks, held = [list[T]()], 0
    for task in tasks:
        if held >= block:
            blocks.append([])
            held = 0
        blocks[-1].append(task)
        held += task.weight
    return [tuple(some) for some in blocks if some]


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """The engine's own files and numbers: what another engine computed is computed anew."""
    root = Path(str(matching.__file__)).parent
    sha = sha256()
    numbers = [path for kind in ("rulebooks", "law", "rates") for path in (FIXTURES / kind).glob("*.toml")]
    for path in (*sorted(root.rglob("*.py")), *sorted(numbers)):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


_Done = Iterator[tuple[tuple[T, ...], list[str]]]


def _engine(engine: Engine) -> Callable[[Sequence[tuple[T, ...]], Compute[T], Engine], _Done[T]]:
    if engine.cluster:
        return _on_cluster
    return _in_processes if engine.workers > 1 else _here


def _here(blocks: Sequence[tuple[T, ...]], compute: Compute[T], _engine: Engine) -> _Done[T]:
    for some in blocks:
        yield some, compute(some)


def _in_processes(blocks: Sequence[tuple[T, ...]], compute: Compute[T], engine: Engine) -> _Done[T]:
    """The blocks in processes, each given one at a time; whoever dies is replaced, and what they had is done again.

    A pool of the standard library waits for ever where a process dies while another one is started.
    """
    left, fruitless = deque(blocks), 0
    busy: dict[Connection, tuple[BaseProcess, tuple[T, ...]]] = {}
    try:
        while left or busy:
            while left and len(busy) < engine.workers:
                _give(*_hired(compute), left, busy)
            for pipe in connection.wait(list(busy)):
                assert isinstance(pipe, Connection)
                process, some = busy.pop(pipe)
                try:
                    told = pipe.recv()
                except (EOFError, OSError):  # it died
                    pipe.close()
                    left.appendleft(some)
                    fruitless += 1
                    if fruitless >= TRIES:
                        ja, en = "計算の処理が何度も止まりました", "the processes of the study died again and again"
                        raise NoAnswerError(f"{ja} / {en}") from None
                    continue
                if isinstance(told, Exception):
                    process.terminate()
                    raise told
                fruitless = 0
                if left:
                    _give(process, pipe, left, busy)
                else:
                    pipe.close()  # it has no more to do, and ends
                yield some, told
    finally:
        for process, _ in busy.values():
            process.terminate()


def _hired(compute: Compute[T]) -> tuple[BaseProcess, Connection]:
    """A process that computes what comes through a pipe."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer_each, args=(theirs, compute), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _give(
    process: BaseProcess, pipe: Connection, left: "deque[tuple[T, ...]]",
    busy: dict[Connection, tuple[BaseProcess, tuple[T, ...]]],
) -> None:  # fmt: skip
    """The next block; that nobody is there to take it is seen where the answer is waited for."""
    some = left.popleft()
    with suppress(OSError):
        pipe.send(some)
    busy[pipe] = process, some


def _answer_each(pipe: Connection, compute: Compute[T]) -> None:
    """What a process does until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends it
    with suppress(EOFError, OSError):
        while True:
            some = pipe.recv()
            try:
                told: list[str] | Exception = compute(some)
            except Exception as error:
                told = error
            pipe.send(told)


def _on_cluster(blocks: Sequence[tuple[T, ...]], compute: Compute[T], engine: Engine) -> _Done[T]:
    """The blocks on a cluster, which gives what a worker had in flight when it died to another."""
    if not blocks:
        return
    distributed = _distributed()
    try:
        client = distributed.Client(engine.cluster, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        ja, en = (
            f"クラスターにつながりません ({error})",
            f"the cluster does not answer ({error}). Maybe it is not started?",
        )
        raise _refused(engine.cluster, ja, en) from error
    with client:
        number = {
            client.submit(_there, compute, some, engine_digest(), pure=False, retries=TRIES): some for some in blocks
        }
        try:
            for one in distributed.as_completed(list(number), loop=client.loop):
                texts = one.result()
                if texts is None:
                    ja, en = "クラスターの版がこの機械と違います", "the workers have another version than this machine"
                    raise _refused(engine.cluster, ja, en)
                yield number[one], texts
                one.release()
        except distributed.KilledWorker as error:
            raise NoAnswerError(
                f"クラスターの処理が何度も止まりました / the workers of the cluster died again and again ({error})"
            ) from error


def _there(compute: Compute[T], some: Sequence[T], digest: str) -> list[str] | None:
    """On a worker of a cluster: the results, or None where another version would compute something else."""
    return compute(some) if engine_digest() == digest else None


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        ja = "--cluster には distributed が要ります（pip install 'tsunagu[cluster]'）"
        en = "--cluster needs distributed: pip install 'tsunagu[cluster]'"
        raise _refused("--cluster", ja, en) from error
    return distributed


def _refused(what: str, ja: str, en: str) -> InputError:
    return InputError([Problem("study", 0, what, "cluster", ja, en)])


def _keep(work: Path, key: str, text: str) -> None:
    path = work / f"{key}.json"
    partly = path.with_suffix(f".{os.getpid()}.part")
    partly.write_text(text, encoding="utf-8")
    partly.replace(path)


def _kept(work: Path, key: str, read: Callable[[str], R | None]) -> R | None:
    try:
        return read((work / f"{key}.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
