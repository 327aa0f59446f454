"""Question → documents with a score, by the text alone. What is known of the home is added in ``ranking``."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from selfcare.ask import spelling, weights
from selfcare.ask.stem import stem
from selfcare.ask.text import OPERATOR, as_term, kinds, language, marks, matter, names_operator, operator_in, words

_WHOLE = "SELECT rowid, -bm25(whole, ?, ?, ?, ?) FROM whole WHERE whole MATCH ?"

_ELIDED = ("qu", "l", "d", "j", "n", "m", "s", "t", "c")


@dataclass(slots=True)
class Scored:
    """``words``: what matched, as it was understood, the most telling first."""

    score: float = 0.0
    words: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched for. ``terms``: the weight of each, and the word it came from."""

    terms: dict[str, tuple[float, str]]
    operator: str = ""

    @property
    def at_home(self) -> bool:
        """Whether it names an operator or a thing of this program's matter."""
        return bool(self.operator) or bool(self.terms.keys() & language().domain)

    def confidence(self, best: Scored) -> float:
        """How far the best of the documents is believed to be meant: its score, less where much was not matched."""
        return best.score * math.sqrt(self.share(best.words))

    def share(self, matched: Iterable[str]) -> float:
        """How much of what says something was matched: 0 to 1."""
        said = {word for _, word in self.terms.values()}
        return len(said & set(matched)) / len(said) if said else 0.0


class Search:
    """Over one index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.ids: dict[int, str] = dict(connection.execute("SELECT number, id FROM document"))

    def understand(self, question: str) -> Understood:
        """Puts the words right and weighs them."""
        read: dict[str, float] = {}
        order: list[str] = []
        for word in words(question):
            for meant, weight in self._right(word):
                read[meant] = max(weight, read.get(meant, 0.0))
                order.append(meant)
        found: dict[str, tuple[float, str]] = {}
        for mark, said in marks(order):
            _keep(found, mark, 1.0, said)
        operator = operator_in(order)
        if names_operator(order):
            _keep(found, OPERATOR, weights.KIND, operator)
        for word in matter(order):
            if word in language().stop:
                continue
            weight = read.get(word, 1.0)
            _keep(found, stem(word), weight, word)
            for kind in kinds(word):
                _keep(found, kind, weight * weights.KIND, word)
        return Understood(found, operator)

    def scores(self, question: Understood) -> dict[str, Scored]:
        """Of every document in which anything of it stands; the more the better, 0 upwards."""
        found: dict[str, Scored] = {}
        for term, (weight, word) in question.terms.items():
            for number, score in self._connection.execute(_WHOLE, (*weights.COLUMNS, f'"{as_term(term)}"')):
                one = found.setdefault(self.ids[number], Scored())
                one.score += weight * score
                one.words[word] = one.words.get(word, 0.0) + weight * score
        return found

    def codes(self) -> dict[str, frozenset[str]]:
        """By document: the faults after which it is offered."""
        rows = self._connection.execute("SELECT id, codes FROM document WHERE codes != ''")
        return {name: frozenset(text.split()) for name, text in rows}

    def _right(self, word: str) -> list[tuple[str, float]]:
        """The word if it is known, else what was meant; a word glued together is taken apart."""
        if self._known((word,)) or not word.isalpha():
            return [(word, 1.0)]
        if (without := self._elided(word)) is not None:
            return [(one, 1.0) for one in without]
        if meant := self._meant(word):
            return [(one, weights.GUESSED) for one in meant]
        for at in range(2, len(word) - 2):
            if len(self._known((word[:at], word[at:]))) == 2:
                return [(word[:at], weights.GUESSED), (word[at:], weights.GUESSED)]
        return [(word, 1.0)]

    def _elided(self, word: str) -> tuple[str, ...] | None:
        """« lordi », « dinternet »: an article or a pronoun without its apostrophe."""
        for first in _ELIDED:
            rest = word.removeprefix(first)
            if rest != word and len(rest) >= spelling.SHORTEST:
                if rest in language().short:
                    return language().short[rest]
                if rest in self._near((rest,)):
                    return (rest,)
        return None

    def _meant(self, word: str) -> tuple[str, ...]:
        """The nearest words; of one that may begin with an article or a pronoun, the nearest of either reading."""
        found = spelling.nearest(word, self._near)
        for first in _ELIDED if not found else ():
            rest = word.removeprefix(first)
            if rest != word and len(rest) >= spelling.LONG and (found := spelling.nearest(rest, self._near)):
                break
        return found

    def _known(self, several: Iterable[str]) -> list[str]:
        asked = tuple(several)
        sql = f"SELECT word FROM known WHERE word IN ({','.join('?' * len(asked))})"
        return [word for (word,) in self._connection.execute(sql, asked)]

    def _near(self, forms: Iterable[str]) -> Iterable[str]:
        asked = tuple(forms)[:900]  # SQLite takes 999 of them at once on old systems
        sql = f"SELECT DISTINCT word FROM form WHERE form IN ({','.join('?' * len(asked))})"
        return [word for (word,) in self._connection.execute(sql, asked)]


def _keep(found: dict[str, tuple[float, str]], term: str, weight: float, word: str) -> None:
    if term not in found or found[term][0] < weight:
        found[term] = (weight, word)
