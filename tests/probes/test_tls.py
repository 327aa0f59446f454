"""Certificates: whose word is taken, told apart by real handshakes on loopback."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import tls_sites
from probes.wire import trust
from probes.wire.issuer import issued
from probes.wire.tls import judge
from selfcare.model.payloads.tls import TlsStatus
from selfcare.model.probe import CannotRun
from selfcare.model.profile import TlsSite
from tests.lab.world.ca import Authority
from tests.probes.support import Stopwatch, context, tcp

HOST = "www.example.org"
PUBLIC, FILTER, STRANGER = Authority("Public"), Authority("Filter"), Authority("Stranger")


@pytest.fixture(params=["the chain is told", "the chain is not told"])
def known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trust.Trust:
    """A computer that trusts both authorities, of which one is public."""
    paths = {}
    for name, made in (("public", [PUBLIC]), ("store", [PUBLIC, FILTER])):
        paths[name] = tmp_path / f"{name}.pem"
        paths[name].write_bytes(b"".join(a.pem() for a in made))
    monkeypatch.setenv(trust.PUBLIC_ROOTS, str(paths["public"]))
    monkeypatch.setenv("SSL_CERT_FILE", str(paths["store"]))
    if request.param == "the chain is not told":
        monkeypatch.setattr("probes.wire.tls.root_of", lambda _: None)
    return trust.read()


def seen(authority: Authority, known: trust.Trust, fault: str | None = None) -> tuple[TlsStatus, str | None]:
    authority.set(faults={HOST: fault} if fault else {})

    async def run() -> tuple[TlsStatus, str | None]:
        server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0, ssl=authority.server())
        async with server:
            judged = await judge(HOST, "127.0.0.1", known, 2.0, server.sockets[0].getsockname()[1])
        return judged.status, judged.issued.issuer if judged.issued else None

    return asyncio.run(run())


@pytest.mark.parametrize(("authority", "fault", "status"), [
    (PUBLIC, None, TlsStatus.PUBLIC), (FILTER, None, TlsStatus.LOCAL), (STRANGER, None, TlsStatus.UNTRUSTED),
    (PUBLIC, "expired", TlsStatus.EXPIRED), (PUBLIC, "not_yet", TlsStatus.NOT_YET),
    (PUBLIC, "wrong_name", TlsStatus.WRONG_NAME), (PUBLIC, "untrusted", TlsStatus.UNTRUSTED),
], ids=["public", "filter", "stranger", "expired", "not yet", "wrong name", "untrusted"])  # fmt: skip
def test_each_kind_of_certificate(
    known: trust.Trust, authority: Authority, fault: str | None, status: TlsStatus
) -> None:
    told, issuer = seen(authority, known, fault)
    assert told is status
    assert issuer == ("Unknown authority" if fault == "untrusted" else _name(authority))


def _name(authority: Authority) -> str:
    return str(authority.name.rfc4514_string()).removeprefix("CN=")


def test_a_root_missing_from_the_system_but_known_to_the_public_is_no_interception(
    known: trust.Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows fetches roots when they are needed."""
    bare = trust.Trust(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), known.public, known.nobody, known.public_roots)
    assert seen(PUBLIC, bare)[0] is TlsStatus.PUBLIC


@pytest.mark.alone
def test_other_servers_are_no_certificate(known: trust.Trust) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def run() -> None:
        async with tcp(plain) as talks, tcp(mute) as silent:
            assert (await judge(HOST, "127.0.0.1", known, 1.0, talks)).status is TlsStatus.NO_TLS
            with Stopwatch(0.3):
                assert (await judge(HOST, "127.0.0.1", known, 0.3, silent)).status is TlsStatus.TIMEOUT
        assert (await judge(HOST, "127.0.0.1", known, 1.0, 1)).status is TlsStatus.UNREACHABLE

    asyncio.run(run())


def test_the_probe_needs_sites_and_survives_names_that_do_not_exist() -> None:
    with pytest.raises(CannotRun):
        asyncio.run(tls_sites.measure(context()))
    payload = asyncio.run(
        tls_sites.measure(context(tls_sites=(TlsSite("a..b", "test"), TlsSite("x", "t", "127.0.0.1"))))
    )
    assert {t.host: t.status for t in payload.tries} == {"a..b": TlsStatus.NAME_FAILED, "x": TlsStatus.UNREACHABLE}
    assert payload.public_roots > 50


def test_the_issuer_of_a_real_certificate() -> None:
    der = ssl.PEM_cert_to_DER_cert(FILTER.pem().decode())
    found = issued(der)
    assert found is not None
    assert (found.issuer, found.self_signed) == ("Filter", True)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_certificate_or_none(data: bytes) -> None:
    issued(data)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_damaged_certificate(at: int, other: bytes) -> None:
    der = ssl.PEM_cert_to_DER_cert(PUBLIC.pem().decode())
    issued(der[:at] + other + der[at + len(other) :])
