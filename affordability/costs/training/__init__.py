"""Training a model once: rented, amortised with energy, acquired; energy and carbon."""
