"""Command line: `python -m affordability <command>`; see `commands`.

`--configfile` is read before anything else is imported: it decides which curated tables, claims and
studies every module finds.
"""

from __future__ import annotations

import argparse
import sys

from affordability import own
from affordability.tables import InputError


def main(arguments: list[str]) -> int:
    """Take the configuration file off the arguments, then run the command with what it says."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile")
    try:
        given, rest = parser.parse_known_args(arguments)
        own.use_file(given.configfile)
    except InputError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 1
    from affordability import commands

    return commands.main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
