"""What changed between two vintages: values, and what they do to resources, ratios and claims."""
