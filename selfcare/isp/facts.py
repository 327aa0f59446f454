"""What is said of an operator or of the rules: each sentence with its source and the day it was checked, or marked.

``facts/<operator>.toml``, ``facts/any.toml``: ``[[fact]]`` with ``id``, ``fr`` (and ``en``), and either ``source`` and
``checked`` or ``verified = false``: then the sentence must stay true whatever is so; it is shown as unchecked.
``of``: what the source is from, where it tells (a year, a month).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from selfcare.i18n.typography import unbroken

FOLDER = Path(__file__).with_name("facts")
ANY = "any"


class FactError(ValueError):
    """The file makes no sense; the message says where."""

    code = "fact_invalid"


@dataclass(frozen=True, slots=True)
class Fact:
    """``text`` by language, French always there. ``checked`` is None for what nobody could check."""

    id: str
    operator: str
    text: Mapping[str, str]
    source: str = ""
    of: str = ""
    checked: date | None = None

    @property
    def verified(self) -> bool:
        """Whether it was read at a source."""
        return self.checked is not None

    def sentence(self, language: str) -> str:
        """In French where there is no other."""
        there = language if language in self.text else "fr"
        return unbroken(there, self.text[there])


@cache
def facts(operator: str) -> Mapping[str, Fact]:
    """Of one operator (or ``any``), by id; nothing for an operator nobody wrote about.

    Raises:
        FactError: the file makes no sense (a test forbids it).
    """
    path = FOLDER / f"{operator}.toml"
    if not path.exists():
        return {}
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [_fact(operator, one) for one in data.get("fact", [])]
    if len({one.id for one in found}) < len(found):
        raise FactError(f"{operator}: an id twice")
    return {one.id: one for one in found}


def fact(name: str, operator: str) -> Fact | None:
    """Of this operator; else what holds for all."""
    return facts(operator).get(name) or facts(ANY).get(name) if operator else facts(ANY).get(name)


def _fact(operator: str, data: dict[str, Any]) -> Fact:
    known = {"id", "fr", "en", "source", "of", "checked", "verified"}
    name = f"{operator}.{data.get('id')}"
    if set(data) - known or "fr" not in data or "id" not in data:
        raise FactError(f"{name}: unknown or missing words")
    unverified = data.get("verified") is False
    checked = data.get("checked")
    if unverified == isinstance(checked, date) or (not unverified and not data.get("source")):
        raise FactError(f"{name}: a source and the day it was checked, or verified = false")
    text: dict[str, str] = {language: data[language] for language in ("fr", "en") if language in data}
    return Fact(data["id"], operator, text, data.get("source", ""), data.get("of", ""), checked)
