"""Validate an RO-Crate without a network: `python ro_crate.py FOLDER PROFILE SEVERITY`.

Runs in the environment of the validators. The validator asks the network for the JSON-LD context of
RO-Crate 1.1; here it comes from the copy that the package `rocrate` carries, put into the
validator's cache, and everything else it asks for is refused. Prints the issues as JSON.
"""

import io
import json
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from requests import Response
from requests.adapters import HTTPAdapter
from rocrate_validator import services
from rocrate_validator.models import Severity, ValidationSettings
from rocrate_validator.utils.http import HttpRequester
from urllib3 import HTTPResponse

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


class FromPackage(HTTPAdapter):
    """Answers for the context with the file of the package."""

    def send(self, request, **_) -> Response:
        data = files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
        assert json.loads(data)["@id"] == CONTEXT, "another version of the context"
        answer = HTTPResponse(
            io.BytesIO(data),
            headers={"Content-Type": "application/ld+json"},
            status=200,
            preload_content=False,
            request_url=request.url,
        )
        return self.build_response(request, answer)


def issues(crate: Path, profile: str, severity: str) -> list[dict]:
    """Return what the validator finds in the crate, of this severity and above."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "http"
        HttpRequester.initialize_cache(cache_path=str(cache), cache_max_age=-1)
        session = HttpRequester().session
        session.mount(CONTEXT, FromPackage())
        session.get(CONTEXT)
        settings = ValidationSettings(
            rocrate_uri=str(crate),
            profile_identifier=profile,
            requirement_severity=Severity[severity],
            cache_path=cache,
            cache_max_age=-1,
            offline=True,
        )
        result = services.validate(settings)
    return [
        {"check": one.check.identifier, "message": one.message, "at": one.violatingEntity}
        for one in result.get_issues(Severity[severity])
    ]


if __name__ == "__main__":
    print(json.dumps(issues(Path(sys.argv[1]), sys.argv[2], sys.argv[3]), indent=1))
