"""Question → documents with a score. Pure: what is known of the home is added in ``ranking``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from selfcare.ask import spelling, weights
from selfcare.ask.text import kinds, language, marks, operator_in, stem, words

_WHOLE = "SELECT rowid, -bm25(whole, ?, ?, ?, ?) FROM whole WHERE whole MATCH ?"
_PHRASE = "SELECT rowid, number, -bm25(phrase) FROM phrase WHERE phrase MATCH ?"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched for. ``terms``: weight of each. ``read``: words as they were put right."""

    read: tuple[str, ...]
    terms: dict[str, float]
    operator: str = ""


class Search:
    """Over one index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._ids = dict(connection.execute("SELECT number, id FROM document"))

    def understand(self, question: str) -> Understood:
        """Puts the words right and weighs them."""
        read: list[tuple[str, float]] = []
        for word in words(question):
            read += self._right(word)
        plain = [word for word, weight in read if weight >= 0.7]
        found: dict[str, float] = {}
        for mark in marks(plain):
            _keep(found, mark, weights.MARK)
        for word, weight in read:
            if word in language().stop:
                continue
            _keep(found, stem(word), weight)
            for kind in kinds(word):
                _keep(found, kind, weight * weights.KIND)
        return Understood(tuple(plain), {t.replace(".", "_"): w for t, w in found.items()}, operator_in(plain))

    def scores(self, question: Understood) -> dict[str, float]:
        """Of every document in which anything of it stands; the more the better, 0 upwards."""
        whole: dict[int, float] = {}
        phrase: dict[int, tuple[int, float]] = {}
        for term, weight in question.terms.items():
            quoted = f'"{term}"'
            for number, score in self._connection.execute(_WHOLE, (*weights.COLUMNS, quoted)):
                whole[number] = whole.get(number, 0.0) + weight * score
            for row, number, score in self._connection.execute(_PHRASE, (quoted,)):
                phrase[row] = (number, phrase.get(row, (0, 0.0))[1] + weight * score)
        best: dict[int, list[float]] = {}
        for number, score in phrase.values():
            best.setdefault(number, []).append(score)
        return {self._ids[n]: score + _phrases(best.get(n, ())) for n, score in whole.items()}

    def _right(self, word: str) -> list[tuple[str, float]]:
        """The word if it is known, else what was meant; a word glued together is taken apart."""
        if self._known((word,)) or not word.isalpha():
            return [(word, 1.0)]
        for at in range(2, len(word) - 2):
            if len(self._known((word[:at], word[at:]))) == 2:
                return [(word[:at], weights.GUESSED), (word[at:], weights.GUESSED)]
        meant = spelling.nearest(word, self._near)
        return [(one, weights.GUESSED) for one in meant] or [(word, 1.0)]

    def _known(self, several: Iterable[str]) -> list[str]:
        asked = tuple(several)
        sql = f"SELECT word FROM known WHERE word IN ({','.join('?' * len(asked))})"
        return [word for (word,) in self._connection.execute(sql, asked)]

    def _near(self, forms: Iterable[str]) -> Iterable[str]:
        asked = tuple(forms)
        sql = f"SELECT DISTINCT word FROM form WHERE form IN ({','.join('?' * len(asked))})"
        return [word for (word,) in self._connection.execute(sql, asked)]


def _keep(found: dict[str, float], term: str, weight: float) -> None:
    found[term] = max(weight, found.get(term, 0.0))


def _phrases(several: Iterable[float]) -> float:
    ranked = sorted(several, reverse=True)[:2]
    return weights.PHRASE * sum(score * (weights.SECOND if at else 1) for at, score in enumerate(ranked))
