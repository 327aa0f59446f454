"""HTTP to something that only claims to be a box: every size, time and place is bounded, and every breach is named."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from selfcare.boxes.errors import BoxError, BoxErrorCode

MAX_BODY = 2 * 1024 * 1024
"""Bytes. The largest recorded reply of a real box has 170 kB (a Livebox 7 with its hosts)."""
CONNECT_S, TOTAL_S = 1.5, 6.0
"""Seconds. A box is one cable away; calls that a fact sheet calls slow say so themselves."""
MAX_CONNECTIONS = 6
"""At once: as many as a browser opens, which is what the boxes' own pages are made for; they have small processors."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the box is. ``address`` is an IP address, never a name: names are what a box's own DNS may lie about.

    ``port`` overrides the family's own (a simulator, ``--address HOST:PORT``); ``interface`` limits it to one adapter.
    """

    address: str
    port: int | None = None
    interface: str | None = None

    def authority(self, default_port: int) -> tuple[str, int]:
        """Where to connect."""
        return self.address, self.port or default_port


@dataclass(frozen=True, slots=True)
class Reply:
    """``headers`` as (lower-case name, value) pairs, since cookies come several times. ``body`` is bounded."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The first of this name."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def all_headers(self, name: str) -> list[str]:
        """All of this name."""
        return [value for key, value in self.headers if key == name.lower()]

    def text(self) -> str:
        """Boxes mix UTF-8 and Latin-1."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return self.body.decode("latin-1")

    def json(self) -> Any:
        """Raises ``UNREADABLE`` for HTML in its place, depth beyond reason or broken text."""
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(self.text())
        # Outside of the handler: that error holds the whole reply, and with it what a box tells nobody else.
        raise BoxError(BoxErrorCode.UNREADABLE, kind="json", status=self.status)

    def xml(self) -> Element:
        """No entities, no DTD: a bomb is ``UNREADABLE`` like any broken text."""
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        with contextlib.suppress(ParseError, DefusedXmlException, ValueError, RecursionError):
            root: Element = fromstring(self.text(), forbid_dtd=True)
            return root
        raise BoxError(BoxErrorCode.UNREADABLE, kind="xml", status=self.status)


class _Pinned(AbstractResolver):
    """Every name is the box's address: nothing else is ever looked up or contacted."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        version6 = ":" in self._address
        return [
            ResolveResult(
                hostname=host,
                host=self._address,
                port=port,
                family=socket.AF_INET6 if version6 else socket.AF_INET,
                proto=0,
                flags=int(socket.AI_NUMERICHOST),
            )
        ]

    async def close(self) -> None:
        return None


class Wire:
    """Requests to one box. No redirect is followed, no cookie kept, no proxy used: the driver does what is due."""

    def __init__(
        self,
        place: Place,
        *,
        host: str,
        port: int = 80,
        tls: ssl.SSLContext | aiohttp.Fingerprint | None = None,
        base: str = "",
    ) -> None:
        self.place = place
        scheme = "https" if tls is not None else "http"
        self._port = place.port or port
        usual = 443 if tls is not None else 80
        self._url = f"{scheme}://{host}" + ("" if self._port == usual else f":{self._port}") + base
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def __aenter__(self) -> Wire:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Lets go of the connections, for good: what is still under way elsewhere opens none any more."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        data: bytes | None = None,
        limit_s: float = TOTAL_S,
        most: int = MAX_BODY,
    ) -> Reply:
        """One request, whole answer. Any HTTP status is an answer; what is none raises :class:`BoxError`.

        Raised outside of the handlers: the HTTP library's own errors name the address asked, and a token with it.
        """
        body = data
        extra = dict(headers or {})
        if json_body is not None:
            body = json.dumps(json_body).encode()
            extra.setdefault("Content-Type", "application/json; charset=utf-8")
        try:
            async with asyncio.timeout(limit_s):
                return await self._exchange(method, path, params, extra, form if form is not None else body, most)
        except TimeoutError:
            trouble = BoxError(BoxErrorCode.TOO_SLOW, seconds=limit_s)
        except (aiohttp.ClientSSLError, aiohttp.ServerFingerprintMismatch):
            trouble = BoxError(BoxErrorCode.UNTRUSTED)
        except (aiohttp.ClientConnectionError, OSError):
            trouble = BoxError(BoxErrorCode.UNREACHABLE)
        except (aiohttp.ClientError, ValueError):
            trouble = BoxError(BoxErrorCode.UNREADABLE, kind="http")
        raise trouble

    async def _exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: Any,
        most: int,
    ) -> Reply:
        session = self._open()
        async with session.request(
            method, self._on_the_box(path), params=params, headers=headers, data=body, allow_redirects=False
        ) as answer:
            if answer.status in (301, 302, 303, 307, 308):
                raise BoxError(BoxErrorCode.REDIRECTED, status=answer.status)
            content = bytearray()
            async for chunk in answer.content.iter_chunked(65536):
                content += chunk
                if len(content) > most:
                    raise BoxError(BoxErrorCode.TOO_LARGE, bytes=most)
            pairs = tuple((name.lower(), value) for name, value in answer.headers.items())
            return Reply(answer.status, pairs, bytes(content))

    def _on_the_box(self, path: str) -> URL:
        """A path may be of the box's own making. The resolver never sees a literal address, so it is looked at here."""
        root, url = URL(self._url), URL(self._url + path)
        if (url.scheme, url.host, url.port, url.user) != (root.scheme, root.host, root.port, None):
            raise BoxError(BoxErrorCode.REDIRECTED, kind="path")
        return url

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise BoxError(BoxErrorCode.UNREACHABLE, kind="closed")
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                resolver=_Pinned(self.place.address),
                limit=MAX_CONNECTIONS,
                ssl=self._tls if self._tls is not None else True,
                force_close=False,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
                auto_decompress=False,
                headers={"Accept-Encoding": "identity", "User-Agent": "Selfcare"},
                trust_env=False,
                max_line_size=16384,
                max_field_size=16384,
            )
        return self._session
