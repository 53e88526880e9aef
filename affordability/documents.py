"""Documents on disk: YAML and JSON that a person writes, read strictly and checked by a schema.

Whatever is wrong with one is said in one sentence that names file, row or key, found and expected.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from affordability.tables import InputError, read_text

DEEPEST = 40  # levels of a document; ours have eight
LARGEST = 200_000  # values of a document, each counted as often as it is referred to


class Strict(yaml.SafeLoader):
    """A loader that refuses a key given twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node, deep=False):
        """Return the mapping of a node; every key of it once."""
        seen = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is not None and name != "<<" and name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {name} twice", key.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


def load_yaml(path: Path) -> object:
    """Read a YAML file; `InputError` naming the row where it is broken, doubled, too deep or large.

    A date that was not quoted, a number or a boolean comes as YAML has it; a schema refuses it.
    """
    text = read_text(path)
    try:
        loader = Strict(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _bounded(node, path)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}, row {row}: found broken YAML, {error.problem}") from None
    except yaml.reader.ReaderError as error:
        row = text.count("\n", 0, error.position) + 1
        raise InputError(f"{path}, row {row}: found a character that YAML does not have") from None
    except RecursionError:
        raise InputError(f"{path}: found more levels than {DEEPEST}, expected few") from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: found {error}, expected plain YAML") from None


def _bounded(node: yaml.Node, path: Path) -> None:
    """Stop at a document that aliases blow up, or that is deeper than anybody reads."""
    sizes: dict[int, int] = {}

    def size(part: yaml.Node, level: int) -> int:
        if level > DEEPEST:
            row = part.start_mark.line + 1
            raise InputError(f"{path}, row {row}: found more than {DEEPEST} levels, expected few")
        if id(part) not in sizes:
            inside = part.value if isinstance(part, yaml.CollectionNode) else []
            pairs = [p for each in inside for p in (each if isinstance(each, tuple) else [each])]
            sizes[id(part)] = 1 + sum(size(p, level + 1) for p in pairs)
        return sizes[id(part)]

    if size(node, 0) > LARGEST:
        raise InputError(f"{path}: found more than {LARGEST:,} values, expected a short document")


def load_json(path: Path) -> object:
    """Read a JSON file; `InputError` naming the row where it is broken."""
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, row {error.lineno}: found broken JSON, {error.msg}") from None
    except RecursionError:
        raise InputError(f"{path}: found too many levels, expected few") from None


def check_document(document: object, schema: Path, file: str) -> None:
    """Check a parsed document against a JSON schema; `InputError` names file, key, found, expected.

    A number that is none (.nan, .inf) is refused wherever it stands.
    """
    import jsonschema  # late: costs a tenth of a second where nothing is checked

    for where, value in leaves(document):
        if isinstance(value, float) and not math.isfinite(value):
            raise InputError(f"{file}, {where}: found {value}, expected a finite number")
    error = jsonschema.exceptions.best_match(_validator(schema).iter_errors(document))
    if error is None:
        return
    where = ".".join(str(part) for part in error.absolute_path) or "top level"
    said = _short(error.message)
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", error.schema.get("patternProperties", {})))
        raise InputError(f"{file}, {where}: {said}; expected one of {', '.join(known)}")
    raise InputError(f"{file}, {where}: {said} (expected {_expected(error)})")


@cache
def _validator(schema: Path):
    """Return the validator of one of our schemas, which are read once a process."""
    import jsonschema

    return jsonschema.Draft202012Validator(load_yaml(schema))


def leaves(document: object, where: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value of a document that holds no others, with the keys that lead to it."""
    parts = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else None
    )
    if parts is None:
        yield where or "top level", document
        return
    for key, value in parts:
        yield from leaves(value, f"{where}.{key}" if where else str(key))


def _short(text: str) -> str:
    """A message of one line that a reader can take in."""
    plain = " ".join(text.split())
    return plain if len(plain) <= 300 else f"{plain[:200]} ... {plain[-80:]}"


def _expected(error) -> str:
    rule = f"{error.validator} {error.validator_value}"
    return _short(error.schema.get("description", rule)) if isinstance(error.schema, dict) else rule
