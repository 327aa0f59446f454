"""Agents by the operator's own sign-in: OpenID Connect, authorization code with PKCE, ``state`` and ``nonce``.

What a browser has to bring back lies sealed in a cookie of its own for ten minutes; a ``state`` is good once. A fresh
proof is asked for with ``prompt=login`` and ``max_age=0`` (a provider may know one of them alone), and ``auth_time``
has to say that it was given.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, delete, insert, select

from selfcare.deskserver.access.provider_wire import discovered, fetched, more_of, tokens_of
from selfcare.deskserver.api.bounds import line
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import DeskRefusal, Role
from selfcare.deskserver.schema import used_once
from selfcare.deskserver.settings import Provider

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Of id tokens: by a key of the provider's; never ``none``, never a shared secret."""
_ASKED_MS, _LEEWAY_S = 10 * 60_000, 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, until the browser comes back. ``until``: ms. ``next``: a path of ours. ``proof``: a fresh one."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: int
    proof: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Who it is, as the provider says. ``role``: None where none of its values is a role here.

    ``shown``: when they showed there who they are (ms); 0 where the provider does not say.
    """

    subject: str
    login: str
    name: str
    role: Role | None
    shown: int = 0


def fresh(now: int, back: str, proof: bool = False) -> Asked:
    """A new question."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Asked(state, nonce, verifier, back, now + _ASKED_MS, proof)


def sealed(desk: Desk, asked: Asked) -> str:
    """For the cookie."""
    nonce = secrets.token_bytes(12)
    raw = nonce + _box(desk).encrypt(nonce, json.dumps(asdict(asked)).encode(), None)
    return base64.urlsafe_b64encode(raw).decode()


def opened(desk: Desk, cookie: str) -> Asked | None:
    """None: not ours, or too old."""
    try:
        raw = base64.urlsafe_b64decode(cookie.encode())
        asked = Asked(**json.loads(_box(desk).decrypt(raw[:12], raw[12:], None)))
    except (ValueError, TypeError, InvalidTag):
        return None
    return asked if asked.until > desk.now() else None


def _box(desk: Desk) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, b"provider questions").derive(desk.secret))


def redirect_uri(desk: Desk) -> str:
    """Where the browser is sent back to: what the provider has to have on its list."""
    return desk.settings.url.rstrip("/") + "/login/provider/back"


async def where_to(desk: Desk, asked: Asked) -> str:
    """The provider's page. Raises :class:`DeskRefusal`: 502."""
    told = await discovered(desk.settings.agents)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code", "client_id": desk.settings.agents.client_id, "redirect_uri": redirect_uri(desk),
        "scope": desk.settings.agents.scope, "state": asked.state, "nonce": asked.nonce, "code_challenge": challenge,
        "code_challenge_method": "S256", **({"prompt": "login", "max_age": "0"} if asked.proof else {}),
    }  # fmt: skip
    start = told["authorization_endpoint"]
    return f"{start}{'&' if '?' in start else '?'}{urlencode(query)}"


async def who(desk: Desk, asked: Asked | None, came: Mapping[str, str]) -> Known:
    """Of what the browser brought back.

    Raises:
        DeskRefusal: 403 it is not the answer to our question, or not this provider's, or no fresh proof where one was
            asked for; 502 the provider is not there.
    """
    settings = desk.settings.agents
    if asked is None or not hmac.compare_digest(came.get("state", "").encode(), asked.state.encode()):
        raise DeskRefusal(403, "provider_answer")
    await desk.database.write(lambda c: _once(c, asked, desk.now()))
    if came.get("iss", settings.issuer) != settings.issuer or not 0 < len(came.get("code", "")) <= 2000:
        raise DeskRefusal(403, "provider_declined" if came.get("error") else "provider_answer")
    told = await discovered(settings)
    if told.get("authorization_response_iss_parameter_supported") is True and "iss" not in came:
        raise DeskRefusal(403, "provider_answer")
    token, opens = await tokens_of(settings, told, redirect_uri(desk), asked.verifier, came["code"])
    claims = _claims(settings, token, await fetched("GET", told["jwks_uri"]), asked.nonce)
    shown = _shown(claims, asked, desk.now())
    if settings.role_claim not in claims or not _login(claims):
        claims = await more_of(told, opens, str(claims["sub"])) | claims
    return _known(settings, claims, shown)


def _shown(claims: Mapping[str, Any], asked: Asked, now: int) -> int:
    """Of ``auth_time`` (OpenID Connect Core, 3.1.3.7): a proof that was asked for was given after we asked."""
    said, leeway = claims.get("auth_time"), _LEEWAY_S * 1000
    at = int(said * 1000) if isinstance(said, int | float) and 0 < said < 2**40 else 0
    shown = at if at <= now + leeway else 0  # of a moment to come: it would be good for longer than it may
    if asked.proof and shown < asked.until - _ASKED_MS - leeway:
        raise DeskRefusal(403, "provider_old")
    return min(shown, now)


def _once(c: Connection, asked: Asked, now: int) -> None:
    what = "state:" + hashlib.sha256(asked.state.encode()).hexdigest()
    c.execute(delete(used_once).where(used_once.c.until < now, used_once.c.what.startswith("state:")))
    if c.execute(select(used_once.c.what).where(used_once.c.what == what)).first():
        raise DeskRefusal(403, "provider_answer")
    c.execute(insert(used_once).values(what=what, until=asked.until))


def _claims(settings: Provider, token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
    try:
        head = jwt.get_unverified_header(token)
        if head.get("alg") not in ALGORITHMS:
            raise DeskRefusal(403, "provider_answer")
        claims: dict[str, Any] = jwt.decode(
            token, _key(keys, head), algorithms=[head["alg"]], audience=settings.client_id, issuer=settings.issuer,
            leeway=_LEEWAY_S, options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError):
        raise DeskRefusal(403, "provider_answer") from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.client_id:
        raise DeskRefusal(403, "provider_answer")
    if not isinstance(said := claims.get("nonce"), str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise DeskRefusal(403, "provider_answer")
    return claims


def _key(keys: dict[str, Any], head: Mapping[str, Any]) -> jwt.PyJWK:
    """The provider's key of that name; where none is named, its only one of that kind."""
    offered = keys.get("keys")
    signing = [one for one in offered if isinstance(one, dict) and one.get("use", "sig") == "sig"
               and one.get("kty") in ("RSA", "EC", "OKP")] if isinstance(offered, list) else []  # fmt: skip
    fit = [one for one in signing if one.get("kid") == head["kid"]] if "kid" in head else signing
    if len(fit) != 1:
        raise ValueError("no such key")
    return jwt.PyJWK(fit[0], algorithm=head["alg"])


def _known(settings: Provider, claims: Mapping[str, Any], shown: int) -> Known:
    groups = claims.get(settings.role_claim, [])
    values = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    roles = [Role(settings.roles[one]) for one in values if isinstance(one, str)
             and settings.roles.get(one) in list(Role)]  # fmt: skip
    login = _login(claims)
    name = str(claims.get("name") or login)
    highest = max(roles, key=list(Role).index, default=None)
    subject, login, name = (line(one) for one in (f"{settings.issuer}|{claims['sub']}", login, name))
    return Known(subject[:500], login[:64], name[:100], highest, shown)


def _login(claims: Mapping[str, Any]) -> str:
    return str(claims.get("preferred_username") or claims.get("email") or "")
