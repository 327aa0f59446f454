"""Access tokens of the operator's own sign-in, as JWT (RFC 9068): read with the keys that its issuer publishes.

Found by discovery, kept an hour; a key that is not known is looked for again, once a minute at most, so that nobody
makes this desk ask by inventing names. Signed with public keys alone: a shared secret, or none, is refused.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

LOG = logging.getLogger("selfcare.desk.provider")
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
MOST = 256 * 1024
"""Bytes of an answer: a provider publishes a handful of keys."""
KEYS = 20
FRESH_MS = 3_600_000
AGAIN_MS = 60_000
WAIT_S = 5.0
SKEW_S = 30
"""Seconds that two clocks may differ by."""
LONGEST_SUB = 255
"""Characters (OpenID Connect Core, section 2)."""


class NotGood(Exception):
    """``status``: HTTP's; ``code``: stable."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(slots=True)
class Issuer:
    """``audience``: what a token for this desk names."""

    url: str
    audience: str
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _at: int = -FRESH_MS
    _tried: int = -AGAIN_MS
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def claims(self, token: str, now: int) -> dict[str, Any]:
        """What a token says that holds. ``now``: ms.

        Raises:
            NotGood: 401 ``token_unknown``, ``token_over``; 503 ``provider_away``.
        """
        key = await self._key(*_head(token), now)
        try:
            told: dict[str, Any] = jwt.decode(
                token, key, [key.algorithm_name], audience=self.audience, issuer=self.url, leeway=SKEW_S,
                options={"require": ["exp", "iss", "sub", "aud"], "verify_exp": False, "verify_nbf": False,
                         "verify_iat": False},
            )  # fmt: skip
        except (jwt.PyJWTError, ValueError, TypeError):
            raise NotGood(401, "token_unknown") from None
        _in_time(told, now / 1000)
        if not isinstance(told["sub"], str) or not 0 < len(told["sub"]) <= LONGEST_SUB or not told["sub"].isprintable():
            raise NotGood(401, "token_unknown")
        return told

    async def _key(self, algorithm: str, name: str, now: int) -> jwt.PyJWK:
        async with self._one:  # many requests that wait for the same keys ask once
            old = not 0 <= now - self._at < FRESH_MS
            if (old or self._named(algorithm, name) is None) and not 0 <= now - self._tried < AGAIN_MS:
                self._tried = now
                await self._renew(now)
        found = self._named(algorithm, name)
        if found is None:
            raise NotGood(*((401, "token_unknown") if self._keys else (503, "provider_away")))
        return found

    def _named(self, algorithm: str, name: str) -> jwt.PyJWK | None:
        """By its name; a token that names none is tried with the only key there is."""
        found = self._keys.get(name) if name or len(self._keys) != 1 else next(iter(self._keys.values()))
        return found if found is not None and found.algorithm_name == algorithm else None

    async def _renew(self, now: int) -> None:
        """Keys that are there stay where the provider does not answer: its sign-in is away, not its signatures."""
        try:
            timeout = aiohttp.ClientTimeout(total=WAIT_S)
            async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
                told = await _document(session, self.url.rstrip("/") + "/.well-known/openid-configuration")
                if told.get("issuer") != self.url:
                    LOG.warning("subscribers' sign-in names another issuer than subscribers.issuer, to the letter")
                    return
                found = _keys(await _document(session, str(told.get("jwks_uri", ""))))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError) as error:
            LOG.warning("the keys of subscribers' sign-in cannot be had: %s", type(error).__name__)
            return
        self._keys, self._at = found, now


async def _document(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("keys come over TLS")
    async with session.get(url, allow_redirects=False) as answer:
        body = bytearray()
        async for piece in answer.content.iter_chunked(64 * 1024):
            body += piece
            if len(body) > MOST:
                raise ValueError("too large")
        if answer.status != 200:
            raise ValueError("no answer")
    told = json.loads(bytes(body))
    if not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _keys(told: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """Public keys that sign. Another kind among them is passed over."""
    found: dict[str, jwt.PyJWK] = {}
    listed = told.get("keys")
    for one in listed[:KEYS] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") not in ("RSA", "EC", "OKP") or one.get("use", "sig") != "sig":
            continue
        try:
            key = jwt.PyJWK(one)
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if key.algorithm_name in ALGORITHMS:
            found[str(one.get("kid", ""))] = key
    return found


def _head(token: str) -> tuple[str, str]:
    try:
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotGood(401, "token_unknown") from None
    algorithm, name = head.get("alg"), head.get("kid", "")
    if algorithm not in ALGORITHMS or not isinstance(name, str):
        raise NotGood(401, "token_unknown")
    return algorithm, name


def _in_time(told: dict[str, Any], now: float) -> None:
    """By the desk's own clock."""
    until, since = told["exp"], told.get("nbf", 0)
    if not all(isinstance(one, int | float) and abs(one) < 2**40 for one in (until, since)):
        raise NotGood(401, "token_unknown")
    if not since - SKEW_S <= now < until + SKEW_S:
        raise NotGood(401, "token_over")
