"""Installs: registered with their key, confirmed by a code that comes by mail, revoked. Functions of a connection."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from selfcare.desks.register import canonical
from selfcare.deskserver.access import households, tokens
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import installs
from selfcare.ground.install_key import verifies

AT_WITHIN_S = 900
"""Seconds that a registration's ``at`` may be off: a PC without a time server drifts by minutes."""
CODE_MS = 15 * 60_000
CODE_TRIES = 5
CODE_DIGITS = 8
"""Five tries of 10^8, five codes an hour: somebody else's mailbox is guessed once in 460 years."""
FIELD = 200
_KNOWN = {"public_key", "mail", "contract", "line_number", "at", "signature"}
_MAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),:;\[\]\\\x00-\x1f\x7f]{1,190}")

Outcome = Literal["right", "wrong", "late"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A registration whose signature holds."""

    public_key: bytes
    mail: str
    contract: str
    line_number: str


def read(body: object, now: int) -> Asked:
    """What is posted to ``/installs``. ``now``: ms.

    Raises:
        DeskRefusal: 400 ``register_form``, ``register_mail``, ``register_signature``, ``register_clock``.
    """
    if not isinstance(body, dict) or not set(body) <= _KNOWN:
        raise DeskRefusal(400, "register_form")
    texts = {name: _text(body, name) for name in ("mail", "contract", "line_number")}
    public, signature = _bytes(body, "public_key", 32), _bytes(body, "signature", 64)
    at = body.get("at")
    if not isinstance(at, int) or isinstance(at, bool):
        raise DeskRefusal(400, "register_form")
    try:
        signed = canonical({name: value for name, value in body.items() if name != "signature"})
    except UnicodeEncodeError:
        raise DeskRefusal(400, "register_form") from None
    if not verifies(public, signature, signed):
        raise DeskRefusal(400, "register_signature")
    if abs(at - now / 1000) > AT_WITHIN_S:
        raise DeskRefusal(400, "register_clock")
    return Asked(public, address(texts["mail"]), texts["contract"], texts["line_number"])


def address(text: str) -> str:
    """A mail address in the one spelling by which it is compared (small letters).

    Raises:
        DeskRefusal: 400 ``register_mail``.
    """
    if not _MAIL.fullmatch(text) or not text.isprintable():
        raise DeskRefusal(400, "register_mail")
    return text.lower()


def asked(c: Connection, said: Asked, secret: bytes, now: int) -> tuple[str, str]:
    """The install's name, and the code to be sent to ``said.mail``. The same key again is the same install.

    What was confirmed before stays so until another address is.

    Raises:
        DeskRefusal: 403 ``register_revoked``.
    """
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = c.execute(select(installs).where(installs.c.public_key == said.public_key)).first()
    if row is not None and row.revoked_at is not None:
        raise DeskRefusal(403, "register_revoked")
    name = str(row.name) if row is not None else secrets.token_urlsafe(18)
    told: dict[str, Any] = {
        "mail": said.mail, "contract": said.contract, "line_number": said.line_number, "asked_at": now,
        "code_hash": _hash(secret, name, code), "code_until": now + CODE_MS, "code_tries": 0,
    }  # fmt: skip
    if row is not None:
        c.execute(update(installs).where(installs.c.id == row.id).values(**told))
    else:
        whose = households.named(c, households.key_of(said.public_key), now)
        c.execute(insert(installs).values(name=name, public_key=said.public_key, subscriber_id=whose, **told))
    return name, code


def confirmed(c: Connection, name: str, code: str, secret: bytes, now: int) -> Outcome:
    """Every try is counted, so that this is to be committed whatever comes out. The right code again is right again."""
    row = c.execute(select(installs).where(installs.c.name == name)).first()
    if row is None or row.revoked_at is not None or not _open(row, now):
        return "late"
    if not hmac.compare_digest(row.code_hash, _hash(secret, name, code)):
        c.execute(update(installs).where(installs.c.id == row.id).values(code_tries=row.code_tries + 1))
        return "wrong"
    c.execute(update(installs).where(installs.c.id == row.id).values(confirmed_at=now))
    households.settled(c, int(row.id), now)
    return "right"


def revoke(c: Connection, name: str, now: int) -> bool:
    """It gets no token any more, and those it has end. False: no such install, or it was revoked before."""
    found = c.execute(update(installs).where(installs.c.name == name, installs.c.revoked_at.is_(None))
                      .values(revoked_at=now, code_hash=""))  # fmt: skip
    tokens.revoke_named(c, "install", name, now)
    return found.rowcount == 1


def _open(row: Row[Any], now: int) -> bool:
    """Whether its code may still be tried."""
    return bool(row.code_hash) and row.code_tries < CODE_TRIES and row.code_until is not None and now < row.code_until


def _hash(secret: bytes, name: str, code: str) -> str:
    """With the desk's secret: eight digits alone are found from any hash in a second."""
    return hmac.new(secret, f"confirmation\0{name}\0{code}".encode(errors="replace"), hashlib.sha256).hexdigest()


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > FIELD or not value.isprintable():
        raise DeskRefusal(400, "register_mail" if name == "mail" else "register_form")
    return value.strip()


def _bytes(body: Mapping[str, object], name: str, size: int) -> bytes:
    value = body.get(name)
    try:
        found = base64.b64decode(value, validate=True) if isinstance(value, str) and len(value) < FIELD else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != size:
        raise DeskRefusal(400, "register_form")
    return found
