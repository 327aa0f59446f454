"""One plain HTTP request to one address: no redirect followed, no more read than needed to judge."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Sequence

from probes.wire.httpmessage import MAX_BODY, MAX_HEAD, Page, judge
from probes.wire.sockets import Failure, meaning
from probes.wire.tcp import open_tcp
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.web import WebStatus, WebTry
from selfcare.model.profile import HttpEndpoint

# How long an address may be silent before the next one of the same page is tried beside it.
STAGGER_S = 0.25
_CHUNK = 16 * 1024

_UNCONNECTED = {
    TcpAnswer.REFUSED: WebStatus.REFUSED,
    TcpAnswer.SILENT: WebStatus.TIMEOUT,
    TcpAnswer.UNREACHABLE: WebStatus.UNREACHABLE,
}
# Which of several failed attempts tells most.
_TELLING = (
    WebStatus.EXPECTED, WebStatus.REDIRECTED, WebStatus.ALTERED, WebStatus.MALFORMED, WebStatus.CLOSED,
    WebStatus.TIMEOUT, WebStatus.REFUSED, WebStatus.ERROR, WebStatus.UNREACHABLE, WebStatus.NAME_FAILED,
)  # fmt: skip


async def fetch(endpoint: HttpEndpoint, address: str, deadline: float) -> WebTry:
    """Asks ``address`` for the page within ``deadline`` seconds. Every failure is a status."""
    started = time.perf_counter()
    connection = await open_tcp(address, endpoint.port, deadline)
    if connection.sock is None:
        status = _UNCONNECTED.get(connection.answer, WebStatus.ERROR)
        return _outcome(endpoint, address, Page(status), started, connected=False)
    with contextlib.closing(connection.sock) as sock:
        try:
            async with asyncio.timeout(max(deadline - (time.perf_counter() - started), 0.01)):
                page = await _converse(sock, endpoint)
        except TimeoutError:
            page = Page(WebStatus.TIMEOUT)
        except OSError as error:
            page = Page(WebStatus.CLOSED if meaning(error) is Failure.RESET else WebStatus.ERROR)
    return _outcome(endpoint, address, page, started, connected=True)


async def _converse(sock: socket.socket, endpoint: HttpEndpoint) -> Page:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, request(endpoint))
    data = b""
    while True:
        chunk = await loop.sock_recv(sock, _CHUNK)
        data += chunk
        page = judge(data, not chunk or len(data) > MAX_HEAD + MAX_BODY, endpoint)
        if page is not None:
            return page


def request(endpoint: HttpEndpoint) -> bytes:
    """The request: as a browser's connectivity check, and nothing that tells one PC from another."""
    host = endpoint.host if endpoint.port == 80 else f"{endpoint.host}:{endpoint.port}"
    lines = (
        f"GET {endpoint.path} HTTP/1.1", f"Host: {host}", "User-Agent: selfcare", "Accept: */*",
        "Cache-Control: no-cache", "Connection: close", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode("ascii", "replace")


async def fetch_any(endpoint: HttpEndpoint, addresses: Sequence[str], deadline: float) -> WebTry:
    """Tries addresses in their order, the next one when one failed or was silent for a quarter second.

    The first one that delivers the page wins; otherwise the most telling failure.
    """
    end = time.monotonic() + deadline
    waiting = list(addresses)
    running: set[asyncio.Task[WebTry]] = set()
    finished: list[WebTry] = []
    try:
        while waiting or running:
            if waiting:
                left = end - time.monotonic()
                running.add(asyncio.ensure_future(fetch(endpoint, waiting.pop(0), max(left, 0.01))))
            done, running = await asyncio.wait(
                running, timeout=STAGGER_S if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            finished += [task.result() for task in done]
            if any(attempt.connected and attempt.http_status is not None for attempt in finished):
                break
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return min(finished, key=lambda attempt: _TELLING.index(attempt.status))


def _outcome(endpoint: HttpEndpoint, address: str, page: Page, started: float, *, connected: bool) -> WebTry:
    return WebTry(
        host=endpoint.host,
        address=address,
        status=page.status,
        connected=connected,
        http_status=page.http_status,
        location_host=page.location_host,
        duration_ms=(time.perf_counter() - started) * 1000,
        optional=endpoint.optional,
        # A Date has no fractions: half a second is lost on average.
        clock_offset_s=None if page.date_s is None else round(page.date_s + 0.5 - time.time(), 1),
    )


def name_failed(endpoint: HttpEndpoint) -> WebTry:
    """The page whose name has no address."""
    return WebTry(endpoint.host, None, WebStatus.NAME_FAILED, connected=False, optional=endpoint.optional)


def enough(tries: Sequence[WebTry]) -> bool:
    """Two pages to the letter, or two answers of the same other kind, need no third."""
    for status in (WebStatus.EXPECTED, WebStatus.REDIRECTED, WebStatus.ALTERED):
        if sum(1 for t in tries if t.status is status and t.http_status is not None) >= 2:
            return True
    return False
