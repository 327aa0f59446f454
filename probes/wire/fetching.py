"""A small GET on an open socket, for answers that are read and not compared: bounded, no redirect followed."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.wire.httpmessage import Replay
from probes.wire.tcp import let_go, open_tcp
from probes.wire.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, type and text of what came; ``connected`` False when nobody took the connection."""

    status: int | None = None
    kind: str = ""
    text: str = ""
    connected: bool = False
    bad_certificate: bool = False
    named: bool = True


async def get(
    host: str, port: int, target: str, deadline: float, *,
    context: ssl.SSLContext | None = None, headers: Mapping[str, str] | None = None, via: tuple[str, int] | None = None,
) -> Answer:  # fmt: skip
    """Asks for ``target``. Never raises for what a network or a server does.

    Args:
        host: for the Host field and the certificate.
        port: of the server.
        target: the request target, a path or (to a proxy) a whole address.
        deadline: seconds in all.
        context: to speak TLS.
        headers: further fields.
        via: connect here in place of the host (a proxy).
    """
    where, number = via or (host, port)
    try:
        async with asyncio.timeout(deadline):
            found = await in_thread(socket.getaddrinfo, where, number, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return Answer(named=False)
    address = str(sorted(found, key=lambda item: item[0] != socket.AF_INET)[0][4][0])
    connection = await open_tcp(address, number, deadline)
    if connection.sock is None:
        return Answer()
    shown = host if port in (80, 443) else f"{host}:{port}"
    fields = {"Host": shown, "User-Agent": "selfcare", "Accept": "*/*", "Connection": "close", **(headers or {})}
    lines = [f"GET {target} HTTP/1.1", *(f"{key}: {value}" for key, value in fields.items()), "", ""]
    request = "\r\n".join(lines).encode("ascii", "replace")
    return await _converse(connection.sock, request, context, host, deadline)


async def _converse(
    sock: socket.socket, request: bytes, context: ssl.SSLContext | None, host: str, deadline: float
) -> Answer:
    writer: asyncio.StreamWriter | None = None
    data = b""
    try:
        async with asyncio.timeout(deadline):
            name = host if context is not None else None
            reader, writer = await asyncio.open_connection(sock=sock, ssl=context, server_hostname=name)
            writer.write(request)
            await writer.drain()
            while len(data) < MAX_BYTES and (chunk := await reader.read(16_384)):
                data += chunk
    except ssl.SSLCertVerificationError:
        return Answer(connected=True, bad_certificate=True)
    except (OSError, ValueError):  # what has come so far may be enough
        pass
    finally:
        if writer is not None:
            with contextlib.suppress(Exception):
                writer.transport.abort()
        let_go(sock)
    return parse(data)


def parse(data: bytes) -> Answer:
    """The answer in these bytes, as much of it as there is."""
    from http.client import HTTPException, HTTPResponse

    try:
        response = HTTPResponse(Replay(data))  # type: ignore[arg-type]
        response.begin()
        kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
        text = response.read(MAX_BYTES).decode("utf-8", "replace")
    except (HTTPException, OSError, ValueError, OverflowError):
        return Answer(connected=True)
    return Answer(response.status, kind, text, connected=True)
