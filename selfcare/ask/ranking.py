"""The order of what is offered: the text first, then what is known of the home, of the past, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from selfcare.ask import weights
from selfcare.ask.search import Scored


@dataclass(frozen=True, slots=True)
class Known:
    """What is known without asking; "" and () are not known.

    ``tried``: guides gone through without success in the last ``weights.TRIED_DAYS``; ``left``: begun, not ended.
    ``more``, ``less``: what the answers to our questions speak for and against.
    """

    family: str = ""
    operator: str = ""
    access: str = ""
    codes: tuple[str, ...] = ()
    tried: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """``text``: by the text alone. ``words``: of the question, the most telling first."""

    id: str
    score: float
    text: float
    words: tuple[str, ...] = ()


def ranked(scored: Mapping[str, Scored], codes: Mapping[str, frozenset[str]], known: Known) -> list[Ranked]:
    """Best first. The best by the text alone is never below the third place."""
    found = [
        Ranked(name, one.score * factor(name, codes.get(name, frozenset()), known), one.score, _telling(one))
        for name, one in scored.items()
    ]
    found.sort(key=lambda one: (-one.score, one.id))
    best = min(found, key=lambda one: (-one.text, one.id), default=None)
    if best is not None and best not in found[: weights.SAFE]:
        found.remove(best)
        found.insert(weights.SAFE - 1, best)
    return found


def factor(name: str, codes: frozenset[str], known: Known) -> float:
    """What everything known makes of a score; 1.0 where nothing speaks for or against."""
    found = 1.0
    if codes & set(known.codes):
        found *= weights.CODES
    lines = weights.ACCESS.get(name, ())
    if lines and known.access:
        found *= weights.FITS if known.access in lines else weights.FITS_NOT
    if known.family in weights.FAMILIES.get(name, ()) or known.operator in weights.OPERATORS.get(name, ()):
        found *= weights.FAMILY
    if name in known.left:
        found *= weights.LEFT
    elif name in known.tried:
        found *= weights.TRIED
    return found * weights.MORE ** known.more.count(name) * weights.LESS ** known.less.count(name)


def _telling(one: Scored) -> tuple[str, ...]:
    return tuple(sorted(one.words, key=lambda word: (-one.words[word], word))[:3])
