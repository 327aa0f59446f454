"""What a question may lead to: guides, fixes, pages and short answers, each with what people say who mean it.

``phrases/<area>.toml``: ``[<id>]`` with ``words`` (brands, other names) and ``phrases`` (one a line). Ids: a guide's;
``fix:<remedy>``; ``open:<page>``; ``answer:<id>``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selfcare.ask.text import words
from selfcare.guides.library import guide, guide_ids
from selfcare.i18n import LANGUAGES, Catalogue

FOLDER = Path(__file__).with_name("phrases")
DOORS = ("check", "deep", "box", "repair")
"""Pages of the program: the check, the long one with its measured rate, the box, the repairs."""
COMMON = Path(__file__).with_name("common.toml")
_GUIDES = "guides"
_ALL = 20_000


@dataclass(frozen=True, slots=True)
class Document:
    """``phrases``: as a person would ask; one a line. ``codes``: faults after which it is offered."""

    id: str
    titles: tuple[str, ...]
    goal: str
    words: str
    phrases: tuple[str, ...]
    codes: tuple[str, ...] = ()


def kind_of(target: str) -> str:
    """``guide``, ``fix``, ``open`` or ``answer``."""
    return target.partition(":")[0] if ":" in target else "guide"


def bare(target: str) -> str:
    """The id within its kind."""
    return target.partition(":")[2] or target


def title_key(target: str) -> tuple[str, str]:
    """The catalogue (domain) and the key of a title."""
    name = bare(target)
    match kind_of(target):
        case "fix":
            return "selfcare", f"remedy.{name}.title"
        case "open":
            return "selfcare", f"ask.open.{name}"
        case "answer":
            return _GUIDES, f"answer.{name}.title"
    return _GUIDES, f"{name}.title"


def documents() -> tuple[Document, ...]:
    """All that are there now: a guide that does not ship is not offered."""
    there = set(guide_ids())
    return tuple(_document(name, raw) for name, raw in written().items() if ":" in name or name in there)


@cache
def written() -> dict[str, dict[str, str]]:
    """What is in the files, by id.

    Raises:
        ValueError: an id twice, or a file that makes no sense (a test forbids it).
    """
    found: dict[str, dict[str, str]] = {}
    for path in phrase_files():
        for name, raw in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found or set(raw) != {"words", "phrases"}:
                raise ValueError(f"{path.name}: {name}")
            found[name] = raw
    return found


def phrase_files() -> Iterator[Path]:
    """In a fixed order."""
    yield from sorted(FOLDER.glob("*.toml"))


def _document(name: str, raw: dict[str, str]) -> Document:
    domain, key = title_key(name)
    titles = tuple(c.text(key) for c in (Catalogue(language, domain) for language in LANGUAGES) if c.has(key))
    goals = Catalogue("fr", _GUIDES)
    goal = goals.text(f"{name}.goal") if goals.has(f"{name}.goal") else ""
    phrases = tuple(line for line in (part.strip() for part in raw["phrases"].splitlines()) if line)
    codes = guide(name).codes if kind_of(name) == "guide" else ()
    return Document(name, titles, goal, raw["words"].replace("-", " "), phrases, codes)


def common_words() -> set[str]:
    """French words that are written right though no question is about them: ours, and those of every day."""
    found = set(words(tomllib.loads(COMMON.read_text(encoding="utf-8"))["words"], _ALL))
    for domain in ("selfcare", _GUIDES):
        catalogue = Catalogue("fr", domain)
        for key in catalogue.all_keys():
            found.update(word for word in words(catalogue.text(key), _ALL) if word.isalpha())
    return found
