"""Explain: from a printed number through its formula to the rows of the frozen files.

Nothing here knows how a number is made. A row of the results carries its derivation; `expression`
parses it, `frozen` finds each operand's row and line, `trees` joins them, `tree.recompute` computes
the number again from the leaves.
"""
