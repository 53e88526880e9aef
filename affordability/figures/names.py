"""Short names of economies for labels (`data/names.csv`); all others keep the World Bank's name."""

from affordability.tables import ROOT, read_table

NAMES = read_table(ROOT / "data" / "names.csv", "names")
SHORT = dict(zip(NAMES["name"], NAMES["display_name"], strict=True))


def short(name: str) -> str:
    """The name for a label."""
    return SHORT.get(name, name)
