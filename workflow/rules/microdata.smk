"""Own microdata: needs `microdata` in the configuration, gives how many of its people can pay."""

from affordability.people import command as headcount
from affordability.people.microdata import files as parquet_files
from affordability.vintages import available

SURVEY = {"thresholds": headcount.THRESHOLDS, "plans": list(headcount.FLAT)}
SURVEY |= config.get("microdata", {"files": ""})
try:
    SURVEYED = parquet_files(Path(SURVEY["files"])) if SURVEY["files"] else []
except InputError as error:
    raise WorkflowError(f"config, microdata.files: {error}") from None
KNOWN = available(RAW, "world_bank")  # an economy of any of these vintages is known


# Into how many chunks it is cut: one, but `--set-scatter microdata=16` where that pays.
scattergather:
    microdata=1,


rule microdata_plan:
    """What is counted: files and their row groups, economies, cuts of income."""
    input:
        files=[str(path) for path in SURVEYED],
        economies=[str(open_vintage(RAW, "world_bank", v).path("economies")) for v in KNOWN],
        checks=checked(*(f"world_bank/{version}" for version in KNOWN)),
        code=code("plan_microdata"),
    output:
        plan=update("results/microdata/plan.json"),
    log:
        "logs/microdata/plan.log",
    params:
        folder=SURVEY["files"],
        plans=SURVEY["plans"],
        thresholds=SURVEY["thresholds"],
        bytes=[path.stat().st_size for path in SURVEYED],
    conda:
        "../../environment.yml"
    script:
        "../../scripts/plan_microdata.py"


rule microdata_part:
    """The people of a chunk of the row groups, by economy and slice of income, exactly."""
    input:
        plan="results/microdata/plan.json",
        code=code("count_microdata"),
    output:
        update("results/microdata/parts/{chunk}-of-{chunks}.parquet"),
    log:
        "logs/microdata/{chunk}-of-{chunks}.log",
    params:
        folder=SURVEY["files"],
    threads: 2
    conda:
        "../../environment.yml"
    script:
        "../../scripts/count_microdata.py"


rule microdata:
    """How many people can pay for each plan, by economy: what `headcount --format csv` prints."""
    input:
        plan="results/microdata/plan.json",
        parts=gather.microdata("results/microdata/parts/{scatteritem}.parquet"),
        code=code("gather_microdata"),
    output:
        headcount=update("results/microdata/headcount.csv"),
    log:
        "logs/microdata/gather.log",
    params:
        plans=SURVEY["plans"],
        thresholds=SURVEY["thresholds"],
    conda:
        "../../environment.yml"
    script:
        "../../scripts/gather_microdata.py"
