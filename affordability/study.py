"""Studies: read `config.yaml`, fill in the defaults, and refuse what is not understood."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import yaml

from affordability.tables import ROOT, InputError
from affordability.vintages import open_vintage

CONFIG_SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
RAW = Path("data/raw")
CURATED = RAW / "curated"
CLAIMS = Path("data/claims.yaml")


def load_yaml(path: Path) -> dict:
    """Read a YAML file; `InputError` naming the line if it is broken."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}, row {line}: found broken YAML, {error.problem}") from None


def check_document(document: object, schema: Path, file: str) -> None:
    """Check parsed YAML against a JSON schema; `InputError` names file, key, found, expected."""
    validator = jsonschema.Draft202012Validator(load_yaml(schema))
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is None:
        return
    where = ".".join(str(part) for part in error.absolute_path) or "top level"
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", error.schema.get("patternProperties", {})))
        raise InputError(f"{file}, {where}: {error.message}; expected one of {', '.join(known)}")
    raise InputError(f"{file}, {where}: {error.message} (expected {_expected(error)})")


def _expected(error: jsonschema.ValidationError) -> str:
    rule = f"{error.validator} {error.validator_value}"
    return error.schema.get("description", rule) if isinstance(error.schema, dict) else rule


def studies(config: dict) -> dict[str, dict]:
    """Return every study with the defaults filled in, by name; check all of them.

    A key a study has itself replaces the default's whole value. Each study also gets its `name`.

    Raises:
        InputError: an unknown or missing key, a value out of range, a doubled threshold id, a date
            that YAML turned into something else because it was not quoted.
    """
    filled = _filled(config)
    check_document({**config, "studies": filled}, CONFIG_SCHEMA, "config.yaml")
    for name, study in filled.items():
        ids = [threshold["id"] for threshold in study["thresholds"]]
        twice = {i for i in ids if ids.count(i) > 1}
        if twice:
            raise InputError(
                f"config.yaml, studies.{name}.thresholds: found {sorted(twice)} twice, "
                "expected each id once"
            )
    wanted = config.get("study")
    if wanted and wanted not in filled:
        raise InputError(f"config.yaml, study: found {wanted}, expected one of {', '.join(filled)}")
    return {k: {**v, "name": k} for k, v in filled.items() if wanted in (None, k)}


def _filled(config: dict) -> dict[str, dict]:
    """Return the studies with the defaults under them; leave what is no mapping to the schema."""
    defaults, given = config.get("defaults", {}), config.get("studies", {})
    if not isinstance(given, dict) or not isinstance(defaults, dict):
        return given
    return {k: {**defaults, **v} if isinstance(v, dict) else v for k, v in given.items()}


def check_vintages(study: dict, raw: Path = RAW) -> None:
    """Stop if a study names a vintage that is not frozen; the message names those that are."""
    for source, version in study["vintages"].items():
        try:
            open_vintage(raw, source, version)
        except InputError as error:
            raise InputError(f"config.yaml, studies.{study['name']}.vintages: {error}") from None


def folders(studies: dict[str, dict]) -> list[Path]:
    """Return the frozen folders that the studies read, each once, curated tables first."""
    named = {RAW / source / v for s in studies.values() for source, v in s["vintages"].items()}
    return [CURATED, *sorted(named)]
