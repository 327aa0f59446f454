"""Whether an address can prove that it is a name: one TLS handshake, nothing sent after it."""

from __future__ import annotations

import asyncio
import ssl

from probes.wire.threads import in_thread
from selfcare.model.payloads.naming import Tls

HTTPS_PORT = 443


async def trusted() -> ssl.SSLContext:
    """This PC's own trust; loading it takes tens of milliseconds, so in a thread."""
    return await in_thread(ssl.create_default_context)


async def check(context: ssl.SSLContext, name: str, address: str, deadline: float, port: int = HTTPS_PORT) -> Tls:
    """Shakes hands within ``deadline`` seconds; every failure is a value."""
    try:
        async with asyncio.timeout(deadline):
            _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=name)
    except ssl.SSLCertVerificationError:
        return Tls.INVALID
    except ssl.SSLError:
        return Tls.ERROR
    except (OSError, ValueError):  # TimeoutError is one
        return Tls.SILENT
    writer.transport.abort()
    return Tls.VALID
