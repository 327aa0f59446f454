"""Whom this computer trusts: the system's store, and the roots that everybody's browsers know."""

from __future__ import annotations

import contextlib
import os
import ssl
from dataclasses import dataclass
from functools import cache

PUBLIC_ROOTS = "SELFCARE_PUBLIC_ROOTS"
"""Environment variable: a PEM file of further roots that count as public (a laboratory's own)."""


@dataclass(frozen=True, slots=True)
class Trust:
    """``system``: as this computer's programs judge. ``public``: the public roots and nothing else.

    ``nobody``: takes any certificate; only to look at one, never to send anything.
    """

    system: ssl.SSLContext
    public: ssl.SSLContext
    nobody: ssl.SSLContext
    public_roots: frozenset[bytes]


def read() -> Trust:
    """Reads both stores (some 20 ms; blocking). The system's is read anew each time: it may have changed."""
    return Trust(_lenient(ssl.create_default_context()), *_public(os.environ.get(PUBLIC_ROOTS)))


@cache
def _public(more: str | None) -> tuple[ssl.SSLContext, ssl.SSLContext, frozenset[bytes]]:
    import certifi

    public = _lenient(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    for path in (certifi.where(), more):
        if path:
            with contextlib.suppress(OSError):  # ssl.SSLError is one
                public.load_verify_locations(path)
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    nobody.check_hostname = False
    nobody.verify_mode = ssl.CERT_NONE
    return public, nobody, frozenset(public.get_ca_certs(binary_form=True))


def _lenient(context: ssl.SSLContext) -> ssl.SSLContext:
    """Browsers do not insist on every letter of RFC 5280; Python does since 3.13."""
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def root_of(connection: ssl.SSLObject) -> bytes | None:
    """The root the verified chain ends in (DER); None where this Python does not tell.

    Public since Python 3.13; before, the same function exists one layer deeper.
    """
    with contextlib.suppress(AttributeError, ImportError, ssl.SSLError, IndexError, TypeError):
        told = getattr(connection, "get_verified_chain", None)
        if told is not None:
            return bytes(told()[-1])
        import _ssl

        inner = connection._sslobj.get_verified_chain()  # type: ignore[attr-defined]
        return bytes(inner[-1].public_bytes(_ssl.ENCODING_DER))
    return None
