"""One TLS handshake to one address, and what the certificate is worth. Nothing is sent afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from dataclasses import dataclass

from probes.wire.issuer import Issued, issued
from probes.wire.tcp import let_go, open_tcp
from probes.wire.trust import Trust, root_of
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.tls import REFUSED, TlsStatus

# OpenSSL's verification results (x509_vfy.h).
_CODES = {
    9: TlsStatus.NOT_YET, 10: TlsStatus.EXPIRED, 62: TlsStatus.WRONG_NAME, 64: TlsStatus.WRONG_NAME,
    18: TlsStatus.UNTRUSTED, 19: TlsStatus.UNTRUSTED, 20: TlsStatus.UNTRUSTED, 21: TlsStatus.UNTRUSTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """The certificate's standing and, where one was seen, who issued it."""

    status: TlsStatus
    issued: Issued | None = None
    root: bytes | None = None


async def judge(host: str, address: str, trust: Trust, deadline: float, port: int = 443) -> Judged:
    """Shakes hands as this computer's programs would; again with other eyes only if the answer is not plain."""
    end = time.monotonic() + deadline
    first = await handshake(host, address, trust.system, deadline, port)
    if first.status is TlsStatus.PUBLIC and (first.root is None or first.root not in trust.public_roots):
        public = await handshake(host, address, trust.public, end - time.monotonic(), port)
        local = public.status in REFUSED and bool(trust.public_roots)
        return Judged(TlsStatus.LOCAL if local else TlsStatus.PUBLIC, first.issued)
    if first.status not in REFUSED:
        return first
    if first.status is TlsStatus.UNTRUSTED:
        # Windows fetches roots when they are first needed, and Python does not make it do so.
        public = await handshake(host, address, trust.public, end - time.monotonic(), port)
        if public.status is TlsStatus.PUBLIC:
            return public
    seen = await handshake(host, address, trust.nobody, end - time.monotonic(), port)
    return Judged(first.status, seen.issued)


async def handshake(host: str, address: str, context: ssl.SSLContext, deadline: float, port: int = 443) -> Judged:
    """One handshake; ``PUBLIC`` means that ``context`` accepts the certificate. Never raises for a network."""
    started = time.monotonic()
    connection = await open_tcp(address, port, max(deadline, 0.01))
    if connection.sock is None:
        silent = connection.answer is TcpAnswer.SILENT
        return Judged(TlsStatus.TIMEOUT if silent else TlsStatus.UNREACHABLE)
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(max(deadline - (time.monotonic() - started), 0.01)):
            _, writer = await asyncio.open_connection(sock=connection.sock, ssl=context, server_hostname=host)
        return _accepted(writer.get_extra_info("ssl_object"))
    except ssl.SSLCertVerificationError as error:
        return Judged(_CODES.get(error.verify_code, TlsStatus.INVALID))
    except TimeoutError:
        return Judged(TlsStatus.TIMEOUT)
    except (OSError, ValueError):  # ssl.SSLError is an OSError; ValueError for a name no certificate can have
        return Judged(TlsStatus.NO_TLS)
    finally:
        if writer is not None:
            with contextlib.suppress(Exception):
                writer.transport.abort()
        let_go(connection.sock)


def _accepted(connection: ssl.SSLObject) -> Judged:
    der = connection.getpeercert(binary_form=True)
    return Judged(TlsStatus.PUBLIC, issued(der) if der else None, root_of(connection))
