"""The page: needs claims, figures and tables of all studies, gives one HTML that opens offline."""

from affordability.page.people import TABLES as PEOPLE_SHOWN

PAGE = Path("affordability/page")


rule page:
    """A page to look oneself up in: search, ratios, map, budget, claims, figures, sources."""
    input:
        claims=expand("results/{study}/claims.csv", study=STUDIES),
        numbers=expand("results/{study}/numbers.json", study=STUDIES),
        marks=expand("results/{study}/{side}.csv", study=STUDIES, side=["costs", "resources"]),
        sides=expand(
            "results/{study}/{table}.parquet",
            study=STUDIES,
            table=["ratios", "costs", "resources"],
        ),
        panels=sorted({f"results/panels/{study.pair}.parquet" for study in STUDIES.values()}),
        tables=expand(
            "results/{study}/tables/{table}.csv",
            study=STUDIES,
            table=[*STUDY_TABLES, *TRAINING_TABLES, *SERVING_TABLES, *CHOICE_TABLES],
        ),
        figures=expand(
            "results/{study}/figures/{stem}.{suffix}",
            study=STUDIES,
            stem=FIGURES,
            suffix=SUFFIXES,
        ),
        people=expand(
            "results/{study}/figures/{stem}.{suffix}",
            study=PEOPLE,
            stem=PEOPLE_FIGURES,
            suffix=SUFFIXES,
        ),
        people_tables=expand("results/{study}/tables/{table}.csv", study=PEOPLE, table=PEOPLE_SHOWN),
        diffs=expand(
            rules.diff.output,
            zip,
            old=[pair.partition("__")[0] for pair in DIFFS],
            new=[pair.partition("__")[2] for pair in DIFFS],
        ),
        audit=expand(rules.audit.output, audit="audit"),
        chances=rules.audit_chances.output,
        frozen=all_frozen,
        outlines=sorted(Path("data/raw/natural_earth").glob("*/*")),
        citation="CITATION.cff",
        names=["data/names.csv", "data/plans.csv"],
        code=code("write_page"),
        texts=[PAGE / "sentences.yaml", *sorted((PAGE / "templates").iterdir())],
        scripts=sorted((PAGE / "scripts").iterdir()),
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
