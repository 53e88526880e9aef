"""Short names of economies for labels; every other economy keeps the World Bank's name."""

SHORT = {
    "Bahamas, The": "Bahamas",
    "Central African Republic": "Central African Rep.",
    "Congo, Dem. Rep.": "DR Congo",
    "Congo, Rep.": "Congo",
    "Egypt, Arab Rep.": "Egypt",
    "Gambia, The": "Gambia",
    "Hong Kong SAR, China": "Hong Kong",
    "Iran, Islamic Rep.": "Iran",
    "Korea, Dem. People's Rep.": "North Korea",
    "Korea, Rep.": "South Korea",
    "Kyrgyz Republic": "Kyrgyzstan",
    "Lao PDR": "Laos",
    "Macao SAR, China": "Macao",
    "Micronesia, Fed. Sts.": "Micronesia",
    "Puerto Rico (U.S.)": "Puerto Rico",
    "Russian Federation": "Russia",
    "Sint Maarten (Dutch part)": "Sint Maarten",
    "Slovak Republic": "Slovakia",
    "St. Martin (French part)": "Saint-Martin",
    "Syrian Arab Republic": "Syria",
    "São Tomé and Príncipe": "São Tomé",
    "Taiwan, China": "Taiwan",
    "Venezuela, RB": "Venezuela",
    "Virgin Islands (U.S.)": "US Virgin Islands",
    "West Bank and Gaza": "West Bank & Gaza",
    "Yemen, Rep.": "Yemen",
}


def short(name: str) -> str:
    """The name for a label."""
    return SHORT.get(name, name)
