"""The audit: needs data/audit.yaml and frozen data, gives what each claim would be otherwise."""

try:
    AUDIT_SPACES = list(steps.declared()["spaces"])
except InputError as error:
    raise WorkflowError(str(error)) from None

# Where `make` and `make audit` put it, and whether options under `more` are taken.
SIZES = {"audit": "quick", "audit/full": "full"}
AUDIT_TABLES = ["summary", "effects", "readings", "leave_one_out"]
STRICT = steps.strictness(EVERY_STUDY.values())
# The study of the newest prices: its distributions of what training costs are drawn from.
NEWEST = max(STUDIES.values(), key=lambda study: study.price_month).name


# Into how many chunks `make` cuts it: one, but `--set-scatter audit=16` where that pays.
scattergather:
    audit=1,


wildcard_constraints:
    audit="audit|audit/full",
    space="[a-z0-9_]+",
    chunk="[0-9]+",
    chunks="[0-9]+",


rule audit_part:
    """Specifications of a space, or of all; a chunk of them, or all of them."""
    input:
        **audited(),
        code=code("audit_part"),
    output:
        update("results/{audit}/parts/{space}.{chunk}-of-{chunks}.parquet"),
    log:
        "logs/{audit}/{space}.{chunk}-of-{chunks}.log",
    params:
        size=lambda w: SIZES[w.audit],
        strict=STRICT,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/audit_part.py"


rule audit:
    """Every specification in one table; per claim what decides it, in numbers, words, a curve."""
    input:
        **audited(),
        costs=expand("results/{study}/costs.parquet", study=STUDIES),
        parts=lambda w: [
            f"results/{w.audit}/parts/{space}.{chunk}-of-{chunks}.parquet"
            for space, chunk, chunks in steps.parts(
                SIZES[w.audit], CLAIMS, STRICT, len(gather.audit("{scatteritem}"))
            )
        ],
        code=code("audit_gather"),
    output:
        [
            report(
                update(f"results/{{audit}}/figures/{space}.svg"),
                **told("specification_curve", "Audit", "{audit}", figure=space),
            )
            for space in AUDIT_SPACES
        ],
        [
            update(f"results/{{audit}}/figures/{space}.{suffix}")
            for space in AUDIT_SPACES
            for suffix in SUFFIXES[1:]
        ],
        **{
            table: report(
                update(f"results/{{audit}}/{table}.csv"),
                **told("audit", "Audit", "{audit}", table=table),
            )
            for table in AUDIT_TABLES
        },
        specifications=update("results/{audit}/specifications.parquet"),
    log:
        "logs/{audit}/gather.log",
    params:
        size=lambda w: SIZES[w.audit],
        strict=STRICT,
        studies=CHOICES,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/audit_gather.py"


rule audit_chances:
    """The probability that an economy can pay, and the concentration of the capacity to train."""
    input:
        **audited(),
        **curated("producer_prices"),
        training=f"results/{NEWEST}/tables/training_uncertainty.csv",
        code=code("audit_chances"),
    output:
        [update(f"results/audit/figures/concentration.{suffix}") for suffix in SUFFIXES],
        probability=update("results/audit/affordability_probability.csv"),
        counts=update("results/audit/affordability_counts.csv"),
        concentration=update("results/audit/concentration.csv"),
    log:
        "logs/audit/chances.log",
    params:
        strict=STRICT,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/audit_chances.py"


rule audit_full:
    """What `make audit` asks for: finer grids of prices and thresholds, split by space and chunk."""
    input:
        "results/audit/full/specifications.parquet",
        "results/audit/concentration.csv",
