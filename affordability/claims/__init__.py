"""Claims: a sentence with a number in it, the query that answers it, and its verdict."""
