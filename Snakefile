"""Who can afford large language models: from frozen data to claims, tables, figures and a page."""

from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/common.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/serving.smk"
include: "workflow/rules/costs.smk"
include: "workflow/rules/ratios.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/diff.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/explain.smk"
include: "workflow/rules/describe.smk"


rule studies:
    """The studies alone: resources, costs, ratios, claims, tables and figures, without the rest."""
    input:
        expand("results/{study}/claims.csv", study=STUDIES),
        expand("results/{study}/tables/{table}.csv", study=STUDIES, table=STUDY_TABLES),
        expand("results/{study}/figures/{stem}.svg", study=STUDIES, stem=FIGURES),


rule all:
    """Every study of config.yaml, what changed between vintages, the audit, and the page."""
    default_target: True
    input:
        "results/checks.csv",
        expand("results/{study}/tables/{table}.csv", study=STUDIES, table=STUDY_TABLES),
        expand("results/{study}/claims.csv", study=STUDIES),
        expand("results/{study}/tables/{table}.csv", study=STUDIES, table=TRAINING_TABLES),
        expand("results/{study}/tables/{table}.csv", study=STUDIES, table=SERVING_TABLES),
        expand("results/diff/{pair}/claims.csv", pair=DIFFS),
        "results/audit/specifications.parquet",
        "results/audit/concentration.csv",
        "results/index.html",
        expand("results/{study}/explain/{page}.html", study=STUDIES, page=EXPLAINED),
        PACKAGE,
        CRATE,
