"""Who can afford large language models: from frozen data to claims, tables, figures and a page."""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/resources.smk"
include: "workflow/rules/costs.smk"
include: "workflow/rules/ratios.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"


rule all:
    """Every study of config.yaml, and the page that shows them."""
    default_target: True
    input:
        "results/checks.csv",
        expand("results/{study}/tables/missing_economies.csv", study=STUDIES),
        expand("results/{study}/claims.csv", study=STUDIES),
        "results/index.html",
