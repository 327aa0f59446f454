"""Looks sentences up by key in the compiled gettext catalogue (``locale/<lang>/LC_MESSAGES/selfcare.mo``).

Sources are ``po/<lang>/<area>.po``; ``python -m selfcare.i18n.build`` compiles them.
"""

from __future__ import annotations

import gettext
import locale
import os
from functools import cache
from pathlib import Path

LANGUAGES: tuple[str, ...] = ("fr", "en")
DOMAIN = "selfcare"
SUPPORT = "support"
"""Cases, reports, tickets: read when one of them is opened, so that the window at rest does not hold them."""
DESK = "desk"
"""What agents read; and what a phone is told by the page of a QR code."""
_LOCALE = Path(__file__).with_name("locale")


def system_language() -> str:
    """The first of our languages that the user's locale asks for; else English, and French for no locale at all."""
    wanted = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    if not any(wanted):
        wanted = [locale.getlocale()[0] or ""]
    named = [part for value in wanted for part in value.split(":") if part and part not in ("C", "POSIX", "C.UTF-8")]
    for part in named:
        if part[:2].lower() in LANGUAGES:
            return part[:2].lower()
    return "en" if named else "fr"


@cache
def _read(language: str, domain: str) -> gettext.GNUTranslations:
    """Some 5 ms, and a command asks for its words twice: for its help, and for its services."""
    with (_LOCALE / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as handle:
        return gettext.GNUTranslations(handle)


class Catalogue:
    """All sentences of one language; those of the guides are a domain of their own, read only when one is opened."""

    def __init__(self, language: str, domain: str = DOMAIN) -> None:
        self._domain = domain
        self.speak(language)

    def speak(self, language: str) -> None:
        """Another language from now on, for everybody who holds this very catalogue: it should be one's own."""
        self.language = language if language in LANGUAGES else "en"
        self._messages = _read(self.language, self._domain)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key."""
        return self._messages.gettext(key) != key

    def all_keys(self) -> tuple[str, ...]:
        """Every key of the catalogue (for tests and tools)."""
        return tuple(sorted(k for k in self._messages._catalog if k))  # type: ignore[attr-defined]

    def text(self, key: str, **values: object) -> str:
        """The sentence for ``key``, ``{name}`` fields filled in; the key itself if unknown (a test forbids it)."""
        message = self._messages.gettext(key)
        return message.format(**values) if values else message

    def first(self, *keys: str, **values: object) -> str:
        """The sentence of the first key that exists (specific to general)."""
        for key in keys:
            if self.has(key):
                return self.text(key, **values)
        return keys[-1]
