"""One-time codes of an agent's phone (RFC 6238: SHA-1, six digits, 30 s), and how their secret lies in the database."""

from __future__ import annotations

import base64
import hmac
import os
from urllib.parse import quote

import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
SKEW = 1
"""Steps a phone's clock may be off, either way (RFC 6238 §5.2)."""


def code(secret: bytes, now: int) -> str:
    """Of this moment (ms)."""
    return _code(secret, now // 1000 // STEP_S)


def _code(secret: bytes, step: int) -> str:
    return TOTP(secret, 6, SHA1(), STEP_S, enforce_key_length=False).generate(max(step, 0) * STEP_S).decode()


def step_of(secret: bytes, typed: str, now: int) -> int | None:
    """The step whose code was typed. All are compared, so that time tells nothing."""
    said = "".join(one for one in typed if one in "0123456789").encode()
    here = now // 1000 // STEP_S
    right = [at for at in range(here - SKEW, here + SKEW + 1) if hmac.compare_digest(_code(secret, at).encode(), said)]
    return max(right, default=None)


def fresh() -> bytes:
    """160 bits, as RFC 4226 §4 recommends."""
    return os.urandom(20)


def derived(desk: bytes, what: str) -> bytes:
    """The one that an invitation offers, however often its page is opened; nothing is kept until it is taken."""
    return HKDF(SHA256(), 20, None, b"totp of " + what.encode()).derive(desk)


def sealed(desk: bytes, login: str, secret: bytes) -> str:
    """For the database: of this desk, for this login alone."""
    nonce = os.urandom(12)
    return "1." + base64.b64encode(nonce + _box(desk).encrypt(nonce, secret, login.encode())).decode()


def opened(desk: bytes, login: str, kept: str) -> bytes | None:
    """None: there is none, or it was sealed by another desk, or for another login."""
    try:
        raw = base64.b64decode(kept.removeprefix("1."), validate=True)
        return _box(desk).decrypt(raw[:12], raw[12:], login.encode()) if kept.startswith("1.") else None
    except (ValueError, InvalidTag):
        return None


def _box(desk: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"totp secrets").derive(desk))


def written(secret: bytes) -> str:
    """To be typed into a phone: groups of four."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address(secret: bytes, login: str, operator: str) -> str:
    """What its QR code says."""
    plain = written(secret).replace(" ", "")
    return f"otpauth://totp/{quote(operator)}:{quote(login)}?secret={plain}&issuer={quote(operator)}"


def picture(secret: bytes, login: str, operator: str) -> str:
    """The QR code as a ``data:`` address of an image."""
    return str(segno.make(address(secret, login, operator), error="m").svg_data_uri(scale=4, border=4, light="#fff"))
