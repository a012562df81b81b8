"""A command whose worker process is killed on the way, for the tests of what goes on where it stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
PATIENCE = 240.0
"""Seconds that the command may take after the loss."""


def ended_after_a_loss(command: Sequence[object], ready: Callable[[], bool] = lambda: True) -> int:
    """How a command ends (its exit code), one of whose workers was killed as soon as there was one and it was `ready`.

    It ends without a loss where none was seen in time: then -1. Nothing of it goes on afterwards.
    """
    with subprocess.Popen(
        [str(one) for one in command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            killed = False
            while running.poll() is None and not killed:
                killed = ready() and _one_killed(running.pid)
                time.sleep(0.01)
            ended = running.wait(timeout=PATIENCE)
            return ended if killed else -1
        finally:
            running.kill()


def _one_killed(parent: int) -> bool:
    for child in psutil.Process(parent).children():
        if "spawn_main" in " ".join(child.cmdline()):
            os.kill(child.pid, signal.SIGKILL)
            return True
    return False
