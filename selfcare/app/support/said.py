"""What went wrong in a sentence, whatever the code and whatever values came with it."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

from selfcare.i18n import Catalogue


def trouble(words: Catalogue, code: str, values: Mapping[str, object] | None = None) -> str:
    """``words``: of domain ``support``. Without a sentence of its own it gets its kind's, else the common one."""
    kind = re.sub(r"_([3-5])\d\d$", r"_\1xx", code)  # desk_http_507: as any 5xx
    sentence = words.first(f"error.{code}", f"error.{kind}", "error.other")
    return string.Formatter().vformat(sentence, (), _Lenient({**(values or {}), "code": code}))


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"
