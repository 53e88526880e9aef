"""Costs: money a thing takes, published by others or computed here from first principles."""
