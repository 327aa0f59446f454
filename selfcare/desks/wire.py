"""HTTP towards a desk: TLS verified, no redirects, bounded in time and size; what went wrong says whether it was sent.

A desk is not trusted: its answers are data of at most ``MOST`` bytes, its words go to nobody's screen unescaped.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from selfcare.model.ticket import DeskError, Failure

MOST = 4 * 1024 * 1024
"""Bytes of an answer: a ticket with its history; more is refused."""
CONNECT_S = 10.0
WHOLE_S = 60.0
"""Seconds for one request with its answer: 1 MB up at 256 kbit/s takes 32 s."""
_LATER = frozenset({429, 503})
_MAY_BE_THERE = frozenset({202, 408, 500, 502, 504})

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

    def json(self) -> Any:
        """What it says.

        Raises:
            DeskError: it is no JSON (``desk_unreadable``). Of an order that was sent, the outcome is unknown then.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise DeskError(Failure.UNKNOWN, "desk_unreadable") from None


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
            raise _refusal(answer, question)
        return answer

    async def _sent(
        self, method: str, path: str, body: object, data: Any, params: Mapping[str, str] | None,
        headers: Mapping[str, str],
    ) -> Answer:  # fmt: skip
        session = self._opened()
        url = URL(self.base.rstrip("/") + path)
        every = {"Accept": "application/json", **headers, **await self.login()}
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            every.setdefault("Content-Type", "application/json")
        try:
            async with session.request(
                method, url, data=data, params=params, headers=every, allow_redirects=False
            ) as response:  # fmt: skip
                return Answer(response.status, _plain(response.headers), await self._body(response))
        except aiohttp.ClientConnectorError as error:  # also a certificate nobody vouches for: nothing was said
            secure = isinstance(error, aiohttp.ClientSSLError)
            raise DeskError(Failure.NOT_SENT, "desk_untrusted" if secure else "desk_unreachable") from error
        except aiohttp.ConnectionTimeoutError as error:
            raise DeskError(Failure.NOT_SENT, "desk_unreachable") from error
        except TimeoutError as error:
            raise DeskError(Failure.UNKNOWN, "desk_slow") from error
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise DeskError(Failure.UNKNOWN, "desk_cut_off", detail=type(error).__name__) from error

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


def _refusal(answer: Answer, question: bool) -> DeskError:
    """What a status means for what was sent (RFC 9110)."""
    code = f"desk_http_{answer.status}"
    again = _seconds(answer.headers.get("retry-after", ""))
    if answer.status == 401:
        return DeskError(Failure.SIGN_IN, code)
    if answer.status in (404, 410):
        return DeskError(Failure.GONE, code)
    if answer.status in _LATER or (question and answer.status >= 500):
        return DeskError(Failure.NOT_SENT, code, again)
    if answer.status in _MAY_BE_THERE or answer.status >= 500 or 200 <= answer.status < 400:
        return DeskError(Failure.UNKNOWN, code, again)
    return DeskError(Failure.REFUSED, code)


def _seconds(text: str) -> float | None:
    """Of ``Retry-After`` as a number; a date is not worth its clock trouble. At most an hour is believed."""
    return min(float(text), 3600.0) if text.isdecimal() and len(text) < 7 else None
