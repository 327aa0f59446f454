"""HTTP Digest (RFC 7616) for one box and all threads: one challenge, one attempt, never the password itself."""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping

from selfcare.boxes.secret import Secret

_PAIR = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"([^"\r\n]{0,300})"|([A-Za-z0-9_-]{1,60}))')
_HASHES: Mapping[str, Callable[[bytes], str]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


def challenge_of(header: str | None) -> dict[str, str] | None:
    """The fields of a Digest challenge that we can answer. None for Basic: the password would be readable."""
    scheme, _, rest = (header or "").strip().partition(" ")
    if scheme.lower() != "digest":
        return None
    found = {name.lower(): quoted or bare for name, quoted, bare in _PAIR.findall(rest)}
    if "nonce" not in found or found.setdefault("algorithm", "MD5").upper() not in _HASHES:
        return None
    offered = [one.strip() for one in found.get("qop", "").split(",")]
    return found if not found.get("qop") or "auth" in offered else None


_FRESH_S = 0.5
"""Seconds after an accepted request in which others may go side by side: the pauses within a status are shorter."""


class Digest:
    """``refused``: the box said no to an answer; nothing is sent any more until somebody gives another password."""

    def __init__(self, user: str, password: Secret) -> None:
        self.user, self._password = user, password
        self._challenge: dict[str, str] | None = None
        self._count = 0
        self._lock = threading.Lock()
        self.refused = False
        self.door = threading.Lock()
        """Held by whoever answers a new challenge: the others wait for what becomes of it."""
        self.knock = threading.Lock()
        """Held by the first request after a pause: the others wait for whether the box still lets us in."""
        self._proved_at = -_FRESH_S

    def take(self, challenge: dict[str, str]) -> None:
        """A first challenge, or a new one because the old nonce is spent."""
        with self._lock:
            self._challenge, self._count = challenge, 0

    @property
    def fresh(self) -> bool:
        """Whether the box has let us in a moment ago."""
        return time.monotonic() - self._proved_at < _FRESH_S

    def prove(self) -> None:
        """The box has just let us in."""
        self._proved_at = time.monotonic()

    @property
    def nonce(self) -> str | None:
        """Of the challenge that is answered now."""
        return self._challenge["nonce"] if self._challenge is not None else None

    def answer(self, method: str, path: str) -> str | None:
        """The ``Authorization`` header; None before the first challenge."""
        with self._lock:
            if self._challenge is None:
                return None
            self._count += 1
            return self._line(self._challenge, method, path, f"{self._count:08x}", secrets.token_hex(8))

    def _line(self, challenge: dict[str, str], method: str, path: str, count: str, own: str) -> str:
        digest = _HASHES[challenge["algorithm"].upper()]
        realm, nonce = challenge.get("realm", ""), challenge["nonce"]
        first = digest(f"{self.user}:{realm}:{self._password.reveal()}".encode())
        second = digest(f"{method}:{path}".encode())
        qop = bool(challenge.get("qop"))
        middle = f"{nonce}:{count}:{own}:auth" if qop else nonce
        fields = {
            "username": self.user.replace('"', ""),
            "realm": realm,
            "nonce": nonce,
            "uri": path,
            "response": digest(f"{first}:{middle}:{second}".encode()),
        }
        if "opaque" in challenge:
            fields["opaque"] = challenge["opaque"]
        line = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        line += f", algorithm={challenge['algorithm']}"
        return f"Digest {line}" + (f', qop=auth, nc={count}, cnonce="{own}"' if qop else "")
