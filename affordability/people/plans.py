"""What plans are called: those of app stores as their sellers do (`data/plans.csv`)."""

from affordability.tables import ROOT, read_table

PLANS = read_table(ROOT / "data" / "plans.csv", "plans")
SOLD_AS = dict(zip(PLANS["plan"], PLANS["display_name"], strict=True))


def plan_name(plan: str) -> str:
    """Return a plan in words; a reference plan by its price.

    >>> plan_name("flat_20"), plan_name("chatgpt_plus")
    ('$20 a month', 'ChatGPT Plus')
    """
    if plan.startswith("flat_"):
        return f"${plan.removeprefix('flat_')} a month"
    return SOLD_AS.get(plan, plan)
