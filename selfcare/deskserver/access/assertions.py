"""What an install says of itself to get a token: a JWT it signed (RFC 7523), for this desk, for minutes, once.

Read by hand: what is checked is the signature by the key that was registered under the name it gives, EdDSA alone.
No library chooses an algorithm by what a stranger wrote.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import installs, used_once
from selfcare.ground.install_key import verifies

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LONGEST = 4096
"""Characters: ours have some 400."""
LASTS_S = 300
"""Seconds from now that an assertion may be good for at most."""
SKEW_S = 120
"""Seconds that a PC's clock may be off; one that says when it was made further ahead is refused as ``clock``."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """Not yet checked. ``signed``: what the signature is over. ``until``: Unix time in seconds."""

    install: str
    audience: str
    jti: str
    until: float
    made: float | None
    signed: bytes
    signature: bytes


def read(text: str) -> Assertion:
    """Its parts.

    Raises:
        DeskRefusal: 400 ``assertion_unreadable``, ``assertion_algorithm``.
    """
    parts = text.split(".")
    if len(text) > LONGEST or len(parts) != 3:
        raise _no("assertion_unreadable")
    head, told = _object(parts[0]), _object(parts[1])
    if head.get("alg") != "EdDSA" or "crit" in head:
        raise _no("assertion_algorithm")
    who, subject, jti = told.get("iss"), told.get("sub"), told.get("jti")
    audience, until, made = told.get("aud"), told.get("exp"), told.get("iat")
    named = all(isinstance(one, str) and 0 < len(one) <= 500 and one.isprintable() for one in (who, audience, jti))
    timed = _moment(until) and (made is None or _moment(made))
    if not named or not timed or subject != who:
        raise _no("assertion_unreadable")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Assertion(str(who), str(audience), str(jti), float(until), made, signed, _bytes(parts[2]))  # type: ignore[arg-type]


def checked(c: Connection, said: Assertion, audience: str, now: int) -> tuple[str, int]:
    """The install's name and its subscriber; the assertion is used up. To be run in a transaction that writes.

    Raises:
        DeskRefusal: 400 ``assertion_refused`` (not that key's, not for us, no such install, not confirmed, revoked: an
            answer tells which of them to nobody), ``assertion_over``, ``assertion_clock``, ``assertion_used``.
    """
    row = c.execute(select(installs).where(installs.c.name == said.install)).first()
    key = bytes(row.public_key) if row is not None else bytes(32)
    good = verifies(key, said.signature, said.signed)
    if row is None or not good or row.confirmed_at is None or row.revoked_at is not None or said.audience != audience:
        raise _no("assertion_refused")
    _in_time(said, now / 1000)
    _once(c, said, now)
    return said.install, int(row.subscriber_id)


def _in_time(said: Assertion, now: float) -> None:
    if said.until <= now - SKEW_S:
        raise _no("assertion_over")
    if said.until > now + LASTS_S + SKEW_S or (said.made is not None and said.made > now + SKEW_S):
        raise _no("assertion_clock")


def _once(c: Connection, said: Assertion, now: int) -> None:
    """Its id is kept as long as it could be used again. Two processes at once: the database's key lets one through."""
    what = "jti:" + hashlib.sha256(f"{said.install}\0{said.jti}".encode(errors="replace")).hexdigest()
    if c.execute(select(used_once.c.what).where(used_once.c.what == what)).first() is not None:
        raise _no("assertion_used")
    c.execute(delete(used_once).where(used_once.c.until < now))
    try:
        with c.begin_nested():
            c.execute(insert(used_once).values(what=what, until=int((said.until + 2 * SKEW_S) * 1000)))
    except IntegrityError:
        raise _no("assertion_used") from None


def _object(part: str) -> dict[str, Any]:
    try:
        told = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise _no("assertion_unreadable") from None
    if not isinstance(told, dict):
        raise _no("assertion_unreadable")
    return told


def _bytes(part: str) -> bytes:
    """Base64url without padding (RFC 7515 §2), and nothing else."""
    try:
        if "=" in part:
            raise ValueError("padded")
        return base64.b64decode(part.translate(_PLAIN) + "=" * (-len(part) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise _no("assertion_unreadable") from None


_PLAIN = str.maketrans("-_+/", "+/!!")


def _moment(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**40


def _no(code: str) -> DeskRefusal:
    return DeskRefusal(400, code)
