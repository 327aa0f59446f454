"""The index: SQLite's full text search over the documents, and the words they know.

Made once into the user's cache folder, under a name that is a digest of all it is made of; from memory where
that folder does not take it. Two processes at once: each makes its own, the last one stays (they are equal).
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from selfcare import __version__
from selfcare.ask import spelling
from selfcare.ask.documents import Document, common_words, documents, phrase_files
from selfcare.ask.text import language, terms, words
from selfcare.guides.library import guide_ids
from selfcare.i18n import catalogue

VERSION = 1
"""Of the tables below; a new one makes a new file."""
_ALL = 1000
_log = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL, codes TEXT NOT NULL);
CREATE VIRTUAL TABLE whole USING fts5 (title, goal, words, phrases, tokenize = "unicode61 tokenchars '_'");
CREATE TABLE known (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE form (form TEXT, word TEXT, PRIMARY KEY (form, word)) WITHOUT ROWID;
CREATE TABLE made (digest TEXT NOT NULL);
"""


def digest() -> str:
    """Of everything the index is made of: what was written, the rules that read it, the titles."""
    here = Path(__file__).parent
    locale = Path(catalogue.__file__).with_name("locale")
    rules = (here / name for name in ("language.toml", "common.toml", "text.py", "stem.py", "spelling.py", "index.py"))
    found = hashlib.sha256(f"{__version__} {VERSION} {guide_ids()}".encode())
    for path in (*phrase_files(), *rules, *sorted(locale.glob("*/LC_MESSAGES/*.mo"))):
        if path.exists():  # a frozen program has no sources: its data says enough
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def opened(folder: Path | None) -> sqlite3.Connection:
    """The index, made if need be. Never raises for what the disk does: memory will do."""
    name = digest()
    path = None if folder is None else folder / f"ask-{name}.sqlite"
    if path is not None and (found := _existing(path, name)) is not None:
        return found
    if path is not None:
        with contextlib.suppress(OSError, sqlite3.Error):
            _make(path, name)
            if (found := _existing(path, name)) is not None:
                return found
        _log.info("the index of questions is kept in memory")
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    fill(connection, documents(), name)
    return connection


def _existing(path: Path, name: str) -> sqlite3.Connection | None:
    """None: there is none, or it is damaged."""
    if not path.is_file():
        return None
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        sound = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        if sound and connection.execute("SELECT digest FROM made").fetchall() == [(name,)]:
            return connection
    except sqlite3.Error:
        _log.info("the index of questions is damaged and is made anew")
    connection.close()
    return None


def _make(path: Path, name: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".ask-", dir=path.parent)
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(temporary)) as connection:
            fill(connection, documents(), name)
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    for old in path.parent.glob("ask-*.sqlite"):
        if old != path:
            with contextlib.suppress(OSError):
                old.unlink()


def fill(connection: sqlite3.Connection, several: Iterable[Document], name: str) -> None:
    """Writes everything into an empty database."""
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
    meant = set(_spoken())
    for number, one in enumerate(several, 1):
        connection.execute("INSERT INTO document VALUES (?, ?, ?)", (number, one.id, " ".join(one.codes)))
        parts = (one.titles, (one.goal,), (one.words,), one.phrases)
        columns = [_terms(lines) for lines in parts]
        connection.execute(
            "INSERT INTO whole (rowid, title, goal, words, phrases) VALUES (?, ?, ?, ?, ?)", (number, *columns)
        )
        meant.update(*(words(line, _ALL) for line in (*one.titles, one.words, *one.phrases)))
    known = sorted(meant | common_words())
    connection.executemany("INSERT INTO known VALUES (?)", [(word,) for word in known])
    pairs = sorted({(form, word) for word in meant for form in spelling.forms(word)})
    connection.executemany("INSERT INTO form VALUES (?, ?)", pairs)
    connection.execute("INSERT INTO made VALUES (?)", (name,))
    connection.commit()


def _terms(lines: Iterable[str]) -> str:
    return " ".join(term for line in lines for term in terms(words(line, _ALL)))


def _spoken() -> Iterator[str]:
    """Words that are known without standing in a phrase."""
    one = language()
    yield from one.stop
    yield from one.operators
    for several in one.units.values():
        for parts, _ in several:
            yield from parts
