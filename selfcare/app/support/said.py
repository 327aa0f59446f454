"""What went wrong in a sentence, whatever the code and whatever values came with it."""

from __future__ import annotations

import string
from collections.abc import Mapping

from selfcare.i18n import Catalogue


def trouble(words: Catalogue, code: str, values: Mapping[str, object] | None = None) -> str:
    """``words``: of domain ``support``. A code without a sentence of its own gets the common one, which names it."""
    sentence = words.first(f"error.{code}", "error.other")
    return string.Formatter().vformat(sentence, (), _Lenient({**(values or {}), "code": code}))


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
