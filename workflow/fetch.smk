"""The only door to the network: asks the providers, freezes their answers as new vintages.

Needs a network; gives folders under data/raw/. Never part of the default workflow, and never
overwrites a vintage: the check stands here, where the rules are read, since Snakemake deletes the
outputs of a rule before the rule could refuse.

    snakemake --cores 1 -s workflow/fetch.smk --config vintage=2026-11-21
"""

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir).parent
# Steps import affordability/ from the root; Snakemake puts only workflow/ on their path.
os.environ.update(PYTHONPATH=str(ROOT))
sys.path.insert(0, str(ROOT))

from affordability.fetch.refusal import FetchError
from affordability.fetch.request import read_request

try:
    REQUEST = read_request(config)
except FetchError as error:
    raise WorkflowError(str(error)) from None

FOLDERS = REQUEST.folders


rule all:
    """Every vintage that was asked for."""
    default_target: True
    input:
        [f"{FOLDERS[name]}/datapackage.json" for name in REQUEST.sources],


rule world_bank_vintage:
    """Today's release of World Development Indicators (database 2), all economies, from 1990."""
    input:
        series="workflow/series.csv",
    output:
        f"{FOLDERS['world_bank']}/datapackage.json",
    log:
        f"logs/fetch/world_bank_{REQUEST.day}.log",
    threads: workflow.cores  # one provider at a time, and the first that fails is the last asked
    conda:
        "../environment.yml"
    params:
        asked=REQUEST.asked,
    script:
        "../scripts/fetch_world_bank.py"


rule archive_vintage:
    """The release of a given month (YYYYMM) from the World Bank's archives (database 57)."""
    input:
        series="workflow/series.csv",
    output:
        f"{FOLDERS['archive']}/datapackage.json",
    log:
        f"logs/fetch/archive_{REQUEST.release}.log",
    threads: workflow.cores  # one provider at a time, and the first that fails is the last asked
    conda:
        "../environment.yml"
    params:
        asked=REQUEST.asked,
    script:
        "../scripts/fetch_world_bank.py"


rule bulk_vintage:
    """The dated release (YYYY-MM-DD) of World Development Indicators out of its bulk file."""
    input:
        series="workflow/series.csv",
    output:
        f"{FOLDERS['bulk']}/datapackage.json",
    log:
        f"logs/fetch/release_{REQUEST.release}.log",
    threads: workflow.cores  # one provider at a time, and the first that fails is the last asked
    conda:
        "../environment.yml"
    params:
        asked=REQUEST.asked,
    script:
        "../scripts/fetch_release.py"


rule oecd_vintage:
    """OECD venture capital by stage, US$ million."""
    output:
        f"{FOLDERS['oecd']}/datapackage.json",
    log:
        f"logs/fetch/oecd_{REQUEST.day}.log",
    threads: workflow.cores  # one provider at a time, and the first that fails is the last asked
    conda:
        "../environment.yml"
    params:
        asked=REQUEST.asked,
    script:
        "../scripts/fetch_oecd.py"


rule prices_vintage:
    """List prices of language models by the token, through genai-prices."""
    output:
        f"{FOLDERS['prices']}/datapackage.json",
    log:
        f"logs/fetch/prices_{REQUEST.day}.log",
    threads: workflow.cores  # one provider at a time, and the first that fails is the last asked
    conda:
        "../environment.yml"
    params:
        asked=REQUEST.asked,
    script:
        "../scripts/fetch_prices.py"
