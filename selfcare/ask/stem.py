"""A light French stemmer: the same end for the forms of one word, as far as short questions need it.

Measured beside ``snowballstemmer`` (docs/design/ask.md): as good for short questions, quicker, no dependency.
"""

from __future__ import annotations

from functools import cache

_TO_NOTHING = """
issements issement ifications ification isations isation ements ement ations ation itions ition issent issant
eraient erait erais erons eront erez eras era erai iraient irait aient antes ante ants ant
ees ait ais ons ent ez er ee es ir it is i e s x
"""
_TO_OTHER = {"euses": "eu", "euse": "eu", "eurs": "eu", "eur": "eu", "eux": "eu", "ions": "i"}
_ENDS = tuple(
    sorted({**dict.fromkeys(_TO_NOTHING.split(), ""), **_TO_OTHER}.items(), key=lambda end: -len(end[0]))
)  # fmt: skip
_AS_THEY_ARE = frozenset({"fils"})
"""« mon fils » is no wire."""
SHORTEST = 3
"""Letters that are left at least: "mer" is not "m"."""


@cache
def stem(word: str) -> str:
    """Of a folded word. A word with a digit or a dot is a name and stays."""
    if not word.isalpha() or len(word) <= SHORTEST or word in _AS_THEY_ARE:
        return word
    for end, instead in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= SHORTEST:
            word = word[: len(word) - len(end)] + instead
            break
    if len(word) > SHORTEST and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] + "i" if word[-1] == "y" else word  # « renvoyer » and « renvoie », « payer » and « paie »
