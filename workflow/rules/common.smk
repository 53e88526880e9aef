"""What all rules share: the studies, and the names of code and frozen files a step depends on."""

import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.io import regex_from_filepattern

ROOT = Path(str(workflow.current_basedir)).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from affordability import own
from affordability.documents import load_yaml
from affordability.tables import InputError

CONFIG = Path("config.yaml")
try:
    OURS = load_yaml(CONFIG)  # Snakemake would not say in which file and row YAML is broken
except InputError as error:
    raise WorkflowError(str(error)) from None


configfile: CONFIG


# Snakemake puts the studies of another configuration file first; ours keep their order, since a
# vintage is compared with that of the study before.
IN_ORDER = own.merged(OURS, dict(config))
config.clear()
config.update(IN_ORDER)

os.environ[own.CONFIGFILE] = ", ".join(map(str, workflow.overwrite_configfiles))
try:
    own.use(config)  # before any other import: it decides which curated tables they all read
except InputError as error:
    raise WorkflowError(str(error)) from None

from affordability import references
from affordability import study as choices
from affordability.audit import steps
from affordability.audit.data import PEOPLE as PEOPLE_ASKED
from affordability.audit.data import PRICES
from affordability.claims import query
from affordability.figures.registry import FIGURES
from affordability.pipeline import EVIDENCE
from affordability.vintages import CURATED, RAW, Vintage, folder_of, name_of, open_vintage
from workflow.imports import modules_behind

try:
    STUDIES = choices.studies(config)
    EVERY_STUDY = choices.studies({key: value for key, value in config.items() if key != "study"})
    CLAIMS = query.load(query.CLAIMS)
    for each in EVERY_STUDY.values():
        choices.check_vintages(each)
        query.check(CLAIMS, each, query.CLAIMS)
    references.check(EVERY_STUDY.values(), CLAIMS, query.CLAIMS)
except InputError as error:
    raise WorkflowError(str(error)) from None


# Every study as plain values, so that an edited choice makes its steps run again.
CHOICES = {name: study.choices for name, study in STUDIES.items()}
# The World Bank vintages of the studies, each compared with the one before it.
DIFFS = choices.successive(STUDIES.values())
# The frozen folders that any study reads.
FOLDERS = choices.folders(EVERY_STUDY.values())
JUDGEMENT = {"corrections": "data/corrections.yaml", "exclusions": "data/exclusions.csv"}
SUFFIXES = ["svg", "png", "csv", "caption.txt"]
VERSION = "[A-Za-z0-9.-]+"


wildcard_constraints:
    study="|".join(STUDIES),
    world_bank=VERSION,
    oecd=VERSION,
    old=VERSION,
    new=VERSION,


def code(script):
    """The modules a script imports: an edited one makes its steps run again."""
    return modules_behind(ROOT / "scripts" / f"{script}.py", ROOT)


def drawing(figures):
    """The modules that draw some figures, which the registry imports by name, and their imports."""
    own = {f"affordability/figures/{entry.module}.py" for entry in figures.values()}
    behind = (modules_behind(ROOT / module, ROOT) for module in own)
    return sorted(own.union(*behind))


def chosen(wildcards):
    """The name and all choices of the study a step is for."""
    return wildcards.study, CHOICES[wildcards.study]


def frozen(source, table):
    """The frozen file behind a table of the study's vintage of a source."""
    return lambda w: str(STUDIES[w.study].vintage(source).path(table))


def frozen_tables(source, *tables):
    """The frozen files behind some tables of a source, each under its own name."""
    return {table: frozen(source, table) for table in tables}


def of_vintage(source, table):
    """The frozen file behind a table of the vintage that a wildcard names."""
    return lambda w: str(open_vintage(RAW, source, w[source]).path(table))


def curated(*tables):
    """The curated tables, which are the same for all studies."""
    return {table: str(Vintage(CURATED).path(table)) for table in tables}


def panel_of(wildcards):
    """The panel of the study's pair of vintages."""
    return f"results/panels/{STUDIES[wildcards.study].pair}.parquet"


def evidence():
    """What the claims of a study ask, as `pipeline.evidence` wants it."""
    built = {
        "costs": "results/{study}/costs.parquet",
        "ratios": "results/{study}/ratios.parquet",
        "panel": panel_of,
        "training_carbon": "results/{study}/tables/training_carbon.csv",
        "capability_price": "results/{study}/tables/capability_price.csv",
        **JUDGEMENT,
    }
    for source, tables in EVIDENCE.items():
        built |= frozen_tables(source, *tables)
    for table in query.PEOPLE.values():
        built[table] = of_people(f"results/{{study}}/tables/{table}.csv")
    return built


def of_people(path):
    """A file on people, of the studies that ask about them."""
    return lambda w: path.format(study=w.study) if "people" in CHOICES[w.study] else []


def audited():
    """What the audit reads: panels and economies of its vintages, price levels, curated tables."""
    versions, levels = dict.fromkeys(v for v, _ in steps.pairs()), steps.declared()["price_level"]
    named = steps.declared()["people"]

    def path(source, table):
        version = named.get(source)
        return str(
            (open_vintage(RAW, source, version) if version else Vintage(CURATED)).path(table)
        )

    return {
        "panels": [f"results/panels/{'+'.join(pair)}.parquet" for pair in steps.pairs()],
        "economies": [str(open_vintage(RAW, "world_bank", v).path("economies")) for v in versions],
        "levels": str(open_vintage(RAW, "world_bank", levels).path("observations")),
        "declared": "data/audit.yaml",
        "plans": "data/plans.csv",
        "claims": str(query.CLAIMS),
        "checks": checked(f"world_bank/{levels}", "curated", *map("/".join, named.items())),
        **curated(*PRICES, "organisations"),
        **{table: path(source, table) for source, table in PEOPLE_ASKED.items()},
        **JUDGEMENT,
    }


def checked(*folders):
    """What says that frozen folders were checked: `curated`, or source/vintage."""
    return [f"results/checks/{folder}.csv" for folder in folders]


def checked_of_study(wildcards):
    """What says that every folder of the study was checked."""
    folders = choices.folders([STUDIES[wildcards.study]])
    return checked(*map(name_of, folders))


def people_tables(by_source):
    """The frozen files behind tables by source."""
    files = {}
    for source, tables in by_source.items():
        files |= curated(*tables) if source == "curated" else frozen_tables(source, *tables)
    return files


def where_frozen(source, *tables):
    """The frozen files behind some tables, each where the study's vintage of a source has it."""

    def path(table):
        def found(wildcards):
            vintage = STUDIES[wildcards.study].vintage(source)
            return str(vintage.path(table)) if table in vintage.tables else []

        return found

    return {table: path(table) for table in tables}


def files_of(frozen_folders):
    """Every file of frozen folders, sidecars included."""
    return [str(path) for folder in frozen_folders for path in sorted(folder.iterdir())]


def all_frozen(wildcards):
    """Every file of every folder the studies read, sidecars included."""
    return files_of(choices.folders(STUDIES.values()))


def sides(wildcards):
    """Every study with each of two vintages."""
    try:
        return [
            study.exchanged(version)
            for version in (wildcards.old, wildcards.new)
            for study in STUDIES.values()
        ]
    except InputError as error:
        raise WorkflowError(str(error)) from None


def compared(wildcards):
    """Every file the studies read with either of two vintages, sidecars included."""
    return files_of(choices.folders(sides(wildcards)))


def panels_compared(wildcards):
    """The panels of every study with each of two vintages."""
    return sorted({f"results/panels/{study.pair}.parquet" for study in sides(wildcards)})


def told(caption, category, subcategory, **labels):
    """How `snakemake --report` shows a file: its caption in workflow/report/, where it stands."""
    path = ROOT / "workflow" / "report" / f"{caption}.rst"
    return {
        "caption": str(path),
        "category": category,
        "subcategory": subcategory,
        "labels": labels,
    }


def made(wildcards):
    """What is known of a file of the results, by a pattern of such paths: its rule and script.

    The crate and what is made of it are left out: they cannot describe themselves. So is what is
    counted of a user's own microdata, which are theirs to publish.
    """
    return {
        regex_from_filepattern(str(pattern)): {
            "rule": rule.name,
            "said": f"{rule.name}: {rule.docstring.strip()}",
            "script": f"scripts/{Path(rule.script).name}",
        }
        for rule in workflow.rules
        for pattern in rule.output
        if rule.name not in ("crate", "deposit") and not rule.name.startswith("microdata")
    }
