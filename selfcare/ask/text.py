"""What somebody typed as words that can be compared: folded, short forms written out, units and kinds marked.

Pure. What a word stands for is data: ``language.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selfcare.ask.stem import stem

LONGEST = 4000
"""Characters that are read: a question in three sentences has 300, what comes after so many adds nothing but time."""
MOST_WORDS = 120
"""Words that are looked at, for the same reason."""
_FILE = Path(__file__).with_name("language.toml")
_WORD = re.compile(r"[a-z0-9]+(?:\.[a-z0-9]+)*")
_BANDS = (
    (re.compile(r"\b2\s?[.,]\s?4\s*g?(?:hz)?\b"), " 2.4ghz "),
    (re.compile(r"\b5\s?(?:ghz|g|giga)\b"), " 5ghz "),
    (re.compile(r"\b6\s?ghz\b"), " 6ghz "),
    (re.compile(r"\bwi[\s-]fi\b"), " wifi "),
    (re.compile(r"\b(?:b\s?&\s?you|b and you)\b"), " bouygues "),
)
OPERATOR = "k_operateur"
"""That one was named, whoever it is."""
_ARTICLES = frozenset({"mon", "ma", "mes", "le", "la", "un", "une", "notre"})
_REPEATED = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True, slots=True)
class Language:
    """``units`` by their first word, longest first; ``kinds`` by the stem of a word."""

    stop: frozenset[str]
    short: dict[str, tuple[str, ...]]
    units: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
    kinds: dict[str, tuple[str, ...]]
    operators: dict[str, str]
    boxes: frozenset[str]
    who: frozenset[str]
    did: frozenset[str]
    domain: frozenset[str]


@cache
def language() -> Language:
    """Read once."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    units: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for words, mark in data["units"].items():
        parts = tuple(words.split())
        units.setdefault(parts[0], []).append((parts, tuple(mark.split())))
    kinds: dict[str, list[str]] = {}
    for kind, words in data["kinds"].items():
        for word in fold(words).replace("-", " ").split():
            kinds.setdefault(stem(word), []).append(kind)
    return Language(
        frozenset(fold(data["stop"]).split()),
        {short: tuple(words.split()) for short, words in data["short"].items()},
        {first: tuple(sorted(several, key=lambda one: -len(one[0]))) for first, several in units.items()},
        {word: tuple(several) for word, several in kinds.items()},
        {word: name for name, words in data["operators"].items() if name != "box" for word in words.split()},
        frozenset(data["operators"]["box"].split()),
        frozenset(data["told"]["who"].split()),
        frozenset(data["told"]["did"].split()),
        frozenset([*(stem(w) for w in fold(data["domain"]["words"]).split()), *data["domain"]["kinds"].split()]),
    )


def fold(text: str) -> str:
    """Small letters without accents; typographic signs as the keyboard has them."""
    text = text[:LONGEST].casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words(text: str, most: int = MOST_WORDS) -> list[str]:
    """In order, short forms written out. Nothing is left out but what is no word."""
    text = fold(text)
    for pattern, instead in _BANDS:
        text = pattern.sub(instead, text)
    found: list[str] = []
    for word in _WORD.findall(_REPEATED.sub(r"\1", text))[:most]:
        found += language().short.get(word, (word,))
    return found


def marks(several: list[str]) -> list[tuple[str, str]]:
    """What groups of words stand for, besides the words; and the group as it was said."""
    found: list[tuple[str, str]] = []
    for at, word in enumerate(several):
        for parts, mark in language().units.get(word, ()):
            if tuple(several[at : at + len(parts)]) == parts:
                found += [(one, " ".join(parts)) for one in mark]
                break
    return found


def kinds(word: str) -> tuple[str, ...]:
    """What a word is one of."""
    return language().kinds.get(stem(word), ())


def as_term(word: str) -> str:
    """As it stands in the index, whose words have no dots."""
    return word.replace(".", "_")


def terms(several: list[str]) -> list[str]:
    """What is put into the index: stems of the words that say something, marks and kinds."""
    found = [mark for mark, _ in marks(several)]
    if names_operator(several):
        found.append(OPERATOR)
    for word in matter(several):
        if word not in language().stop:
            found.append(stem(word))
            found += kinds(word)
    return [as_term(term) for term in found]


def matter(several: list[str]) -> list[str]:
    """Without the names of operators (they are part of what is known) and of whoever only told about it."""
    one, found = language(), list[str]()
    for at, word in enumerate(several):
        if word in one.boxes:
            found.append("box")
        elif word not in one.operators and not _told(several, at):
            found.append(word)
    return found


def _told(several: list[str], at: int) -> bool:
    """« mon neveu m'a offert une tablette »: the matter is the tablet."""
    one = language()
    before, after = several[max(at - 1, 0) : at], several[at + 1 : at + 4]
    return several[at] in one.who and bool(set(before) & _ARTICLES) and bool(set(after) & one.did)


def operator_in(several: list[str]) -> str:
    """The operator that is named; "" where none is."""
    return next((language().operators[word] for word in several if word in language().operators), "")


def names_operator(several: list[str]) -> bool:
    """Whether an operator is named, and not only its box."""
    one = language()
    return any(word in one.operators and word not in one.boxes for word in several)
