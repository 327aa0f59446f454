"""HTTP towards a desk: TLS verified, no redirects, bounded in time and size; what went wrong says whether it was sent.

A desk is not trusted: its answers are data of at most ``MOST`` bytes, its words go to nobody's screen unescaped.
What was never given to a connection, or refused before it was read, may be sent again; of anything else nobody knows.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from selfcare.ground.errors import SelfcareError
from selfcare.model.ticket import DeskError, Failure

MOST = 4 * 1024 * 1024
"""Bytes of an answer: a ticket with its history; more is refused."""
CONNECT_S = 10.0
WHOLE_S = 60.0
"""Seconds for one request with its answer: 1 MB up at 256 kbit/s takes 32 s."""
_LATER = frozenset({425, 429, 503, 511})
"""RFC 8470, 6585, 9110: refused before it was looked at. 511: a portal stands before the desk."""
_NEVER = frozenset({304, 307, 308, 501, 505})
"""Not done, and no better the next time: elsewhere (a redirect is not followed: it would take the sign-in along)."""
_NAMES_OF_NOBODY = (".localhost", ".test")
"""RFC 6761: no public host has them."""

Login = Callable[[], Awaitable[Mapping[str, str]]]
"""Headers that say who is asking, made anew for each request (a token may have been renewed)."""


async def nobody() -> Mapping[str, str]:
    """No headers: for a desk that asks nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer with a status the caller said it would understand."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    question: bool = False

    def json(self) -> Any:
        """What it says.

        Raises:
            DeskError: it is no JSON (``desk_unreadable``). Of an order that was sent, the outcome is unknown then.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unreadable() from None

    def unreadable(self) -> DeskError:
        """For whoever finds that it says something else than it should."""
        return DeskError(Failure.NOT_SENT if self.question else Failure.UNKNOWN, "desk_unreadable")


def segment(name: str) -> str:
    """A desk's own name for something, as one step of a path: whatever is in it cannot lead elsewhere.

    Raises:
        DeskError: ``desk_bad_name``: no such thing can be asked for (``..``, controls, 200 characters and more).
    """
    if name.strip() in ("", ".", "..") or len(name) > 200 or not name.isprintable():
        raise DeskError(Failure.GONE, "desk_bad_name")
    return quote(name, safe="")


@dataclass(slots=True)
class Wire:
    """One base address. For the loop it is made in; close it. ``whole_s``, ``connect_s``: seconds."""

    base: str
    login: Login = nobody
    whole_s: float = WHOLE_S
    connect_s: float = CONNECT_S
    most: int = MOST
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        good: frozenset[int] = frozenset({200, 201, 204}),
        json_body: object = None,
        data: bytes | aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request.

        Raises:
            DeskError: anything but a status in ``good``. A question (GET, HEAD) is never ``UNKNOWN``.
        """
        question = method in ("GET", "HEAD")
        try:
            answer = await self._sent(method, path, json_body, data, params, headers or {})
        except DeskError as error:
            if question and error.failure is Failure.UNKNOWN:
                raise DeskError(Failure.NOT_SENT, error.code) from error
            raise
        if answer.status not in good:
            raise refusal(answer)
        return answer

    async def _sent(
        self, method: str, path: str, body: object, data: Any, params: Mapping[str, str] | None,
        headers: Mapping[str, str],
    ) -> Answer:  # fmt: skip
        url = URL(_checked(self.base).rstrip("/") + path)
        session = self._opened()
        every = {"Accept": "application/json", **headers, **await self._who()}
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode(errors="replace")
            every.setdefault("Content-Type", "application/json")
        try:
            async with session.request(
                method, url, data=data, params=params, headers=every, allow_redirects=False
            ) as response:  # fmt: skip
                plain, question = _plain(response.headers), method in ("GET", "HEAD")
                return Answer(response.status, plain, await self._body(response), question)
        except aiohttp.ClientConnectorError as error:  # also a certificate nobody vouches for: nothing was said
            secure = isinstance(error, aiohttp.ClientSSLError)
            raise DeskError(Failure.NOT_SENT, "desk_untrusted" if secure else "desk_unreachable") from error
        except aiohttp.ConnectionTimeoutError as error:
            raise DeskError(Failure.NOT_SENT, "desk_unreachable") from error
        except TimeoutError as error:
            raise DeskError(Failure.UNKNOWN, "desk_slow") from error
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise DeskError(Failure.UNKNOWN, "desk_cut_off", detail=type(error).__name__) from error

    async def _who(self) -> Mapping[str, str]:
        """A sign-in that fails is none of the order's: nothing of that was sent. A refusal is the person's to mend."""
        try:
            return await self.login()
        except DeskError as error:
            person = error.failure in (Failure.SIGN_IN, Failure.REFUSED, Failure.GONE)
            raise DeskError(Failure.SIGN_IN if person else Failure.NOT_SENT, error.code, error.again_s) from error
        except SelfcareError as error:  # the keyring is locked, or away
            raise DeskError(Failure.NOT_SENT, "desk_keyring", detail=str(error.code)) from error

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        found = bytearray()
        async for piece in response.content.iter_chunked(64 * 1024):
            found += piece
            if len(found) > self.most:
                raise DeskError(Failure.UNKNOWN, "desk_too_large")
        return bytes(found)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            limits = aiohttp.ClientTimeout(total=self.whole_s, connect=self.connect_s)
            self._session = aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Lets go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _plain(headers: CIMultiDictProxy[str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def refusal(answer: Answer) -> DeskError:
    """What a status means for what was sent (RFC 9110). Of a question it is never ``UNKNOWN``."""
    code = f"desk_http_{answer.status}"
    again = _seconds(answer.headers.get("retry-after", ""))
    if answer.status == 401:
        return DeskError(Failure.SIGN_IN, code)
    if answer.status in (404, 410):
        return DeskError(Failure.GONE, code)
    if answer.status in _LATER:
        return DeskError(Failure.NOT_SENT, code, again)
    if answer.status in _NEVER:
        return DeskError(Failure.REFUSED, code)
    if answer.status >= 500 or answer.status < 400 or answer.status == 408:
        return DeskError(Failure.NOT_SENT if answer.question else Failure.UNKNOWN, code, again)
    return DeskError(Failure.REFUSED, code)


def _checked(base: str) -> str:
    """An address that may be spoken to: https, or http where it surely stays in this home or a laboratory.

    Raises:
        DeskError: ``desk_address``: another one; one with a password in it; one that is none.
    """
    try:
        url = URL(base)
        host = url.host or ""
        good = not (url.user or url.password or url.query_string or url.fragment)
    except ValueError:
        raise DeskError(Failure.REFUSED, "desk_address") from None
    if not good or not host or not (url.scheme == "https" or (url.scheme == "http" and _near(host))):
        raise DeskError(Failure.REFUSED, "desk_address")
    return base


def _near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f".{host.lower()}".endswith(_NAMES_OF_NOBODY)
    return address.is_loopback or address.is_private or address.is_link_local


def _seconds(text: str) -> float | None:
    """Of ``Retry-After`` as a number; a date is not worth its clock trouble. At most an hour is believed."""
    return min(float(text), 3600.0) if text.isdecimal() and len(text) < 7 else None
