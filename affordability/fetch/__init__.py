"""The door to the network: ask, prove that the answer is whole, freeze it as a new vintage.

Nothing outside this package asks a remote host, and nothing in it changes a vintage that exists.
`transport` is patient with bad networks, `worldbank`, `oecd` and `prices` know the providers,
`completeness` holds the proof (pure functions, no network), `freeze` writes whole or not at all.
"""

from affordability.tables import InputError


class FetchError(InputError):
    """A fetch that could not prove its answer; says what was asked, what came, and what to do."""


def waive(option: str) -> str:
    """Return how a person gives an option to the fetch: with make, or with Snakemake itself."""
    return f"make update VINTAGE=... ARGS='{option}' (snakemake: --config {option})"
