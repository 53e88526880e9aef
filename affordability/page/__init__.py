"""The page people open, part by part; `document` puts them together."""
