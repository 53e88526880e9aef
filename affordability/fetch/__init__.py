"""The door to the network: ask, prove that the answer is whole, freeze it as a new vintage.

Nothing outside this package asks a remote host, and nothing in it changes a vintage that exists.
`refusal` is its one error, `request` what a person asked for; `transport` is patient with bad
networks and bounded against bad hosts, `download` brings large files and `zipped` opens them,
`reading` reads strictly; `worldbank`, `bulk` (with `listing` and `licences`), `oecd` and `prices`
know the providers; `completeness` proves an answer whole, `comparison` (with `nearest`) holds it
against the `last` vintage and `identities` against itself, `answer` is what is left (pure
functions, no network); `freeze` writes whole or not at all. A file that a person hands in is
`given` (what is said of it), read by `file`, proven by `distributions` or `stores`, and `handed`
in.
"""
