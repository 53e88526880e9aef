"""Run the workflow for a person: alone in its folder, after whatever a dead run left, told plainly.

`make` calls this with Snakemake's arguments. A run that was killed (a signal, no memory, no power)
leaves Snakemake's lock and half-written temporary files; where no other run is alive they are swept
and the run begins. Two runs at once exclude each other: the second ends with a sentence. While a
run is under way, or after one that failed, `results/unfinished.txt` says so; after a failure the
page says it too, since its numbers may be older than the tables beside it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from workflow.progress import one_line_a_step

try:
    import fcntl
except ImportError:  # Windows has no such locks; Snakemake's own lock is all there is
    fcntl = None

RESULTS = Path("results")
LOCK = Path(".snakemake/run.lock")
UNFINISHED = RESULTS / "unfinished.txt"
PAGE = RESULTS / "index.html"
TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")  # as tempfile.mkstemp names them, in tables.replacing
BANNER = re.compile(r"<!--unfinished-->.*?<!--/unfinished-->", re.S)


class Busy(Exception):
    """Another run is at work in this folder; the message is one sentence."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for one run; the lock goes with the process, however it ends."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("a+", encoding="utf-8") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise Busy(_busy(file.read().strip())) from None
            os.set_inheritable(file.fileno(), True)  # Snakemake holds it on if this dies
        other = next(others(folder), None)
        if other:
            raise Busy(_busy(str(other)))
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _busy(process: str) -> str:
    who = f" (process {process})" if process else ""
    return f"another run{who} is at work in this folder; wait until it ends, or stop it"


def others(folder: Path) -> Iterator[int]:
    """Yield the processes that run Snakemake in this folder and are not of this run."""
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        try:
            if process.pid in mine or process.cwd() != str(folder):
                continue
            if any(part.endswith("snakemake") for part in process.cmdline()):
                yield process.pid
        except (psutil.Error, OSError):
            continue


def sweep() -> list[Path]:
    """Remove what a dead run left: Snakemake's locks, temporary files; return what was removed."""
    locks = Path(".snakemake/locks").glob("*")
    halves = (path for path in RESULTS.rglob(".*") if TEMPORARY.fullmatch(path.name))
    gone = [path for path in (*locks, *halves) if path.is_file()]
    for path in gone:
        path.unlink()
    return gone


def mark(text: str) -> None:
    """Say on the page that the last run did not end; the rest of it stays as it is, to the byte."""
    if not PAGE.exists():
        return
    banner = f'<!--unfinished--><p role="alert" class="unfinished">{text}</p><!--/unfinished-->'
    page = PAGE.read_text(encoding="utf-8")
    _rewrite(re.sub(r"(<body[^>]*>)", lambda m: m[1] + banner, BANNER.sub("", page), count=1))


def unmark() -> None:
    """Take the mark of an unfinished run off the page."""
    if PAGE.exists():
        page = PAGE.read_text(encoding="utf-8")
        if BANNER.search(page):
            _rewrite(BANNER.sub("", page))


def _rewrite(page: str) -> None:
    """Replace the page without making it look newer than it is."""
    times = PAGE.stat()
    _replace(PAGE, page, (times.st_atime_ns, times.st_mtime_ns))


def _replace(path: Path, text: str, times: tuple[int, int] | None = None) -> None:
    """Write a text, whole or not at all, also where the disk is full."""
    new = path.with_name(f".{path.name}.unfinish")
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        if times:
            os.utime(new, ns=times)
        new.replace(path)
    except OSError as error:
        error.filename = path  # a full disk names none
        raise
    finally:
        new.unlink(missing_ok=True)


def newer_than_the_page() -> list[str]:
    """Return the folders of results with a file that was made after the page."""
    if not PAGE.exists():
        return []
    made = PAGE.stat().st_mtime_ns
    found = {
        path.relative_to(RESULTS).parts[0]
        for path in RESULTS.rglob("*")
        if path.is_file() and path not in (PAGE, UNFINISHED) and path.stat().st_mtime_ns > made
    }
    return sorted(found)


def run(command: list[str]) -> int:
    """Run Snakemake and print a line a step; return its exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for Snakemake, which says goodbye
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="backslashreplace",
        close_fds=False,
        preexec_fn=_listen if os.name == "posix" else None,
    ) as process:
        told(one_line_a_step(process.stdout))
    return process.returncode


def _listen() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def told(lines: Iterable[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        print(line, flush=True)


def main(arguments: list[str]) -> int:
    """Take the folder, sweep, run, and say what is unfinished if it failed."""
    folder = Path.cwd()
    try:
        with alone(folder):
            left = sweep()
            if left:
                print(f"swept {len(left)} files that a run left that did not end", flush=True)
            command = [sys.executable, "-m", "snakemake", *arguments]
            return run(command) if "--snakefile" in arguments else build(command)
    except Busy as error:
        print(f"stopped: {error}", file=sys.stderr)
    except OSError as error:
        where = error.filename or LOCK.parent
        print(f"stopped: {where}: could not be written ({error.strerror})", file=sys.stderr)
    return 1


def build(command: list[str]) -> int:
    """Run the workflow of the results; say on the page and beside it if it did not end."""
    unmark()
    RESULTS.mkdir(exist_ok=True)
    _replace(UNFINISHED, UNDER_WAY)
    return ended(run(command))


def ended(code: int) -> int:
    """Say how the run ended, beside the results and on the page; return its exit code."""
    if code == 0:
        UNFINISHED.unlink(missing_ok=True)
        return 0
    said = failed(newer_than_the_page())
    print(f"stopped: {said}", file=sys.stderr)
    _replace(UNFINISHED, said + "\n")
    mark(said)
    return code


UNDER_WAY = "A run is under way, or was broken off: results may be of different runs; run `make`.\n"


def failed(newer: list[str]) -> str:
    """Say what a reader must know after a run that failed."""
    if not PAGE.exists():
        return (
            "The first run failed: there is no page, and results are unfinished; run `make` again."
        )
    if not newer:
        return "The last run failed before it changed a result; what is shown is of the run before."
    return (
        f"The last run failed: {', '.join(newer)} hold results that are newer than this page and "
        "may not agree with it; run `make` again."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
