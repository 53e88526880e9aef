"""The audit: what each claim would be, had one chosen otherwise.

`space` reads the choices, `data` lays the resources out as arrays, `evaluate` answers every
specification, `effects` says which choices decide, `readings` says it in sentences. `baseline`
finds the studies in it; `montecarlo` and `concentration` stand beside it; `curve` and `lorenz`
draw.
"""
