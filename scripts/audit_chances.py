"""Who can pay with what probability, and how the capacity to train is spread."""

import logging
from pathlib import Path

import pandas as pd

from affordability import tables
from affordability.audit import concentration, montecarlo
from affordability.audit.steps import Audit
from affordability.figures import lorenz, style
from scripts.audit_part import declared
from scripts.log import start_log


def main(audit: Audit, training: pd.DataFrame, prices: pd.DataFrame, folder: Path) -> None:
    """Draw costs and readings, count; measure the concentration; write tables and the figure."""
    chances, counts = montecarlo.uncertainty(audit.declared["uncertainty"], audit.data, training)
    tables.write_table(
        chances, "affordability_probability", folder / "affordability_probability.csv"
    )
    tables.write_table(counts, "affordability_counts", folder / "affordability_counts.csv")
    declared = audit.declared["concentration"]
    table = concentration.concentration(declared, audit.data, prices)
    tables.write_table(table, "concentration", folder / "concentration.csv")
    years = table["year"]
    curves = concentration.lorenz_frame(declared, audit.data, [years.min(), years.max()])
    drawn = lorenz.draw_frame(curves, table)
    cost = audit.data.costs.set_index("estimate_id").at[declared["item"], "usd"]
    economies = audit.data.actors("economy", declared["world_bank"][0])
    names = dict(zip(economies["actor_id"], economies["name"], strict=True))
    style.use()
    style.save_figure(
        lorenz.figure(drawn, declared["top"]),
        folder / "figures" / "concentration",
        drawn,
        lorenz.caption_text(table, declared, cost, names),
        f"World Bank data of {declared['world_bank'][0]}",
    )
    logging.info("%d probabilities, %d years of concentration", len(chances), years.nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    audit = declared(snakemake.input, snakemake.params.strict)
    training = tables.read_table(snakemake.input.training, "training_uncertainty")
    prices = tables.read_table(snakemake.input.producer_prices, "producer_prices")
    main(audit, training, prices, Path(snakemake.output.concentration).parent)
