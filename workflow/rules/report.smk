"""The page: needs claims, figures and tables of all studies, gives one HTML that opens offline."""


rule page:
    """Claims with verdicts first, then figures, tables, sources, licences and vintages."""
    input:
        claims=expand("results/{study}/claims.csv", study=STUDIES),
        numbers=expand("results/{study}/numbers.json", study=STUDIES),
        marks=expand("results/{study}/{side}.csv", study=STUDIES, side=["costs", "resources"]),
        tables=expand(
            "results/{study}/tables/{table}.csv",
            study=STUDIES,
            table=STUDY_TABLES,
        ),
        figures=expand(
            "results/{study}/figures/{stem}.{suffix}",
            study=STUDIES,
            stem=FIGURES,
            suffix=SUFFIXES,
        ),
        diffs=expand("results/diff/{pair}/claims.csv", pair=DIFFS),
        audit=[
            "results/audit/specifications.parquet",
            "results/audit/readings.csv",
            "results/audit/concentration.csv",
        ],
        frozen=all_frozen,
        code=code("write_page"),
        templates=sorted(Path("affordability/page/templates").iterdir()),
    output:
        page=report(
            update("results/index.html"), **told("page", "Page", "all studies", page="page")
        ),
    log:
        "logs/page.log",
    params:
        studies=CHOICES,
        diffs=DIFFS,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/write_page.py"
