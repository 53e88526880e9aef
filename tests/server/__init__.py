"""A server on loopback that speaks the World Bank API v2 and OECD SDMX-CSV from frozen vintages.

`world` holds what is served, `worldbank` and `oecd` answer as the providers do, `wire` puts answers
on the wire and spoils them where a test asks for it. By hand: `python -m tests.server PORT`.
"""
