"""Who can afford to train, run and use large language models: resources, costs, ratios, claims."""
