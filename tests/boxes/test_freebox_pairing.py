"""Being let in: each answer of the display, each refusal of the box, and every way to wait for ever."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from typing import Any

import pytest

from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import DRIVER, FreeboxSession, client, pairing
from selfcare.boxes.freebox.client import Client
from selfcare.boxes.freebox.credential import Credential, read
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from tests.boxes.base import serving
from tests.boxes.freebox import FreeboxSimulator
from tests.boxes.freebox.at import box
from tests.boxes.freebox.people import Refused


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "POLL_S", 0.001)


def steps(simulator: FreeboxSimulator) -> list[PairingStep]:
    async def whole() -> list[PairingStep]:
        async with serving(simulator) as place:
            assert DRIVER.pair is not None
            return [step async for step in DRIVER.pair(place, None)]

    return asyncio.run(whole())


def failure(simulator: FreeboxSimulator, secret: Secret | None = None) -> BoxError:
    async def whole() -> BoxError:
        async with serving(simulator) as place:
            session = DRIVER.open(place)
            try:
                if secret is None:
                    assert DRIVER.pair is not None
                    async for _ in DRIVER.pair(place, None):
                        pass
                else:
                    await session.log_in(secret)
            except BoxError as error:
                return error
            finally:
                await session.close()
        raise AssertionError("it was not refused")

    return asyncio.run(whole())


def test_granted_gives_a_credential_that_opens_this_box() -> None:
    simulator = box("no-settings-right")
    first, last = steps(simulator)
    assert (first.state, first.instruction) == (PairingState.WAITING, "box.freebox.pairing.waiting")
    assert last.state is PairingState.GRANTED and "settings" not in last.rights and "player" in last.rights
    assert last.instruction == "box.freebox.pairing.granted.tick"
    assert last.credential is not None and read(last.credential).uid == simulator.home.uid
    assert simulator.logouts == 1 and simulator.sessions == {}  # the one that read the rights

    async def again() -> None:
        async with serving(simulator) as place:
            session = FreeboxSession(place)
            await session.log_in(last.credential)
            assert (await session.device()).serial_number == simulator.home.serial
            await session.close()

    asyncio.run(again())


def test_it_asks_until_the_answer_is_there_since_an_unpolled_request_is_void() -> None:
    simulator = box()
    simulator.panel_polls = 7
    assert steps(simulator)[-1].state is PairingState.GRANTED
    assert next(iter(simulator.tracks.values())).polls == 8


@pytest.mark.parametrize(
    ("panel", "state", "instruction"),
    [
        ("denied", PairingState.DENIED, "box.freebox.pairing.denied"),
        ("timeout", PairingState.TIMEOUT, "box.freebox.pairing.timeout"),
        ("unknown", PairingState.DENIED, "box.freebox.pairing.forgotten"),
        ("a word of a later firmware", PairingState.DENIED, "box.freebox.pairing.forgotten"),
    ],
)
def test_every_other_answer_is_final_and_gives_nothing(panel: str, state: PairingState, instruction: str) -> None:
    simulator = box()
    simulator.panel = panel
    last = steps(simulator)[-1]
    assert (last.state, last.instruction, last.credential) == (state, instruction, None)
    assert next(iter(simulator.tracks.values())).polls < 10


@pytest.mark.parametrize(("code", "expected"), [("internal_error", "refused"), ("ratelimited", "locked_out")])
def test_an_error_while_waiting_ends_it_at_once(code: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    polls = []

    async def progress(self: FreeboxSimulator, request: Any, path: str, sent: Any) -> Any:
        polls.append(path)
        raise Refused(code)

    monkeypatch.setattr(FreeboxSimulator, "_progress", progress)
    assert failure(box()).code.value == expected
    assert len(polls) == 1


def test_a_box_that_is_silent_for_a_moment_while_waiting_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    original, silent = Client.progress, [BoxErrorCode.TOO_SLOW, BoxErrorCode.UNREACHABLE] * 4

    async def progress(self: Client, track: int) -> str:
        if silent:
            raise BoxError(silent.pop())
        return await original(self, track)

    monkeypatch.setattr(Client, "progress", progress)
    assert steps(box())[-1].state is PairingState.GRANTED
    silent += [BoxErrorCode.TOO_SLOW] * 30
    assert failure(box()).code is BoxErrorCode.TOO_SLOW
    assert len(silent) == 30 - pairing.MOST_SILENT


def test_nobody_answers_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "LONGEST_S", 0.05)
    simulator = box()
    simulator.panel = "pending"
    assert steps(simulator)[-1].state is PairingState.TIMEOUT


def test_giving_up_ends_the_asking() -> None:
    simulator = box()
    simulator.panel = "pending"

    async def whole() -> int:
        async with serving(simulator) as place:
            walk = pairing.pair(place)
            await anext(walk)
            waiting = asyncio.ensure_future(anext(walk))
            await asyncio.sleep(0.02)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting
            await walk.aclose()
            await asyncio.sleep(0.05)  # the one that was under way arrives
            asked = len(simulator.asked)
            await asyncio.sleep(0.05)
            return len(simulator.asked) - asked

    assert asyncio.run(whole()) == 0


def test_refusals_to_pair_are_named() -> None:
    assert failure(box("no-pairing")).code is BoxErrorCode.PAIRING_DISABLED
    away = box()
    away.external = True
    assert failure(away).code is BoxErrorCode.NOT_LOCAL


def test_a_refused_login_is_asked_once_and_the_lock_out_is_named() -> None:
    simulator = box()
    error = failure(simulator, Secret("not-the-token"))
    assert (error.code, error.box_says) == (BoxErrorCode.TOKEN_REVOKED, "Erreur d'authentification de l'application")
    assert simulator.logins == 1
    assert [each.path for each in simulator.asked if each.method == "POST"] == ["/api/v14/login/session/"]
    simulator.failures = 5
    assert failure(simulator, Secret(simulator.token)).code is BoxErrorCode.LOCKED_OUT
    assert simulator.logins == 2


def test_a_box_that_names_another_uid_in_its_refusal_is_another_box() -> None:
    simulator = box()
    simulator.refuses_as = "0000"
    assert failure(simulator, Secret("not-the-token")).code is BoxErrorCode.BOX_CHANGED


def test_the_token_is_in_no_log_no_repr_no_error_and_never_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    simulator = box()
    last = steps(simulator)[-1]
    assert last.credential is not None
    token = read(last.credential).token.reveal()
    error = failure(simulator, Credential(Secret("wrong"), simulator.home.uid).text())
    seen = caplog.text + repr(last) + repr(error) + str(error.values) + repr(read(last.credential))
    assert token not in seen and token[:12] not in seen
    assert all(token not in each.path + each.body for each in simulator.asked)
    for session in simulator.sessions:
        assert session not in seen


def certified(names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context and a client's that trusts it and nobody else."""
    import datetime
    import tempfile
    from pathlib import Path

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(names)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        Path(file.name).write_bytes(pem + secret)
        server.load_cert_chain(file.name)
    client = ssl.create_default_context(cadata=pem.decode())
    return server, client


@pytest.mark.parametrize(
    ("name", "expected"), [("mafreebox.freebox.fr", None), ("autre.exemple.fr", BoxErrorCode.UNTRUSTED)]
)
def test_a_token_given_over_tls_is_used_over_tls_only(name: str, expected: BoxErrorCode | None) -> None:
    simulator = box()
    server, client = certified(name)

    async def whole() -> tuple[BoxErrorCode | None, bool]:
        async with serving(simulator, tls=server) as place:
            asking = Client(place, tls=lambda: client)
            try:
                await asking.log_in(Credential(Secret(simulator.token), simulator.home.uid, tls=True))
                return None, asking.secure
            except BoxError as error:
                return error.code, asking.secure
            finally:
                await asking.close()

    code, secure = asyncio.run(whole())
    assert (code, secure) == (expected, expected is None)
    if expected is not None:
        assert simulator.asked == []


def test_a_token_given_over_tls_is_not_sent_for_in_the_clear() -> None:
    simulator = box()

    async def whole() -> BoxErrorCode | None:
        async with serving(simulator) as place:
            asking = Client(place, tls=lambda: certified("mafreebox.freebox.fr")[1])
            try:
                await asking.log_in(Credential(Secret(simulator.token), simulator.home.uid, tls=True))
            except BoxError as error:
                return error.code
            finally:
                await asking.close()
        return None

    assert asyncio.run(whole()) in (BoxErrorCode.UNTRUSTED, BoxErrorCode.UNREACHABLE)
    assert simulator.asked == []


def test_the_certificates_of_the_boxes_are_the_published_ones_and_strictness_alone_is_off() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    from selfcare.boxes.freebox import trust

    found = x509.load_pem_x509_certificates(trust.FREEBOX_ROOTS.encode())
    assert [each.fingerprint(hashes.SHA256()).hex().upper() for each in found] == [
        "23CFB72636BE665DBBF2FE3E0527904771A8DFF1BACE461D8BD69F34812C2444",
        "2BD8B5BE1A990E42AD1BD79C306EB519B637EE2475C0D931F257535610E9C3E7",
    ]
    for each in found:
        each.verify_directly_issued_by(each)
    context, usual = trust.context(), ssl.create_default_context()
    assert context.verify_flags == usual.verify_flags & ~ssl.VERIFY_X509_STRICT
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname


def test_nobody_at_the_address_is_not_a_freebox() -> None:
    async def whole() -> Any:
        async with serving(box()) as place:
            gone = place
        return await DRIVER.recognise(Place(gone.address, gone.port))

    assert asyncio.run(whole()) is None


@pytest.mark.parametrize(("name", "secure"), [("mafreebox.freebox.fr", True), ("autre.exemple.fr", False)])
def test_https_is_taken_where_it_verifies_else_http_and_the_credential_says_which(
    name: str, secure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, safe = box(), box()
    server, trusted = certified(name)

    async def whole() -> PairingStep:
        async with serving(plain) as http, serving(safe, tls=server) as https:
            ports = {80: http.port, 443: https.port}

            def elsewhere(place: Place, *, host: str, port: int = 80, tls: Any = None) -> Wire:
                return Wire(Place(place.address, ports[port]), host=host, tls=tls)

            monkeypatch.setattr(client, "Wire", elsewhere)
            monkeypatch.setattr(pairing, "Client", lambda place: Client(place, tls=lambda: trusted))
            return [step async for step in pairing.pair(Place("127.0.0.1"))][-1]

    step = asyncio.run(whole())
    assert step.credential is not None and read(step.credential).tls is secure
    used, unused = (safe, plain) if secure else (plain, safe)
    assert used.tracks and unused.asked == []
