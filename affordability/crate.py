"""A whole run as an RO-Crate after the Workflow Run Crate profile: `ro-crate-metadata.json`.

Who made what from which bytes, for machines: the workflow, one action a study with the frozen files
it read and the files it wrote, all with their digests. Frozen files lie outside `results/`, so they
are named by their digest (RFC 6920, `ni:///sha-256;...`) and keep their path as `alternateName`. No
clock is read: the crate is dated by the newest frozen folder, and an action has no end time.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from affordability.documents import load_yaml
from affordability.study import Study, folders
from affordability.vintages import Vintage

METADATA = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
WORKFLOW_CRATE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    WORKFLOW_CRATE: ("Workflow RO-Crate", "1.0"),
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
SNAKEMAKE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MIT = "https://spdx.org/licenses/MIT"
DONE = {"@id": "http://schema.org/CompletedActionStatus"}
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
}


def describe(
    results: Path, made: dict[str, str], workflow: list[str], studies: dict[str, Study], facts: dict
) -> dict:
    """Return the crate as JSON-LD.

    Args:
        results: the folder of the crate.
        made: what a result file is, by a regular expression of its path from the project's root;
            files that no expression matches are left out.
        workflow: paths below `results` of the workflow's own files; the first is the main one.
        studies: as `study.studies` gives them.
        facts: title, version and author of the project, version of Snakemake.
    """
    present = made_files(results, made)
    frozen = [entity for folder in folders(studies.values()) for entity in frozen_files(folder)]
    steps = actions(present, studies, frozen, workflow[0])
    files = [result_file(results, name, said) for name, said in present.items()]
    code = [result_file(results, name, "part of the workflow") for name in workflow[1:]]
    parts = [*workflow, *present, *(entity["@id"] for entity in frozen)]
    newest = max(Vintage(folder).sidecar["created"] for folder in folders(studies.values()))
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": facts["title"],
        "description": "Tables, figures and claims of every study, with the run that made them.",
        "datePublished": newest,
        "license": {"@id": LICENCE},
        "author": {"@id": "#authors"},
        "publisher": {"@id": "#authors"},
        "version": facts["version"],
        "conformsTo": refer(PROFILES),
        "mainEntity": {"@id": workflow[0]},
        "hasPart": refer(parts),
        "mentions": refer(step["@id"] for step in steps),
    }
    main = main_workflow(results, workflow, facts)
    graph = [
        descriptor(),
        root,
        main,
        *code,
        *files,
        *described_once(frozen),
        *steps,
        *context(facts),
    ]
    return {
        "@context": [CONTEXT, {"sha256": "http://schema.org/sha256"}],
        "@graph": [{name: _plain(value) for name, value in entity.items()} for entity in graph],
    }


def _plain(value: object) -> object:
    """Return the one element of a list of one, as the specification recommends."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def made_files(results: Path, made: dict[str, str]) -> dict[str, str]:
    """Return what each file of the results is, by its path below `results`, in order."""
    patterns = [(re.compile(pattern), said) for pattern, said in made.items()]
    found = {}
    for path in sorted(path for path in results.rglob("*") if path.is_file()):
        name = path.relative_to(results).as_posix()
        said = next((s for p, s in patterns if p.fullmatch(f"{results.name}/{name}")), None)
        if said:
            found[name] = said
    return found


def project(citation: Path, lock: Path) -> dict[str, str]:
    """Return title, version and authors of CITATION.cff, and the pinned version of Snakemake."""
    cited = load_yaml(citation)
    pinned = re.search(r"^snakemake==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        "title": cited["title"],
        "version": cited["version"],
        "authors": cited["authors"][0]["name"],
        "snakemake": pinned[1],
    }


def descriptor() -> dict:
    """Return the entity of the metadata file itself."""
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": refer(["https://w3id.org/ro/crate/1.1", WORKFLOW_CRATE]),
    }


def main_workflow(results: Path, workflow: list[str], facts: dict) -> dict:
    """Return the workflow, whose rules and settings are its parts."""
    return {
        **result_file(results, workflow[0], "the whole way from frozen data to claims"),
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": facts["title"],
        "version": facts["version"],
        "license": {"@id": MIT},
        "creator": {"@id": "#authors"},
        "conformsTo": {"@id": BIOSCHEMAS},
        "programmingLanguage": {"@id": SNAKEMAKE},
        "hasPart": refer(workflow[1:]),
    }


def actions(present: dict, studies: dict, frozen: list[dict], workflow: str) -> list[dict]:
    """Return one action a study, and one for what is made of all of them."""
    done = []
    for name, study in studies.items():
        own = {f.as_posix() for f in folders([study])}
        done.append(
            {
                "@id": f"#run-{name}",
                "@type": "CreateAction",
                "name": f"Study {name}: {study.title}",
                "description": "The rules of the workflow that make one study.",
                "object": refer(
                    entity["@id"]
                    for entity in frozen
                    if Path(entity["alternateName"]).parent.as_posix() in own
                ),
                "result": refer(file for file in present if file.startswith(f"{name}/")),
            }
        )
    rest = [file for file in present if file.split("/")[0] not in studies]
    done.append(
        {
            "@id": "#run-all",
            "@type": "CreateAction",
            "name": "What is made of all studies",
            "description": "The rules of the workflow that read every study.",
            "object": refer(file for file in present if file not in rest),
            "result": refer(rest),
        }
    )
    both = {"instrument": {"@id": workflow}, "agent": {"@id": "#authors"}, "actionStatus": DONE}
    return [{**step, **both} for step in done if step["result"]]


def frozen_files(folder: Path) -> list[dict]:
    """Return the files of a frozen folder, named by the digests of its sidecar."""
    sidecar = Vintage(folder).sidecar
    licences = [licence["path"] for licence in sidecar["licenses"]]
    return [
        {
            "@id": named_by_digest(facts["hash"]),
            "@type": "File",
            "name": f"{facts['name']} of {sidecar['title']}",
            "alternateName": (folder / facts["path"]).as_posix(),
            "version": sidecar["version"],
            "encodingFormat": "text/csv",
            "contentSize": str(facts["bytes"]),
            "sha256": facts["hash"].removeprefix("sha256:"),
            "license": [url if "://" in url else f"{folder.as_posix()}/{url}" for url in licences],
        }
        for facts in sidecar["resources"]
    ]


def named_by_digest(digest: str) -> str:
    """Return the URI of bytes by their digest, after RFC 6920."""
    raw = bytes.fromhex(digest.removeprefix("sha256:"))
    return "ni:///sha-256;" + base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def result_file(results: Path, name: str, said: str) -> dict:
    """Return a file of the crate with its size and digest."""
    data = (results / name).read_bytes()
    kind = FORMATS.get(Path(name).suffix, "text/plain")
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": said,
        "encodingFormat": kind,
        "contentSize": str(len(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def context(facts: dict) -> list[dict]:
    """Return what the others refer to: profiles, language, licences, authors."""
    profiles = [
        {"@id": url, "@type": "CreativeWork", "name": name, "version": version}
        for url, (name, version) in PROFILES.items()
    ]
    return [
        *profiles,
        {
            "@id": SNAKEMAKE,
            "@type": "ComputerLanguage",
            "name": "Snakemake",
            "identifier": {"@id": "https://doi.org/10.1093/bioinformatics/bts480"},
            "url": {"@id": "https://snakemake.readthedocs.io"},
            "version": facts["snakemake"],
        },
        {
            "@id": LICENCE,
            "@type": "CreativeWork",
            "name": "CC BY 4.0",
            "description": "Creative Commons Attribution 4.0 International",
        },
        {"@id": MIT, "@type": "CreativeWork", "name": "MIT", "description": "MIT License"},
        {"@id": "#authors", "@type": "Organization", "name": facts["authors"]},
    ]


def described_once(entities: list[dict]) -> list[dict]:
    """Return entities once an @id: the same bytes may be frozen under two paths."""
    return list({entity["@id"]: entity for entity in entities}.values())


def refer(ids) -> list[dict]:
    """Return references to entities, each once."""
    return [{"@id": one} for one in dict.fromkeys(ids)]
