"""The deposit: everything the crate names in one archive, with its digests, byte-equal anywhere."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

from affordability.describe import package
from affordability.tables import InputError, replacing
from affordability.vintages import SIDECAR, Vintage

SUMS = "SHA256SUMS"
VALID = "datapackage-v1.json"


def contents(crate: dict, metadata: Path, beside: list[Path]) -> dict[str, bytes]:
    """Return the files of the deposit by their path in it, which is their path in the project.

    Every file the crate names, each with the digest the crate gives it; the crate itself; the
    files `beside` it (licences, how to cite); and for each frozen folder a valid Data Package.

    Raises:
        InputError: a file is no longer what the crate says.
    """
    found = {metadata.as_posix(): metadata.read_bytes()}
    for entity in crate["@graph"]:
        for path in paths_of(entity, metadata.parent):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != entity["sha256"]:
                raise InputError(
                    f"{path.as_posix()}: found other bytes than {metadata.as_posix()} says, "
                    "expected those of the run; make ARGS=--forceall makes both anew"
                )
            found[path.as_posix()] = data
    found |= {path.as_posix(): path.read_bytes() for path in beside}
    for path in sorted(map(Path, found)):
        if path.name == SIDECAR and path.parts[0] == "data":
            valid = json.dumps(
                package.of_vintage(Vintage(path.parent)), indent=1, ensure_ascii=False
            )
            found[(path.parent / VALID).as_posix()] = f"{valid}\n".encode()
    return found


def paths_of(entity: dict, results: Path) -> list[Path]:
    """Return the files behind an entity: below the crate, or where its bytes lie outside it."""
    if "sha256" not in entity:
        return []
    outside = entity.get("alternateName", [])
    outside = [outside] if isinstance(outside, str) else outside
    return [Path(name) for name in outside] or [results / entity["@id"]]


def write(files: dict[str, bytes], date: str, path: Path) -> str:
    """Write the archive and return its sha256; every file in it is dated the day given.

    `SHA256SUMS` in it lists all others, for `sha256sum --check`.
    """
    lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    files = {**files, SUMS: "".join(lines).encode()}
    year, month, day = map(int, date.split("-"))
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{path.stem}/{name}", (year, month, day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # the same on every system
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, compresslevel=9)
    return hashlib.sha256(path.read_bytes()).hexdigest()
