"""What the desk asks the operator's OpenID provider itself: its addresses, its keys, the tokens for a code.

And more of the person where the id token does not say it: claims of a scope come from UserInfo (OpenID Connect Core,
5.4). Why something failed is in the log, for who sets this up.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ipaddress
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import aiohttp

from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.settings import Provider

LOG = logging.getLogger("selfcare.desk.provider")
_LARGEST, _WAIT_S = 256 * 1024, 10
_ERRORS = ("invalid_client", "invalid_grant", "invalid_request", "unauthorized_client", "unsupported_grant_type",
           "invalid_scope", "invalid_token")  # fmt: skip
"""What a provider may say (RFC 6749, 5.2): no other words of a stranger's are for a log."""


async def discovered(settings: Provider) -> dict[str, Any]:
    """Its addresses. Raises :class:`DeskRefusal`: 502."""
    told = await fetched("GET", settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
    methods = told.get("code_challenge_methods_supported", ["S256"])
    if told.get("issuer") != settings.issuer:
        raise _away("it names another issuer than agents.issuer, to the letter")
    if not all(_safe(told.get(name)) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
        raise _away("an address is missing, or not https")
    if not isinstance(methods, list) or "S256" not in methods:
        raise _away("it knows no PKCE with S256")
    return told


async def tokens_of(
    settings: Provider, told: Mapping[str, Any], back: str, verifier: str, code: str
) -> tuple[str, str]:  # fmt: skip
    """The id token for a code, and the access token ("": none). Raises :class:`DeskRefusal`: 403, 502."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    found = await _exchanged(settings, told, form)
    token, opens = found.get("id_token"), found.get("access_token")
    if not isinstance(token, str):
        raise DeskRefusal(403, "provider_answer")
    return token, opens if isinstance(opens, str) else ""


async def _exchanged(settings: Provider, told: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """The secret in the header, as every provider takes it (RFC 6749, 2.3.1), unless it says that it does not."""
    url = told["token_endpoint"]
    named = {**form, "client_id": settings.client_id}
    if not settings.client_secret_file:
        return await fetched("POST", url, named)
    secret = await asyncio.to_thread(_secret, settings.client_secret_file)
    ways = told.get("token_endpoint_auth_methods_supported")
    ways = ways if isinstance(ways, list) else ["client_secret_basic"]  # what holds where nothing is said
    if "client_secret_basic" in ways:
        both = f"{quote_plus(settings.client_id)}:{quote_plus(secret)}".encode()
        try:
            return await fetched("POST", url, form, f"Basic {base64.b64encode(both).decode()}")
        except DeskRefusal as refused:
            if refused.values.get("answered") != 401 or "client_secret_post" not in ways:
                raise
    return await fetched("POST", url, {**named, "client_secret": secret})


async def more_of(told: Mapping[str, Any], opens: str, sub: str) -> dict[str, Any]:
    """What UserInfo says of this very person; nothing where there is no such address. Raises :class:`DeskRefusal`."""
    url = told.get("userinfo_endpoint")
    if not opens or not isinstance(url, str):
        return {}
    found = await fetched("GET", url, opens=f"Bearer {opens}")
    if not hmac.compare_digest(str(found.get("sub", "")).encode(), sub.encode()):
        raise DeskRefusal(403, "provider_answer")  # somebody else's (5.3.2)
    return found


def _secret(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise _away("agents.client_secret_file cannot be read") from None


async def fetched(
    method: str, url: str, form: Mapping[str, str] | None = None, opens: str = ""
) -> dict[str, Any]:  # fmt: skip
    """A small JSON object; redirects are not followed. ``opens``: the header that does.

    Raises:
        DeskRefusal: 403 it says no to what was brought (``answered``: its status); 502 it is not there.
    """
    if not _safe(url):
        raise _away("no https address")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_WAIT_S)) as session,
            session.request(method, url, data=form, allow_redirects=False,
                            headers={"Authorization": opens} if opens else None) as answer,
        ):  # fmt: skip
            raw = await answer.content.read(_LARGEST + 1)
            while len(raw) <= _LARGEST and (more := await answer.content.read(_LARGEST + 1 - len(raw))):
                raw += more
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise _away(type(error).__name__) from None
    told = _object(raw)
    if (form is not None or opens) and 400 <= answer.status < 500:
        said = told.get("error") if told else ""
        LOG.warning("the sign-in provider refused: %s %s", answer.status, said if said in _ERRORS else "")
        raise DeskRefusal(403, "provider_answer", answered=answer.status)
    if answer.status != 200 or told is None:
        raise _away(f"answered {answer.status}")
    return told


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(raw) if len(raw) <= _LARGEST else None
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _away(why: str) -> DeskRefusal:
    LOG.warning("the sign-in provider cannot be asked: %s", why)
    return DeskRefusal(502, "signin_away")


def _safe(url: object) -> bool:
    """By https; by http on this machine alone (tests, demonstration)."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname == "localhost":
            return parts.scheme in ("https", "http") and bool(parts.hostname)
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
