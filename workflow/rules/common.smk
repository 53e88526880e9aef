"""What all rules share: the studies, and the names of code and frozen files a step depends on."""

import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.basedir)))

from affordability.config import CLAIMS, CURATED, RAW, check_vintages, folders, studies
from affordability.tables import InputError
from affordability.vintages import Vintage, open_vintage

try:
    STUDIES = studies(config)
    for each in STUDIES.values():
        check_vintages(each)
except InputError as error:
    raise WorkflowError(str(error)) from None


wildcard_constraints:
    study="|".join(STUDIES),


def code(*modules):
    """The modules a script imports: an edited one makes its steps run again."""
    return [f"affordability/{module}.py" for module in ("tables", "vintages", *modules)]


def frozen(source, table):
    """The frozen file behind a table of the study's vintage of a source."""
    return lambda w: str(frozen_path(STUDIES[w.study], source, table))


def frozen_path(study, source, table):
    """Where a study finds a table; curated tables have one place for all studies."""
    if source == "curated":
        return Vintage(CURATED).path(table)
    return open_vintage(RAW, source, study["vintages"][source]).path(table)


def all_frozen(wildcards):
    """Every file of every folder the studies read, sidecars included."""
    return [str(path) for folder in folders(STUDIES) for path in sorted(folder.iterdir())]


def choices(wildcards):
    """All choices of the study, as plain values; an edited one makes its steps run again."""
    return STUDIES[wildcards.study]
