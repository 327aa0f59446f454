"""A password or token that does not show itself: not in a repr, a log line, an exception or a traceback's locals."""

from __future__ import annotations

import threading
import weakref

MASK = "•••"
_KNOWN: weakref.WeakSet[Secret] = weakref.WeakSet()
_LISTED = threading.Lock()
"""A driver with threads makes secrets while the loop words an error."""


class Secret:
    """``reveal()`` at the moment of use only. Equality is by content, so that a test can compare."""

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        with _LISTED:
            _KNOWN.add(self)

    def reveal(self) -> str:
        """The text itself. Whoever calls this sends it and keeps it nowhere."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return id(self)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a secret is not pickled")


def without_secrets(text: str) -> str:
    """``text`` with every secret alive in this process masked: a box may repeat what it was told."""
    with _LISTED:
        known = list(_KNOWN)
    for secret in known:
        plain = secret.reveal()
        if len(plain) >= 4:
            text = text.replace(plain, MASK)
    return text
