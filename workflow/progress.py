"""Show a run of Snakemake as one line a finished step.

Reads Snakemake's messages on standard input (`snakemake 2>&1 | python workflow/progress.py`) and
prints `3 of 24  ratios (study=latest)` when a step ends. Chatter is left out; whatever is not
recognised (warnings, errors, what a step prints) passes unchanged.
"""

import re
import signal
import sys
from collections.abc import Iterable, Iterator

CHATTER = re.compile(
    r"$|\[\w{3} \w{3} +\d+ [\d:]+ \d{4}\]$|Select jobs to execute|Execute \d+ jobs|Building DAG"
    r"|Using workflow specific profile"
    r"|Assuming unrestricted shared|Using shell:|Provided cores:|Rules claiming more threads"
    r"|Complete log\(s\):|Elapsed time:|Shutting down, this might"
)
START = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):$")
DETAIL = re.compile(r" {4}(jobid|wildcards): (.*)$")
MESSAGE = re.compile(r"Job (\d+): (.*)$")
FINISHED = re.compile(r"Finished jobid: (\d+) \(Rule: (\w+)\)$")
COUNT = re.compile(r"(\d+ of \d+) steps \(\d+%\) done$")


def one_line_a_step(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines worth reading, in order, as soon as they are known."""
    label: dict[str, str] = {}
    started = job = ""
    finished: list[str] = []
    in_table = False
    for raw in lines:
        line = raw.rstrip("\n")
        if in_table or line == "Job stats:":
            in_table = bool(line)
        elif match := START.match(line):
            started, job = match[1], ""
        elif started and line.startswith("    "):
            if detail := DETAIL.match(line):
                job = detail[2] if detail[1] == "jobid" else job
                extra = f" ({detail[2]})" if detail[1] == "wildcards" else ""
                label[job] = started + extra
        elif match := MESSAGE.match(line):
            label[match[1]] = match[2]
        elif match := FINISHED.match(line):
            finished.append(label.get(match[1], match[2]))
        elif match := COUNT.match(line):
            yield f"{match[1]:>9}  {', '.join(finished)}"
            finished.clear()
        else:
            started = ""
            if not CHATTER.match(line):
                yield line


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for Snakemake, which says goodbye here
    for text in one_line_a_step(sys.stdin):
        print(text, flush=True)
