"""Words nobody wrote before: the nearest ones that are known, by letters left out, by the keyboard and by ear.

Pure. The neighbourhood is that of deletions: two words are near when leaving a letter out of one, or of both, makes
them the same. So a lookup is a handful of exact look-ups, not a walk through all words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

SHORTEST = 4
"""Letters below which nothing is guessed: "port" and "porc" are too near to each other."""
LONG = 7
"""Letters from which two slips are believed."""
_INITIALS = (3, 4)
"""Letters of a word whose letters may stand in any order."""
_EAR = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"y", "i"),
        (r"ch(?=[rl])", "k"),
        (r"(?:eau|au|aux|eaux)", "o"),
        (r"ph", "f"),
        (r"(?:qu|q|ck|k|c(?=[aourlt])|c$)", "k"),
        (r"(?:ss|sc|c(?=[eiy]))", "s"),
        (r"(?:ain|ein|aim|im(?=[pb])|in(?![aeiouy]))", "1"),
        (r"(?:en|em|an|am)(?![aeiouy])", "2"),
        (r"(?:ai|ei|et$|er$|ez$)", "e"),
        (r"(?<![cs])h", ""),
        (r"z", "s"),
        (r"ge(?=[ao])", "j"),
        (r"g(?=[eiy])", "j"),
        (r"oue|w", "ou"),
        (r"x", "ks"),
        (r"tion", "sion"),
        (r"(.)\1", r"\1"),
        (r"(?:ent|es|e|s|t|d|p)$", ""),
    )
)
_DOUBLE = re.compile(r"(.)\1")
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn")


def sound(word: str) -> str:
    """How a French reader would say it, roughly."""
    for pattern, instead in _EAR:
        word = pattern.sub(instead, word)
    return word


def shortened(word: str, depth: int) -> set[str]:
    """The word, and what is left of it without up to ``depth`` letters."""
    found, last = {word}, {word}
    for _ in range(depth):
        last = {w[:at] + w[at + 1 :] for w in last for at in range(len(w))}
        found |= last
    return found


def forms(word: str) -> set[str]:
    """Under what a known word is kept."""
    if len(word) in _INITIALS and word.isalpha():
        return {*shortened(word, int(len(word) >= SHORTEST)), _letters(word), f"~{sound(word)}"}
    if len(word) < SHORTEST or not word.isalpha():
        return set()
    return {*shortened(word, 1), *shortened(_DOUBLE.sub(r"\1", word), 1), f"~{sound(word)}"}


def _letters(word: str) -> str:
    """Whatever their order: how initials are got wrong (« dzm », « vnp »)."""
    return "#" + "".join(sorted(word))


def nearest(word: str, known: Callable[[Iterable[str]], Iterable[str]]) -> tuple[str, ...]:
    """The known words that are meant, the most likely first; () if nothing is near enough. ``known``: by forms."""
    if not word.isalpha() or len(word) < min(_INITIALS):
        return ()
    if len(word) in _INITIALS and (same := sorted(known((_letters(word),)))):
        return tuple(same[:3])
    if len(word) < SHORTEST:
        return ()
    asked = shortened(word, 2 if len(word) >= LONG else 1) | {f"~{sound(word)}"}
    asked |= shortened(_DOUBLE.sub(r"\1", word), 1)
    ranked = sorted((cost(word, one), one) for one in set(known(asked)))
    if not ranked or ranked[0][0] > (1.8 if len(word) >= LONG else 1.2):
        return ()
    return tuple(one for price, one in ranked[:3] if price <= ranked[0][0] + 0.15)


def cost(typed: str, meant: str) -> float:
    """Slips between the two: 1 each, less for neighbouring keys, swapped or doubled letters, or the same sound."""
    rows = [[float(at) for at in range(len(meant) + 1)]]
    for i, a in enumerate(typed, 1):
        row = [float(i)]
        for j, b in enumerate(meant, 1):
            best = min(
                rows[-1][j] + (0.6 if i > 1 and typed[i - 2] == a else 1),
                row[-1] + (0.6 if j > 1 and meant[j - 2] == b else 1),
                rows[-1][j - 1] + (0.0 if a == b else 0.7 if beside(a, b) else 1),
            )
            if i > 1 and j > 1 and a == meant[j - 2] and typed[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 0.6)
            row.append(best)
        rows.append(row)
    price = rows[-1][-1]
    if typed[:1] != meant[:1]:
        price += 0.3  # the first letter is rarely wrong
    return min(price, 0.5 + 0.1 * price) if sound(typed) == sound(meant) else price


def beside(a: str, b: str) -> bool:
    """Whether two keys are neighbours on a French keyboard."""
    at = {letter: (x, y) for y, row in enumerate(_ROWS) for x, letter in enumerate(row)}
    if a not in at or b not in at:
        return False
    (xa, ya), (xb, yb) = at[a], at[b]
    return abs(xa - xb) <= 1 and abs(ya - yb) <= 1
