"""Checks, before anything is computed: needs data/raw, says what was checked of each folder.

A step waits for the checks of the folders it reads, so that an edited row of a curated table does
not check the vintages again.
"""


wildcard_constraints:
    folder="curated|[a-z_]+/[A-Za-z0-9.-]+",


rule check_folder:
    """What was checked of one frozen folder: digests, schemas, references."""
    input:
        frozen=lambda w: files_of([folder_of(w.folder)]),
        economies=sorted(map(str, RAW.glob("world_bank/*/economies.csv"))),
        code=code("check_folder"),
        schemas=sorted(Path("workflow/schemas/tables").glob("*.yaml")),
    output:
        checks=update("results/checks/{folder}.csv"),
    log:
        "logs/checks/{folder}.log",
    conda:
        "../../environment.yml"
    script:
        "../../scripts/check_folder.py"


rule check_inputs:
    """What was checked of all folders that config.yaml names, and that no id has two meanings."""
    input:
        parts=checked(*(name_of(folder) for folder in FOLDERS)),
        sources=[str(folder / "sources.csv") for folder in FOLDERS],
        code=code("check_inputs"),
    output:
        checks=update("results/checks.csv"),
    log:
        "logs/check_inputs.log",
    params:
        folders=[str(folder) for folder in FOLDERS],
    conda:
        "../../environment.yml"
    script:
        "../../scripts/check_inputs.py"
