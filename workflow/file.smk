"""The door for a file that a person names: checked by its schema, frozen as a new vintage.

Needs a file, or a network where an address is named; gives a folder under data/raw/. Never part of
the default workflow, and never overwrites a vintage: the check stands here, as in fetch.smk.

    snakemake --cores 1 -s workflow/file.smk --config file=percentiles.csv source=pip ppp=2021 \
        vintage=2021ppp licence=CC-BY-4.0 licence_at=https://creativecommons.org/licenses/by/4.0/
"""

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir).parent
# Steps import affordability/ from the root; Snakemake puts only workflow/ on their path.
os.environ.update(PYTHONPATH=str(ROOT))
sys.path.insert(0, str(ROOT))

from affordability.fetch.given import read_given
from affordability.fetch.refusal import FetchError

try:
    GIVEN = read_given(config)
except FetchError as error:
    raise WorkflowError(str(error)) from None


rule all:
    """The vintage of the file."""
    default_target: True
    input:
        f"{GIVEN.folder}/datapackage.json",


rule file_vintage:
    """What the file holds, whole and by our schemas, and what was said of it."""
    output:
        f"{GIVEN.folder}/datapackage.json",
    log:
        f"logs/fetch/{GIVEN['source']}_{GIVEN['vintage']}.log",
    conda:
        "../environment.yml"
    params:
        given=dict(GIVEN.said),
    script:
        "../scripts/freeze_file.py"
