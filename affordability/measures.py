"""The measures: every kind of resource, with whose it is, how it is called and how it is derived.

Every fact about a measure stands in this table and nowhere else. A formula is data in the language
of `derivation`; of several the first whose operands are there makes the numbers, and its text is
what column `derivation` says.
"""

from __future__ import annotations

from dataclasses import dataclass

from affordability.derivation import Part, operands, read
from affordability.tables import InputError


@dataclass(frozen=True)
class Measure:
    """A kind of resource; US$ are current ones.

    Attributes:
        id: its name in tables and config.
        actor: whose it is: economy, person (the average one of an economy), organisation.
        period: the time it comes in: year or month; once for a round of funding.
        label: what a reader calls it; `brief` where the period is told elsewhere.
        formulas: how it is derived, in order of preference; words after a colon say what a reader
            of the number must know, such as the break that a product carries.
        absent: why an economy may have none at all.
        yearly: of a measure by the month, the one it is the twelfth part of.
        inferred_from: the measure from which a missing value may be inferred, in the audit only.
        price_basis: nominal (US$ at market rates), or ppp (international $).

    A formula over several cells gives a number that stands in no source: it is `derived`, however
    well its cells were read.
    """

    id: str
    actor: str
    period: str
    label: str
    formulas: tuple[str, ...]
    brief: str = ""
    absent: str = "the World Bank publishes no value"
    yearly: str = ""
    inferred_from: str = ""
    price_basis: str = "nominal"

    @property
    def short(self) -> str:
        """What it is called where its period is told elsewhere."""
        return self.brief or self.label

    @property
    def parts(self) -> list[Part]:
        """Its formulas, parsed."""
        return [read(formula).expression for formula in self.formulas]

    @property
    def composed(self) -> bool:
        """Whether one of its formulas is over several series."""
        return any(len(operands(part)) > 1 for part in self.parts)

    @property
    def source(self) -> str:
        """The source whose vintage it is of."""
        table = operands(self.parts[0])[0].table
        return {"observations": "world_bank", "venture_capital": "oecd"}.get(table, "curated")


GDP = "NY.GDP.MKTP.CD"
GDP_OF_PEOPLE = "NY.GDP.PCAP.CD*SP.POP.TOTL"
PRICE_LEVEL = "PA.NUS.PPPC.RF"
PCAP, PCAP_PPP = "NY.GDP.PCAP.CD", "NY.GDP.PCAP.PP.CD"
# Why a product of the two is no published total. It is formed of one release only: two releases
# count people differently, which put Togo 12 % too high.
BREAK = (
    "GDP is GDP per capita times population, no published total; the World Bank divides by another "
    "population in Cyprus, Morocco, Russia, Sudan, Tanzania and Ukraine"
)
GNI = "NY.GNP.PCAP.CD"
ADJUSTED = "NY.ADJ.NNTY.PC.CD"


def amount(metric: str) -> tuple[str, ...]:
    """Return the formulas of one metric of table `organisations`, in order of preference.

    An amount in local currency is divided by the official exchange rate (local currency per US$,
    average of the year); where only a band is published, its upper end stands for it.
    """
    row = f"[metric={metric},budget_id]"
    return (
        f"organisations.usd{row}",
        f"organisations.local_value{row}/PA.NUS.FCRF[iso3]",
        f"organisations.usd_high{row}: upper end of a band",
        f"organisations.usd_low{row}: lower end of a band without an upper one",
    )


MEASURES = {
    measure.id: measure
    for measure in (
        Measure("gdp", "economy", "year", "GDP", (GDP, f"{GDP_OF_PEOPLE}: {BREAK}")),
        Measure(
            "rd_expenditure",
            "economy",
            "year",
            "R&D expenditure",
            (
                f"GB.XPD.RSDV.GD.ZS/100*{GDP}",
                f"GB.XPD.RSDV.GD.ZS/100*({GDP_OF_PEOPLE}): {BREAK}",
            ),
            absent="no R&D share together with GDP of the same year",
            inferred_from="gdp",
        ),
        # The price level is of one release: as published, else the ratio of its two series.
        Measure(
            "rd_expenditure_ppp",
            "economy",
            "year",
            "R&D expenditure in international dollars",
            (
                f"GB.XPD.RSDV.GD.ZS/100*{GDP}/{PRICE_LEVEL}",
                f"GB.XPD.RSDV.GD.ZS/100*{GDP}/({PCAP}/{PCAP_PPP})",
            ),
            absent="no R&D share together with GDP and the price level of the same year",
            price_basis="ppp",
        ),
        Measure(
            "seed_funding",
            "economy",
            "year",
            "seed funding",
            ("venture_capital.usd_million[stage=SEED]*1e6",),
            absent="OECD publishes no seed stage for it",
        ),
        Measure(
            "venture_capital",
            "economy",
            "year",
            "venture capital",
            ("venture_capital.usd_million[stage=_T]*1e6",),
            absent="OECD publishes no venture capital for it",
        ),
        Measure("gni_per_capita", "person", "year", "GNI per capita (Atlas)", (GNI,)),
        Measure(
            "adjusted_nni_per_capita",
            "person",
            "year",
            "adjusted net national income per capita",
            (ADJUSTED,),
        ),
        Measure(
            "monthly_gni",
            "person",
            "month",
            "monthly GNI per capita (Atlas)",
            (f"{GNI}/12",),
            brief="GNI per capita (Atlas)",
            yearly="gni_per_capita",
        ),
        Measure(
            "monthly_adjusted_nni",
            "person",
            "month",
            "monthly adjusted net national income per capita",
            (f"{ADJUSTED}/12",),
            brief="adjusted net national income per capita",
            yearly="adjusted_nni_per_capita",
            inferred_from="monthly_gni",
        ),
        Measure("expenditure", "organisation", "year", "expenditure", amount("expenditure")),
        Measure("revenue", "organisation", "year", "revenue", amount("revenue")),
        Measure("rd_spending", "organisation", "year", "R&D spending", amount("rd_expenditure")),
        Measure(
            "funding_round", "organisation", "once", "round of funding", amount("funding_round")
        ),
    )
}


def of_actors(*actors: str) -> list[str]:
    """Return the ids of the measures of these actors."""
    return [measure.id for measure in MEASURES.values() if measure.actor in actors]


def require(measures: list[str], where: str) -> None:
    """Stop if a measure does not exist; the message names those that do."""
    for measure in measures:
        if measure not in MEASURES:
            raise InputError(
                f"{where}: found measure {measure}, expected one of {', '.join(MEASURES)}"
            )
