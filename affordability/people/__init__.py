"""People, not averages: prices there, incomes there, languages, and who really uses it.

Pure functions over frames. Every economy is keyed by ISO3 in a column `economy`; shares are
fractions; incomes and prices are nominal US$ unless a name says PPP.
"""
