"""A light French stemmer: the same end for the forms of one word, as far as short questions need it."""

from __future__ import annotations

from functools import cache

_ENDS = (
    ("issements", ""), ("issement", ""), ("ifications", ""), ("ification", ""), ("isations", ""), ("isation", ""),
    ("ements", ""), ("ement", ""), ("ations", ""), ("ation", ""), ("itions", ""), ("ition", ""), ("issent", ""), ("issant", ""),
    ("eraient", ""), ("erait", ""), ("erais", ""), ("erons", ""), ("eront", ""), ("erez", ""), ("eras", ""), ("era", ""), ("erai", ""),
    ("iraient", ""), ("irait", ""), ("aient", ""), ("antes", ""), ("ante", ""), ("ants", ""), ("ant", ""), ("euses", "eu"), ("euse", "eu"), ("eurs", "eu"), ("eur", "eu"), ("eux", "eu"),
    ("ions", "i"), ("ees", ""), ("ait", ""), ("ais", ""), ("ons", ""), ("ent", ""), ("ez", ""), ("er", ""), ("ee", ""), ("es", ""), ("ir", ""), ("it", ""), ("is", ""), ("i", ""),
    ("e", ""), ("s", ""), ("x", ""),
)  # fmt: skip
SHORTEST = 3
"""Letters that are left at least: "mer" is not "m"."""


@cache
def stem(word: str) -> str:
    """Of a folded word. A word with a digit or a dot is a name and stays."""
    if not word.isalpha() or len(word) <= SHORTEST:
        return word
    for end, instead in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= SHORTEST:
            word = word[: len(word) - len(end)] + instead
            break
    if len(word) > SHORTEST and word[-1] == word[-2]:
        word = word[:-1]
    return word
