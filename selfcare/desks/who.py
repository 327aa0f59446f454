"""Who is asking: tokens from sign-in or from this install's own key, and the headers a desk gets. No secret is ours."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Protocol
from urllib.parse import urlsplit

from selfcare.desks.wire import Login, nobody
from selfcare.model.support import Auth, DeskEndpoint, Oidc
from selfcare.model.ticket import DeskError, Failure

EARLY_S = 30.0
"""Seconds before its end from which a token is renewed: a request may be under way as long as that."""
LONGEST_S = 30 * 86_400.0
"""Seconds that a token is believed at most, whatever a server says."""


class Vault(Protocol):
    """The keyring, for a loop. May raise ``SelfcareError``."""

    async def get(self, name: str) -> str | None: ...  # noqa: D102
    async def put(self, name: str, text: str) -> None: ...  # noqa: D102
    async def delete(self, name: str) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Token:
    """``until``: Unix time, 0.0 where nobody said. ``refresh`` renews it without the person."""

    access: str
    until: float = 0.0
    refresh: str = ""

    def good(self, now: float) -> bool:
        """Not over, nor from a time the clock has left: one that ends later than any does is not believed."""
        return bool(self.access) and (not self.until or now + EARLY_S < self.until < now + LONGEST_S + EARLY_S)


Renew = Callable[[Token], Awaitable[Token | None]]


def place(profile: str, *hosts: str) -> str:
    """The name under which the keyring has an operator's token.

    Args:
        profile: its id.
        hosts: addresses that it was given for: a profile that names others, whoever wrote it, does not get it.
    """
    origins = "\n".join(_origin(one) for one in hosts if one)
    return f"desk-token:{profile}" + (f":{hashlib.sha256(origins.encode()).hexdigest()[:16]}" if origins else "")


def place_of(profile: str, endpoint: DeskEndpoint, oidc: Oidc | None) -> str:
    """Of this desk, with whoever signs in for it."""
    issuer = oidc.issuer if oidc is not None and endpoint.auth is Auth.OIDC else ""
    return place(profile, endpoint.url or endpoint.to, issuer, endpoint.register)


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else address


async def kept(vault: Vault, name: str) -> Token | None:
    """None: there is none, or it is rubbish (then it is none)."""
    text = await vault.get(name)
    try:
        data = json.loads(text) if text else None
        if isinstance(data, dict):
            until = float(data.get("until", 0.0))
            return Token(str(data["access"]), until if until == until else 0.0, str(data.get("refresh", "")))
    except (ValueError, KeyError, TypeError, OverflowError):
        pass
    return None


async def keep(vault: Vault, name: str, token: Token) -> None:
    """In the keyring and nowhere else."""
    await vault.put(name, json.dumps(asdict(token)))


def bearer(vault: Vault, name: str, renew: Renew, now: Callable[[], float] = time.time) -> Login:
    """``Authorization`` for each request; renewed when it is about to end.

    The login raises ``DeskError(SIGN_IN)`` where only the person can help.
    """

    async def login() -> Mapping[str, str]:
        token = await kept(vault, name)
        if token is None or not token.good(now()):
            token = await renew(token or Token(""))
            if token is None:
                raise DeskError(Failure.SIGN_IN, "desk_sign_in")
            await keep(vault, name, token)
        return {"Authorization": f"Bearer {token.access}"}

    return login


async def never(_token: Token) -> Token | None:
    """For a token that the operator gave: there is no other."""
    return None


def given_token(answer: object, now: float, refresh: str = "") -> Token:
    """Of a token endpoint's answer (RFC 6749 §5.1).

    Raises:
        DeskError: it is none.
    """
    data: Mapping[str, object] = answer if isinstance(answer, dict) else {}
    access, kind = data.get("access_token"), data.get("token_type", "Bearer")
    if not isinstance(access, str) or not _visible(access) or str(kind).lower() != "bearer":
        raise DeskError(Failure.REFUSED, "sign_in_answer")
    lasts = data.get("expires_in")
    seconds = float(lasts) if isinstance(lasts, int | float) and 0 < lasts < LONGEST_S else 300.0
    again = data.get("refresh_token")
    return Token(access, now + seconds, again if isinstance(again, str) and _visible(again) else refresh)


def _visible(text: str) -> bool:
    """What may stand in a header."""
    return 0 < len(text) <= 16_384 and text.isascii() and text.isprintable() and " " not in text


def login_of(
    endpoint: DeskEndpoint, oidc: Oidc | None, profile: str, vault: Vault, renewals: Mapping[Auth, Renew]
) -> Login:
    """What a desk's wire is given. ``renewals``: for sign-in and for this install's key."""
    if endpoint.auth is Auth.NONE:
        return nobody
    name = place_of(profile, endpoint, oidc)
    if endpoint.auth is Auth.TOKEN or (endpoint.auth is Auth.OIDC and oidc is None):
        return bearer(vault, name, never)
    return bearer(vault, name, renewals.get(endpoint.auth, never))
