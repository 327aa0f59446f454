"""Sign-in at the operator's own page: authorization code with PKCE (RFC 7636), the browser comes back to loopback.

RFC 8252 (native applications): no secret in the program, the system's browser and not a window of ours, a port of
127.0.0.1 that is open only while somebody signs in. ``state`` ties the answer to this very question, ``iss`` (RFC 9207)
to this very provider, ``nonce`` the id token to both.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from selfcare.desks.who import Token, given_token
from selfcare.desks.wire import Wire
from selfcare.model.support import Oidc
from selfcare.model.ticket import DeskError, Failure

WAIT_S = 300.0
"""Seconds somebody has at the operator's page: a password looked for, a code by SMS."""
OFFLINE = "offline_access"
"""The scope of a refresh token; a provider passes it over where the person is not asked (OpenID Connect Core, 11)."""
_LINE = 16 * 1024
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_HEADERS = (
    "Content-Type: text/html; charset=utf-8", "Cache-Control: no-store", "Referrer-Policy: no-referrer",
    "Connection: close",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Provider:
    """What its discovery document says (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorize: str
    token: str
    names_itself: bool = False
    """Each of its answers bears ``iss`` (RFC 9207 §3): one without it is another one's."""


async def provider(oidc: Oidc) -> Provider:
    """Asks the issuer.

    Raises:
        DeskError: it cannot be had, or it speaks for another issuer, or of addresses that are not safe.
    """
    wire = Wire(oidc.issuer.rstrip("/"))
    try:
        told = (await wire.ask("GET", "/.well-known/openid-configuration")).json()
    finally:
        await wire.close()
    found = told if isinstance(told, dict) else {}
    names = [found.get(name) for name in ("issuer", "authorization_endpoint", "token_endpoint")]
    texts = [one for one in names if isinstance(one, str)]
    methods = found.get("code_challenge_methods_supported", ["S256"])
    if len(texts) < 3 or texts[0].rstrip("/") != oidc.issuer.rstrip("/") or not all(map(safe, texts)):
        raise DeskError(Failure.REFUSED, "sign_in_provider")
    if not isinstance(methods, list) or "S256" not in methods:
        raise DeskError(Failure.REFUSED, "sign_in_no_pkce")
    names_itself = found.get("authorization_response_iss_parameter_supported") is True
    return Provider(texts[0], texts[1], texts[2], names_itself)


def safe(url: str) -> bool:
    """Https; plain only on this very machine (tests, a laboratory)."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    here = parts.scheme == "http" and host in ("127.0.0.1", "::1", "localhost")
    return bool(host) and (parts.scheme == "https" or here)


async def sign_in(oidc: Oidc, show: Callable[[str], None], page: bytes, wait_s: float = WAIT_S) -> Token:
    """From the question to the token. ``show`` opens an address in the browser; ``page``: what it shows afterwards.

    Raises:
        DeskError: ``sign_in_denied`` (the person or the provider said no), ``sign_in_late``, or the provider is wrong.
    """
    there = await provider(oidc)
    verifier, state, nonce = (secrets.token_urlsafe(32) for _ in range(3))
    waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    door = await asyncio.start_server(
        lambda reader, writer: _visitor(reader, writer, _Question(state, there, waiting), page),
        "127.0.0.1", 0, limit=_LINE,
    )  # fmt: skip
    try:
        back = f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}/callback"
        asked = {
            "response_type": "code", "client_id": oidc.client_id, "redirect_uri": back, "scope": " ".join(oidc.scopes),
            "state": state, "nonce": nonce, "code_challenge": challenge(verifier), "code_challenge_method": "S256",
            **({"prompt": "consent"} if OFFLINE in oidc.scopes else {}), **_meant(oidc),
        }  # fmt: skip
        show(f"{there.authorize}{'&' if '?' in there.authorize else '?'}{urlencode(asked)}")
        try:
            code = await asyncio.wait_for(waiting, wait_s)
        except TimeoutError:
            raise DeskError(Failure.SIGN_IN, "sign_in_late") from None
    finally:
        door.close()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    answer = await _token(there, {**form, "client_id": oidc.client_id, **_meant(oidc)})
    _check_id(answer, there, oidc, nonce)
    return given_token(answer, time.time())


async def renewed(oidc: Oidc, token: Token) -> Token | None:
    """By its refresh token; None where there is none, or the provider no longer takes it.

    Raises:
        DeskError: nobody answers: that says nothing about the token.
    """
    if not token.refresh:
        return None
    form = {"grant_type": "refresh_token", "refresh_token": token.refresh, "client_id": oidc.client_id,
            **_meant(oidc)}  # fmt: skip
    try:
        return given_token(await _token(await provider(oidc), form), time.time(), token.refresh)
    except DeskError as error:
        if error.failure in (Failure.REFUSED, Failure.SIGN_IN):
            return None
        raise


async def _token(there: Provider, form: Mapping[str, str]) -> object:
    parts = urlsplit(there.token)
    wire = Wire(f"{parts.scheme}://{parts.netloc}")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        return (await wire.ask("POST", path, data=urlencode(form).encode(), headers=_FORM)).json()
    except DeskError as error:
        # Asking for a token files nothing: whatever became of it, one may ask again.
        raise DeskError(Failure.NOT_SENT if error.failure is Failure.UNKNOWN else error.failure, error.code) from error
    finally:
        await wire.close()


def _meant(oidc: Oidc) -> dict[str, str]:
    """RFC 8707: what the token is to be good for, where the operator's provider wants to be told."""
    return {"resource": oidc.resource} if oidc.resource else {}


def challenge(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _check_id(answer: object, there: Provider, oidc: Oidc, nonce: str) -> None:
    """What the id token claims, where there is one.

    It came from the token endpoint over TLS, which vouches for it (OpenID Connect Core §3.1.3.7, point 6).
    """
    text = answer.get("id_token") if isinstance(answer, dict) else None
    if text is None:
        return
    try:
        body = str(text).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        right = claims["iss"] == there.issuer and oidc.client_id in audience and claims.get("nonce") == nonce
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        right = False
    if not right:
        raise DeskError(Failure.REFUSED, "sign_in_answer")


@dataclass(frozen=True, slots=True)
class _Question:
    state: str
    there: Provider
    waiting: asyncio.Future[str]


async def _visitor(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: _Question, page: bytes
) -> None:
    """Whoever knocks at the port. Only the answer to our question is heard; everybody else is told nothing."""
    try:
        line = await asyncio.wait_for(reader.readline(), 10.0)
        good = _heard(line.decode("latin-1"), question)
        body = page if good else b""
        head = ["HTTP/1.1 200 OK" if good else "HTTP/1.1 404 Not Found", *_HEADERS, f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await asyncio.wait_for(writer.drain(), 10.0)
    except (OSError, ValueError, TimeoutError):
        pass
    finally:
        writer.close()


def _heard(line: str, question: _Question) -> bool:
    words = line.split(" ")
    if len(words) != 3 or words[0] != "GET":
        return False
    parts = urlsplit(words[1])
    told = {name: values[0] for name, values in parse_qs(parts.query).items()}
    ours = hmac.compare_digest(told.get("state", "").encode(), question.state.encode())
    issuer = told.get("iss", "" if question.there.names_itself else question.there.issuer)
    if parts.path != "/callback" or not ours or issuer != question.there.issuer:
        return False
    if not question.waiting.done():
        if "code" in told:
            question.waiting.set_result(told["code"])
        else:
            question.waiting.set_exception(DeskError(Failure.SIGN_IN, "sign_in_denied"))
    return True
