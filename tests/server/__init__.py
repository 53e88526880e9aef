"""A server on loopback that speaks the World Bank API v2 and OECD SDMX-CSV from frozen vintages.

`world` holds what is served, `worldbank`, `oecd`, `prices` and `bulk` answer as the providers do,
`wire` puts answers on the wire; `spoil`, `lies`, `more_lies` and `zip_lies` (by `zip_spoil`) spoil
them by name, `chance`, `fables` and `zip_fables` at random, and `judge` says how a fetch of them
ended. `files` and `spoilt_files` do the same for files that a person hands in. By hand:
`python -m tests.server PORT`.
"""
