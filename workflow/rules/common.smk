"""What all rules share: the studies, and the names of code and frozen files a step depends on."""

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.io import regex_from_filepattern

sys.path.insert(0, str(Path(workflow.basedir)))

from affordability.claims import query as claims
from affordability.study import CLAIMS, CURATED, RAW, check_vintages, folders, load_yaml, studies
from affordability.diff.exchange import exchanged, successive
from affordability.tables import InputError
from affordability.vintages import Vintage, open_vintage
from workflow.imports import modules_behind

CONFIG = Path("config.yaml")
try:
    load_yaml(CONFIG)  # Snakemake would not say in which file and row its YAML is broken
except InputError as error:
    raise WorkflowError(str(error)) from None


configfile: CONFIG


try:
    STUDIES = studies(config)
    EVERY_STUDY = studies({key: value for key, value in config.items() if key != "study"})
    QUERIES = claims.load(CLAIMS)
    for each in EVERY_STUDY.values():
        check_vintages(each)
        claims.check(QUERIES, each, CLAIMS)
except InputError as error:
    raise WorkflowError(str(error)) from None


# The World Bank vintages of the studies, each compared with the one before it.
DIFFS = successive(STUDIES)


# The frozen folders that any study reads.
FOLDERS = folders(EVERY_STUDY)


wildcard_constraints:
    study="|".join(STUDIES),


def code(script):
    """The modules a script imports: an edited one makes its steps run again."""
    return modules_behind(Path(f"scripts/{script}.py").resolve(), Path.cwd())


def frozen(source, table):
    """The frozen file behind a table of the study's vintage of a source."""
    return lambda w: str(frozen_path(STUDIES[w.study], source, table))


def frozen_path(study, source, table):
    """Where a study finds a table; curated tables have one place for all studies."""
    if source == "curated":
        return Vintage(CURATED).path(table)
    return open_vintage(RAW, source, study["vintages"][source]).path(table)


def files_of(frozen_folders):
    """Every file of frozen folders, sidecars included."""
    return [str(path) for folder in frozen_folders for path in sorted(folder.iterdir())]


def all_frozen(wildcards):
    """Every file of every folder the studies read, sidecars included."""
    return files_of(folders(STUDIES))


def choices(wildcards):
    """All choices of the study, as plain values; an edited one makes its steps run again."""
    return STUDIES[wildcards.study]


def compared(wildcards):
    """Every file the studies read with either of two vintages, sidecars included."""
    try:
        sides = {
            f"{name} {version}": exchanged(study, version, RAW)
            for version in (wildcards.old, wildcards.new)
            for name, study in STUDIES.items()
        }
    except InputError as error:
        raise WorkflowError(str(error)) from None
    return [str(path) for folder in folders(sides) for path in sorted(folder.iterdir())]


def made(wildcards):
    """What is known of a file of the results, by a pattern of such paths: its rule and script.

    The crate and what is made of it are left out: they cannot describe themselves.
    """
    return {
        regex_from_filepattern(str(pattern)): {
            "rule": rule.name,
            "said": f"{rule.name}: {rule.docstring.strip()}",
            "script": f"scripts/{Path(rule.script).name}",
        }
        for rule in workflow.rules
        for pattern in rule.output
        if rule.name not in ("crate", "deposit")
    }
