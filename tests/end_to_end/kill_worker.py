"""Freeze small vintages in child processes and kill each at a random moment; run by a test.

python kill_worker.py ADDRESS FOLDER ROUNDS: prints a line a round:
"none" or "whole", and the number of steps of a whole run.
"""

import importlib
import os
import random
import signal
import sys
import time
from pathlib import Path

from affordability.fetch import freeze, worldbank
from affordability.vintages import Vintage, available
from tests.server.judge import DAY, world_bank


def child(address: str, folder: Path) -> tuple[int, int]:
    """Start a process that fetches and freezes; return its id and a pipe it tells each step to."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return pid, reader
    try:
        worldbank.Recorder._keep = telling(worldbank.Recorder._keep, writer)
        freeze.file_facts = telling(freeze.file_facts, writer)
        freeze._flush = telling(freeze._flush, writer)
        world_bank(address, folder)
    finally:
        os._exit(0)


def telling(step, writer: int):
    """Return `step`, telling the pipe each time it is about to begin."""

    def told(*args):
        os.write(writer, b".")
        return step(*args)

    return told


def steps_until(reader: int, most: int) -> int:
    """Wait until `most` steps were told, or the process ended; return how many there were."""
    seen = 0
    while seen < most and os.read(reader, 1):
        seen += 1
    return seen


def state(folder: Path) -> str:
    """Say whether there is no vintage or a whole one; anything else is an error."""
    names = available(folder.parents[1], folder.parent.name)
    if folder.name not in names:
        assert names == [], names
        assert not folder.exists() or not any(folder.iterdir())
        return "none"
    Vintage(folder).verify()
    assert sorted(Vintage(folder).files) == ["economies", "observations", "series", "sources"]
    return "whole"


def main(address: str, root: Path, rounds: int) -> None:
    """Kill `rounds` runs, each after a random step and a random moment more."""
    for name in ("frictionless", "wbgapi"):
        importlib.import_module(name)  # once here, not in each child
    pid, reader = child(address, root / "first" / "world_bank" / DAY)
    steps = steps_until(reader, 10_000)
    os.waitpid(pid, 0)
    dice = random.Random(20261121)
    for number in range(rounds):
        folder = root / str(number) / "world_bank" / DAY
        folder.parent.mkdir(parents=True)
        pid, reader = child(address, folder)
        # one in four anywhere, the others among the last steps, where files are written
        earliest = 1 if number % 4 == 0 else steps - 9
        steps_until(reader, dice.randint(earliest, steps))
        time.sleep(dice.uniform(0, 0.004))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        print(state(folder), steps, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
