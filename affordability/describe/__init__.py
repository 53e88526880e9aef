"""What a run made, told to machines: RO-Crate, Data Package, Croissant, and the deposit."""
