"""People: needs frozen tables, gives what plans cost there, who can pay, languages, use, figures.

Only studies of config.yaml that ask about people have these tables.
"""

from affordability.figures.registry import PEOPLE as PEOPLE_FIGURES
from affordability.people import build as people

PEOPLE = [name for name, study in STUDIES.items() if "people" in study.choices]
OF_PEOPLE = "|".join(PEOPLE) or "none"
DRAWN_OF_PEOPLE = [
    "subscription_burden",
    "subscription_burden_by_quintile",
    "subscription_price_slope",
    "subscription_headcount",
    "subscription_headcount_bounds",
    "headcount_curve",
    "headcount_readings",
    "language_price",
    "usage_vs_burden",
    "usage_lines",
]


rule people:
    """Prices there, distributions, headcounts, languages and use: every table on people."""
    input:
        **people_tables(people.FROZEN),
        **where_frozen("pip", *people.DISTRIBUTIONS),
        **JUDGEMENT,
        checks=checked_of_study,
        code=code("build_people"),
    output:
        **{table: update(f"results/{{study}}/tables/{table}.csv") for table in people.TABLES},
    wildcard_constraints:
        study=OF_PEOPLE,
    log:
        "logs/{study}/people.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_people.py"


rule people_figures:
    """Every figure on people: drawing, data drawn, caption."""
    input:
        **{table: f"results/{{study}}/tables/{table}.csv" for table in DRAWN_OF_PEOPLE},
        economies=frozen("world_bank", "economies"),
        countries=frozen("natural_earth", "countries"),
        token_lengths=curated("token_lengths")["token_lengths"],
        names=["data/names.csv", "data/plans.csv"],
        code=code("draw_people"),
        drawing=drawing(PEOPLE_FIGURES),
    output:
        [
            update(f"results/{{study}}/figures/{stem}.{suffix}")
            for stem in PEOPLE_FIGURES
            for suffix in SUFFIXES
        ],
    wildcard_constraints:
        study=OF_PEOPLE,
    log:
        "logs/{study}/people_figures.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/draw_people.py"
