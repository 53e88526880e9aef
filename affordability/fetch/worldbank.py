"""World Bank figures through the real client `wbgapi`, from today's release or an archived one.

`wbgapi` has neither timeout nor retry and trusts what it is told. So it is given a patient session
in place of its `requests`, a hook that reads every raw page strictly before the client does, and
what comes out is proved by `completeness`. Its module-level caches are never refreshed and may be
half filled after an error: each fetch imports a client of its own.

Source: World Development Indicators (database 2) and WDI Database Archives (57), CC BY 4.0.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import requests

from affordability.fetch.answer import Answer, proved
from affordability.fetch.completeness import (
    Page,
    one_release,
    prove_economies,
    prove_grid,
    prove_page,
    prove_pages,
    prove_series,
    prove_years,
)
from affordability.fetch.plan import Plan
from affordability.fetch.reading import excerpt, strict_json, whole
from affordability.fetch.refusal import FetchError, waive
from affordability.fetch.transport import PatientSession

ENDPOINT = "https://api.worldbank.org/v2"
GROUPS = ("region", "incomelevel", "lendingtype")


class Recorder:
    """A response hook that reads each raw page strictly and keeps what its header says."""

    def __init__(self, endpoint: str, progress: Callable[[str, int, int], None] | None = None):
        self.endpoint = endpoint
        self.progress = progress
        self.pages: list[Page] = []
        self.rows: dict[str, list[dict]] = defaultdict(list)
        self.addresses: list[str] = []

    def __call__(self, response: requests.Response, *_args, **_kwargs) -> None:
        if response.status_code != 200:
            return  # the client says so itself
        document = page_of(response)
        response.json = lambda **_: document  # the client sees what was checked, parsed once
        header = document[0] if isinstance(document, list) and document else document
        if isinstance(header, dict) and "message" in header:
            return  # an error object: the client raises it
        self._keep(response.url, document, header)

    def _keep(self, url: str, document: list | dict, header: dict) -> None:
        asked = urlsplit(url)
        address = asked.path.removeprefix(urlsplit(self.endpoint).path).strip("/").partition("/")[2]
        try:
            rows = raw_rows(address, document)
            page = Page(
                address=address,
                asked=int(parse_qs(asked.query)["page"][0]),
                **{name: whole(header[name]) for name in ("page", "pages", "per_page", "total")},
                rows=len(rows),
                lastupdated=str(header.get("lastupdated") or ""),
            )
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise FetchError(
                f"{url}: expected a page of the database asked with page, pages, per_page, total "
                f"and rows, found {type(error).__name__} {error}; nothing was written; fetch again "
                f"later"
            ) from error
        self.pages.append(page)
        prove_page(page, next(each for each in self.pages if each.address == address))
        self.addresses.append(url)
        if not is_data(address):
            self.rows[address] += rows
        if self.progress:
            self.progress(address, page.page, page.pages)

    @property
    def data_pages(self) -> list[Page]:
        """The pages that carry values."""
        return [page for page in self.pages if is_data(page.address)]


def is_data(address: str) -> bool:
    """Whether an address asks for values: it names series, economies and years at once."""
    return "/series/" in address and "/country/" in address and "/time/" in address


def raw_rows(address: str, document: list | dict) -> list:
    """Return the rows of a page, in any of the API's four shapes; stop at another database's."""
    if isinstance(document, dict):
        source = document["source"] if is_data(address) else document["source"][0]
        asked = address.split("/")[1]
        if str(source.get("id", asked)) != asked:
            raise ValueError(f"database {str(source['id'])[:20]} instead of {asked}")
    if isinstance(document, list):
        rows = document[1]
    elif is_data(address):
        rows = document["source"]["data"]
    else:
        concept = document["source"][0]["concept"]
        rows = concept if address.endswith("/concepts") else concept[0]["variable"]
    if not isinstance(rows, list):
        raise TypeError("rows are no list")
    return rows


def page_of(response: requests.Response) -> list | dict:
    """Parse a page strictly; stop at whatever is no JSON document."""
    try:
        document = strict_json(response.content)
        if not isinstance(document, list | dict):
            raise ValueError("it is no document")
        return document
    except ValueError as error:
        raise FetchError(
            f"{response.url}: expected JSON, found {excerpt(response.content)} ({error}); nothing "
            f"was written; fetch again later"
        ) from error


def fresh_client(endpoint: str, session: PatientSession, hook: Callable, rows: int) -> ModuleType:
    """Return a newly imported `wbgapi` with empty caches that asks through `session` only."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "wbgapi"]:
        del sys.modules[name]
    client = importlib.import_module("wbgapi")
    client.endpoint = endpoint.rstrip("/")
    client.requests = session
    client.per_page = rows
    client.get_options = {"hooks": {"response": hook}}
    return client


@contextmanager
def _in_one_sentence(client: ModuleType, endpoint: str) -> Iterator[None]:
    """Turn the five kinds of errors the client raises into one that says what came."""
    try:
        yield
    except client.APIError as error:
        raise FetchError(
            f"World Bank API at {endpoint}: answered {error.code or ''} {error.msg} to "
            f"{error.url}; nothing was written; fetch again later"
        ) from error
    except (
        requests.RequestException,
        *(KeyError, TypeError, AttributeError, IndexError, RecursionError),
    ) as error:
        raise FetchError(
            f"World Bank API at {endpoint}: the client could not read an answer "
            f"({type(error).__name__}: {error}); nothing was written; fetch again later"
        ) from error


def fetch(
    plan: Plan,
    endpoint: str = ENDPOINT,
    session: PatientSession | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Answer:
    """Return a proved answer to `plan`.

    Raises:
        FetchError: the answer did not come or cannot be proved to be whole.
    """
    if session is None:
        with PatientSession() as session:
            return fetch(plan, endpoint, session, progress)
    recorder = Recorder(endpoint, progress)
    client = fresh_client(endpoint, session, recorder, plan.page_rows)
    with _in_one_sentence(client, endpoint):
        _prove_version(plan, client)
        prove_years(plan, client.time.periods(plan.database))
        titles = {row["id"]: row["value"] for row in client.series.list(db=plan.database)}
        present = prove_series(plan, titles)
        listed = list(client.economy.list(labels=True, db=plan.database))
        prove_pages(recorder.pages)
        classified = recorder.rows["country/all"]
        economies = prove_economies(plan, listed, classified, _group_codes(recorder))
        codes = [row["id"] for row in listed]
        series = [s for s in plan.series if s.indicator in present]
        grid = prove_grid(_rows(client, plan, present), series, codes, plan.years)
    prove_pages(recorder.pages)
    if sum(page.rows for page in recorder.data_pages) != len(grid):
        raise FetchError(f"asked for {len(grid)} cells, the pages hold another number of rows")
    release = one_release(recorder.data_pages)
    titles = {code: " ".join(titles[code].split()) for code in present}
    return proved(plan, grid, codes, titles, economies, release, recorder.addresses)


def _prove_version(plan: Plan, client: ModuleType) -> None:
    """Stop unless the archives hold the release asked for."""
    if not plan.version:
        return
    listed = [row["id"] for row in client.source.features("version", db=plan.database)]
    releases = sorted(release for release in listed if re.fullmatch("[0-9]{6}", release))
    if plan.version not in releases:
        of_year = [release for release in releases if release[:4] == plan.version[:4]]
        near = of_year or releases[-6:]
        choose = f"choose one: {waive(f'release={near[-1]}')}" if near else "fetch again later"
        raise FetchError(
            f"release {plan.version}: not in the World Bank archives, which have "
            f"{', '.join(near) or 'none'}; nothing was written; {choose}"
        )


def _group_codes(recorder: Recorder) -> set[str]:
    rows = [row for group in GROUPS for row in recorder.rows[group]]
    return {row["code"] if "code" in row else row["id"] for row in rows}


def _rows(client: ModuleType, plan: Plan, present: list[str]) -> Iterator[tuple]:
    """Ask for the whole grid and give (indicator, economy, time key, value) row by row."""
    version = {"version": plan.version} if plan.version else {}
    for row in client.data.fetch(present, "all", plan.years, db=plan.database, **version):
        if row.get("version", plan.version) != plan.version:
            raise FetchError(f"asked for release {plan.version}, answered {row['version']}")
        yield row["series"], row["economy"], row["time"], row["value"]
