"""What calling costs, own, rent or call at several volumes, and the price of a capability."""

import logging

from affordability import tables, words
from affordability.costs import calling, capability, published, ways
from affordability.costs.serving.rental import on_sale
from affordability.known import Known
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, output) -> None:
    """Compute three tables for people, write."""
    given = Known(given, study.known_by)
    month, choices = study.price_month, study.serving
    listed = given["token_prices"]
    sold = on_sale(listed, given["withdrawals"], month)
    called = calling.calling(sold, month, choices)
    detail = given["serving_detail"]
    about = given["models"].set_index("model_id")["open_weights"]
    free = detail["model_id"].map(about).fillna(False).astype(bool)
    detail = detail[free & detail["precision"].eq(choices["precision"])]
    plans = published.in_force(given["subscriptions"], month).set_index("plan_id")["usd"]
    person = float(plans[study.first("subscribe")])
    owned = given["own_or_rent"]
    made = {
        "calling": called,
        "own_rent_call": ways.own_rent_call(called, detail, owned, choices, person),
        "capability_price": capability.capability_price(
            given, given["training_estimates"], choices, month
        ),
    }
    for name, table in made.items():
        tables.write_table(table, name, getattr(output, name))
    gone = sorted(set(listed["model_id"]) - set(sold["model_id"]))
    logging.info("sold no more by anybody: %s", words.listed(gone))
    logging.info("%d models can be called, %d run", len(called), detail["model_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
