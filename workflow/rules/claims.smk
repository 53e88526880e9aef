"""Claims: needs ratios, costs and resources of all years, gives a verdict a claim."""


rule claims:
    """What the study states, what the data give, the verdict, and the numbers a text may quote."""
    input:
        **evidence(),
        claims=str(query.CLAIMS),
        code=code("check_claims"),
    output:
        claims=report(
            update("results/{study}/claims.csv"),
            **told("claims", "Claims", "{study}", table="claims and verdicts"),
        ),
        numbers=update("results/{study}/numbers.json"),
    log:
        "logs/{study}/claims.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/check_claims.py"
