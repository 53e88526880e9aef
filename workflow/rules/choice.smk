"""Choice: needs serving, owning and training, gives what calling costs and which way is cheapest."""

CHOICE_TABLES = ["calling", "own_rent_call", "capability_price"]


rule choice:
    """Call, rent or own at several volumes; and the price of a capability by month."""
    input:
        **curated("token_prices", "capability", "benchmarks", "models", "subscriptions"),
        **curated("withdrawals"),
        own_or_rent="results/{study}/tables/own_or_rent.csv",
        serving_detail="results/{study}/serving_detail.parquet",
        training_estimates="results/{study}/training_estimates.parquet",
        checks=checked("curated"),
        code=code("build_choice"),
    output:
        **{table: update(f"results/{{study}}/tables/{table}.csv") for table in CHOICE_TABLES},
    log:
        "logs/{study}/choice.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_choice.py"
