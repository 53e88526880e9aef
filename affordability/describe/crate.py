"""A run as an RO-Crate after the Provenance Run Crate profile: `ro-crate-metadata.json`.

Who made what from which bytes, for machines: the workflow, its steps, and an action for each step
that ran, by Snakemake's own record, with the files it read and wrote and their digests. What lies
outside `results/` is named by its digest (RFC 6920, `ni:///sha-256;...`) and keeps its path as
`alternateName`. The record also tells when a step ran; that is left out, so that the same inputs
give the same bytes: the crate is dated by the newest frozen folder.

Source: https://www.researchobject.org/workflow-run-crate/profiles/provenance_run_crate (0.5).
"""

from __future__ import annotations

import base64
from pathlib import Path

from affordability.describe.made import Step, facts
from affordability.study import Study, folders
from affordability.vintages import Vintage

METADATA = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
TERMS = {"sha256": "http://schema.org/sha256"}
WORKFLOW_CRATE = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/provenance/0.5": ("Provenance Run Crate", "0.5"),
    WORKFLOW_CRATE: ("Workflow RO-Crate", "1.0"),
}
BIOSCHEMAS = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
SNAKEMAKE = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake"
ENGINE = "https://snakemake.readthedocs.io"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MIT = "https://spdx.org/licenses/MIT"
DONE = "http://schema.org/CompletedActionStatus"
AUTHORS = {"@id": "#authors"}
PYTHON = (".py",)


def describe(
    results: Path,
    present: dict[str, dict],
    steps: list[Step],
    workflow: list[str],
    studies: list[Study],
    project: dict[str, str],
) -> dict:
    """Return the crate as JSON-LD.

    Args:
        results: the folder of the crate.
        present: as `made.files` gives them: each file with its rule, its script, what it is.
        steps: as `made.steps` gives them.
        workflow: paths below `results` of the workflow's own files; the first is the main one.
        studies: as `study.studies` gives them; their frozen folders date the crate.
        project: as `made.project` gives it.
    """
    rules = {known["rule"]: known for known in present.values()}
    scripts = {known["rule"]: known["script"] for known in present.values()}
    read = {name for step in steps for name in step.reads if not name.startswith("results/")}
    outside = Outside(sorted({*read, *scripts.values()}), frozen(studies))
    ran = [action for step in steps for action in actions(step, scripts, outside)]
    tools = [tool(rule, scripts[rule], steps, outside, project) for rule in sorted(scripts)]
    tools = [entity for entity in tools if entity]
    files = [result_file(results, name, known["said"]) for name, known in present.items()]
    code = [
        {"@id": name, "@type": "File", "name": name, **facts(results / name)}
        for name in workflow[1:]
    ]
    run = whole_run(present, steps, workflow[0], outside)
    data = [*workflow, *(entity["@id"] for entity in files), *outside.ids]
    graph = [
        descriptor(),
        root(project, studies, workflow[0], data, [run, *ran]),
        main_workflow(results, workflow, project, tools, sorted(rules)),
        *how_to(rules, outside),
        run,
        organised(ran),
        *ran,
        *parameters(steps),
        *code,
        *files,
        *outside.entities({entity["@id"]: entity for entity in tools}),
        *context(project),
    ]
    return {"@context": [CONTEXT, TERMS], "@graph": [_plain(entity) for entity in graph]}


class Outside:
    """Files outside the crate, named by their digest: what was frozen, judged, and the code."""

    def __init__(self, names: list[str], known: dict[str, dict]) -> None:
        self._known, self._by_id, self._id = known, {}, {}
        for name in names:
            told = facts(Path(name))
            self._id[name] = named_by_digest(told["sha256"])
            self._by_id.setdefault(self._id[name], (told, []))[1].append(name)

    @property
    def ids(self) -> list[str]:
        """Every such file, by the name its bytes give it."""
        return list(self._by_id)

    def id(self, name: str) -> str:
        """Return how the crate names a file: by its path below it, or by its digest."""
        return self._id.get(name) or name.removeprefix("results/")

    def entities(self, tools: dict[str, dict]) -> list[dict]:
        """Return the files as entities; the same bytes under two paths are one."""
        found = []
        for one, (told, paths) in self._by_id.items():
            known = self._known.get(paths[0], {})
            file = {"@id": one, "@type": "File", "name": paths[0], "alternateName": paths}
            found.append({**file, **told, **known, **tools.get(one, {})})
        return found


def actions(step: Step, scripts: dict[str, str], outside: Outside) -> list[dict]:
    """Return a step that ran, and the engine's act of running it."""
    data = [name for name in step.reads if not name.endswith(PYTHON)]
    given = [_parameters(step)] if step.params else []
    done = {
        "@id": f"#ran-{step.name}",
        "@type": "CreateAction",
        "name": step.name,
        "description": f"A step of rule {step.rule}.",
        "instrument": {"@id": outside.id(scripts[step.rule])},
        "object": refer([*(outside.id(name) for name in data), *given]),
        "result": refer(outside.id(name) for name in step.writes),
        "agent": AUTHORS,
        "actionStatus": DONE,
    }
    control = {
        "@id": f"#control-{step.name}",
        "@type": "ControlAction",
        "name": f"Snakemake ran {step.name}",
        "instrument": {"@id": f"#step-{step.rule}"},
        "object": {"@id": done["@id"]},
        "actionStatus": DONE,
    }
    return [done, control]


def whole_run(present: dict, steps: list[Step], main: str, outside: Outside) -> dict:
    """Return the run of the whole workflow: what it read from outside, and all it made."""
    read = {name for step in steps for name in step.reads}
    data = sorted(n for n in read if not n.startswith("results/") and not n.endswith(PYTHON))
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "The run of the workflow",
        "description": "Every step from frozen data to tables, figures, claims and the page.",
        "instrument": {"@id": main},
        "object": refer(outside.id(name) for name in data),
        "result": refer(name.removeprefix("results/") for name in present),
        "agent": AUTHORS,
        "actionStatus": DONE,
    }


def organised(ran: list[dict]) -> dict:
    """Return the engine's part: it ran every step, and so the workflow."""
    return {
        "@id": "#engine",
        "@type": "OrganizeAction",
        "name": "Snakemake ran the workflow",
        "instrument": {"@id": ENGINE},
        "object": refer(action["@id"] for action in ran if action["@type"] == "ControlAction"),
        "result": {"@id": "#run"},
        "agent": AUTHORS,
        "actionStatus": DONE,
    }


def tool(rule: str, script: str, steps: list[Step], outside: Outside, project: dict) -> dict | None:
    """Return a step's script, whose parts are the modules it imports; None if none ran."""
    read = {name for step in steps if step.rule == rule for name in step.reads}
    if not read:
        return None
    modules = sorted(name for name in read if name.endswith(PYTHON))
    return {
        "@id": outside.id(script),
        "@type": ["File", "SoftwareSourceCode"],
        "name": script,
        "version": project["version"],
        "license": {"@id": MIT},
        "hasPart": refer(outside.id(name) for name in modules),
    }


def how_to(rules: dict[str, dict], outside: Outside) -> list[dict]:
    """Return the rules as the workflow's steps, in the order of their names."""
    return [
        {
            "@id": f"#step-{rule}",
            "@type": "HowToStep",
            "name": rule,
            "description": known["said"],
            "position": str(number),
            "workExample": {"@id": outside.id(known["script"])},
        }
        for number, (rule, known) in enumerate(sorted(rules.items()), start=1)
    ]


def parameters(steps: list[Step]) -> list[dict]:
    """Return what each step was given besides files, as Snakemake noted it."""
    return [
        {
            "@id": _parameters(step),
            "@type": "PropertyValue",
            "name": f"parameters of {step.name}",
            "value": list(step.params),
        }
        for step in steps
        if step.params
    ]


def _parameters(step: Step) -> str:
    return f"#parameters-{step.name}"


def descriptor() -> dict:
    """Return the entity of the metadata file itself."""
    return {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": refer(["https://w3id.org/ro/crate/1.1", WORKFLOW_CRATE]),
    }


def root(project: dict, studies: list[Study], main: str, data: list[str], ran: list[dict]) -> dict:
    """Return the crate as a whole, dated by the newest frozen folder."""
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": project["title"],
        "description": "Tables, figures and claims of every study, with the run that made them.",
        "datePublished": newest(studies),
        "license": {"@id": LICENCE},
        "author": AUTHORS,
        "publisher": AUTHORS,
        "version": project["version"],
        "conformsTo": refer(PROFILES),
        "mainEntity": {"@id": main},
        "hasPart": refer(data),
        "mentions": refer([*(action["@id"] for action in ran), "#engine"]),
    }


def main_workflow(results: Path, files: list[str], project: dict, tools: list, rules: list) -> dict:
    """Return the workflow: its steps, and the scripts it runs."""
    return {
        "@id": files[0],
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
        "name": project["title"],
        "description": "The whole way from frozen data to claims.",
        **facts(results / files[0]),
        "version": project["version"],
        "license": {"@id": MIT},
        "creator": AUTHORS,
        "conformsTo": {"@id": BIOSCHEMAS},
        "programmingLanguage": {"@id": SNAKEMAKE},
        "hasPart": refer(entity["@id"] for entity in tools),
        "step": refer(f"#step-{rule}" for rule in rules),
    }


def result_file(results: Path, name: str, said: str) -> dict:
    """Return a file of the crate with its size and digest."""
    inside = name.removeprefix("results/")
    told = facts(results / inside)
    return {"@id": inside, "@type": "File", "name": inside, "description": said, **told}


def frozen(studies: list[Study]) -> dict[str, dict]:
    """Return title, version and licences of each frozen file, by its path."""
    found = {}
    for folder in folders(studies):
        sidecar = Vintage(folder).sidecar
        paths = [licence["path"] for licence in sidecar["licenses"]]
        for resource in sidecar["resources"]:
            found[(folder / resource["path"]).as_posix()] = {
                "name": f"{resource['name']} of {sidecar['title']}",
                "version": sidecar["version"],
                "license": [p if "://" in p else f"{folder.as_posix()}/{p}" for p in paths],
            }
    return found


def newest(studies: list[Study]) -> str:
    """Return the day on which the newest of the studies' folders was frozen."""
    return max(Vintage(folder).sidecar["created"] for folder in folders(studies))


def context(project: dict) -> list[dict]:
    """Return what the others refer to: profiles, engine, language, licences, authors."""
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
            "url": {"@id": ENGINE},
            "version": project["snakemake"],
        },
        {
            "@id": ENGINE,
            "@type": "SoftwareApplication",
            "name": "Snakemake",
            "url": ENGINE,
            "softwareVersion": project["snakemake"],
        },
        {
            "@id": LICENCE,
            "@type": "CreativeWork",
            "name": "CC BY 4.0",
            "description": "Creative Commons Attribution 4.0 International",
        },
        {"@id": MIT, "@type": "CreativeWork", "name": "MIT", "description": "MIT License"},
        {"@id": "#authors", "@type": "Organization", "name": project["authors"]},
    ]


def named_by_digest(digest: str) -> str:
    """Return the URI of bytes by their digest, after RFC 6920."""
    raw = bytes.fromhex(digest.removeprefix("sha256:"))
    return "ni:///sha-256;" + base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def refer(ids) -> list[dict]:
    """Return references to entities, each once."""
    return [{"@id": one} for one in dict.fromkeys(ids)]


def _plain(entity: dict) -> dict:
    """Return an entity with lists of one as that one, as the specification recommends."""
    return {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in entity.items()}
