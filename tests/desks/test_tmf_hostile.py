"""A desk that means harm, or is broken: whatever it says, nothing but a DeskError comes out, and nothing leaks."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.desks import reading, tmf621_told, tmf656
from selfcare.desks.choose import desk_of
from selfcare.desks.port import Desk
from selfcare.desks.tmf656 import read
from selfcare.desks.wire import MOST, Answer, Wire, nobody, segment
from selfcare.ground.errors import SelfcareError
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import DeskError, Failure, Receipt, State
from tests.desks.examples import attachment, note, ticket
from tests.desks.stranger import stranger

KINDS = [DeskKind.TMF621_V5, DeskKind.TMF621_V4]
either = pytest.mark.parametrize("kind", KINDS)
KEYS = ["id", "href", "status", "statusChangeReason", "statusChangeDate", "note", "attachment", "externalIdentifier",
        "externalId", "creationDate", "expectedResolutionDate", "text", "author", "date", "name", "content",
        "description", "resolutionDate", "affectedNumberOfServices", "@type"]  # fmt: skip
WORDS = ["pending", "cancelled", "acknowledged", "7", "..", "2026-11-22T12:00:00Z", "0001-01-01T00:00:00+14:00",
         "9999-12-31T23:59:59-14:00", "[selfcare:double]", "YQ==", "\ud800", "x" * 300]  # fmt: skip
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(WORDS))
anything = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), inner, max_size=6),
    ),
    max_leaves=25,
)
RECEIPT = Receipt("7", "7")
ASKED: list[Callable[[Desk], Awaitable[object]]] = [
    lambda desk: desk.create(ticket()),
    lambda desk: desk.find(ticket()),
    lambda desk: desk.status(RECEIPT),
    lambda desk: desk.attached(RECEIPT),
    lambda desk: desk.attach(RECEIPT, ticket(), attachment()),
    lambda desk: desk.noted(RECEIPT, note()),
    lambda desk: desk.add_note(RECEIPT, note(attachments=(attachment(),))),
    lambda desk: desk.merge(RECEIPT, RECEIPT),
    lambda desk: desk.outages(),
]


class Parrot(Wire):
    """Says the same to everything."""

    said: bytes = b""
    status: int = 200

    async def ask(self, method: str, path: str, **_: Any) -> Answer:
        return Answer(self.status, {}, self.said, method == "GET")


def parrot(kind: DeskKind, said: object, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(tmf656, "Wire", Parrot)
    monkeypatch.setattr("selfcare.desks.tmf621.Wire", Parrot)
    monkeypatch.setattr(Parrot, "said", json.dumps(said).encode(errors="replace"))
    return desk_of(DeskEndpoint(kind, url="https://desk.test", outages="https://desk.test"), nobody)


@either
@given(said=st.one_of(anything, st.lists(anything), st.just([{"id": "7"}])))
@settings(max_examples=150)
def test_whatever_is_answered_only_a_desk_error_comes_out(kind: DeskKind, said: Any) -> None:
    async def run(desk: Desk) -> None:
        for ask in ASKED:
            try:
                await ask(desk)
            except DeskError as error:
                assert error.code.startswith("desk_")

    with pytest.MonkeyPatch.context() as patch:
        asyncio.run(run(parrot(kind, said, patch)))


@given(said=anything)
def test_readers_take_anything(said: Any) -> None:
    found = said if isinstance(said, dict) else {"id": "7", "note": said, "status": "pending"}
    told = tmf621_told.told({"id": "7", **found})
    for reply in told.replies if told else ():
        assert len(reply.text) <= reading.LONG
        assert not any(ord(one) < 32 and one not in "\n\t" for one in reply.text)
    assert all(len(one.text) <= 1000 for one in read(said if isinstance(said, list) else [said], tmf656.clock()))


@either
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"<html>",
        b"[" * 200_000,
        b'{"id":' * 50_000,
        b"1" * 10_000,
        b'{"id": "7"',
        b"null",
        b'"x"',
        b"NaN",
    ],
    ids=lambda body: repr(body[:8]),
)
def test_no_json_is_an_error_with_a_name(kind: DeskKind, body: bytes) -> None:
    async def run() -> None:
        async with stranger(lambda _: web.Response(body=body, content_type="application/json")) as base:
            desk = desk_of(DeskEndpoint(kind, url=base, outages=base), nobody)
            for ask, failure in (
                (ASKED[0], Failure.UNKNOWN),
                (ASKED[1], Failure.NOT_SENT),
                (ASKED[2], Failure.NOT_SENT),
            ):
                with pytest.raises(DeskError) as error:
                    await ask(desk)
                assert (error.value.failure, error.value.code) == (failure, "desk_unreadable")
            await desk.close()

    asyncio.run(run())


@pytest.mark.parametrize("packed", [False, True])
def test_no_answer_is_read_without_end(packed: bool) -> None:
    """Also one that is small on the line and endless when unpacked."""
    body = b'["' + b"x" * (MOST + 1000) + b'"]'

    async def run() -> None:
        def answer(_: web.Request) -> web.Response:
            coding = {"Content-Encoding": "gzip"} if packed else {}
            return web.Response(body=gzip.compress(body) if packed else body, headers=coding)

        async with stranger(answer) as base:
            desk = desk_of(DeskEndpoint(DeskKind.TMF621_V5, url=base), nobody)
            with pytest.raises(DeskError) as error:
                await desk.status(RECEIPT)
            assert (error.value.failure, error.value.code) == (Failure.NOT_SENT, "desk_too_large")
            await desk.close()

    asyncio.run(run())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_takes_no_sign_in_along(status: int) -> None:
    reached: list[str] = []

    async def login() -> dict[str, str]:
        return {"Authorization": "Bearer t0k"}

    def elsewhere(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.json_response({"id": "7"})

    async def run() -> None:
        async with stranger(elsewhere) as other:
            moved = {"Location": f"{other}/troubleTicket"}
            async with stranger(lambda _: web.Response(status=status, headers=moved)) as base:
                desk = desk_of(DeskEndpoint(DeskKind.TMF621_V5, url=base), login)
                for ask in ASKED[:3]:
                    with pytest.raises(DeskError):
                        await ask(desk)
                await desk.close()

    asyncio.run(run())
    assert reached == []


def test_an_address_in_an_answer_is_never_gone_to() -> None:
    """``href`` and ``Location`` name another host: the ticket is asked for where the profile says."""
    reached: list[str] = []

    def elsewhere(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.json_response({"id": "7"})

    async def run() -> None:
        async with stranger(elsewhere) as other:
            asked: list[str] = []

            def answer(request: web.Request) -> web.Response:
                asked.append(request.raw_path)
                if request.method == "POST":
                    return web.Response(status=201, headers={"Location": f"{other}/x/troubleTicket/a%2F..%2Fb?c"})
                return web.json_response({"id": "a/../b", "href": f"{other}/troubleTicket/9", "status": "held"})

            async with stranger(answer) as base:
                desk = desk_of(DeskEndpoint(DeskKind.TMF621_V5, url=base), nobody)
                made = await desk.create(ticket())
                assert made.ref == "a/../b"
                assert (await desk.status(made)).receipt.state is State.HELD
                await desk.close()
                assert asked[-1] == "/troubleTicket/a%2F..%2Fb"

    asyncio.run(run())
    assert reached == []


@pytest.mark.parametrize(
    "name", ["../../admin", "a?b=c", "a#b", "a/b", "%2e%2e", "a b", "é", "a&b", "a;b", "http://x/y"]
)
def test_a_name_is_one_step_of_a_path(name: str) -> None:
    async def run() -> str:
        asked: list[str] = []

        def answer(request: web.Request) -> web.Response:
            asked.append(request.raw_path)
            return web.json_response({"id": name})

        async with stranger(answer) as base:
            desk = desk_of(DeskEndpoint(DeskKind.TMF621_V4, url=f"{base}/api"), nobody)
            await desk.status(Receipt(name, name))
            await desk.close()
        return asked[0]

    path = asyncio.run(run())
    assert path.startswith("/api/troubleTicket/")
    assert unquote(path.removeprefix("/api/troubleTicket/")) == name
    assert path.count("/") == 3
    assert "?" not in path


@pytest.mark.parametrize("name", ["", " ", ".", "..", "a\nb", "a\0", "x" * 201, "\ud800"])
def test_what_cannot_be_a_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(DeskError) as error:
        segment(name)
    assert error.value.code == "desk_bad_name"


@pytest.mark.parametrize(
    "address",
    ["http://desk.example.com/x", "http://8.8.8.8/", "http://evillocalhost/", "http://127.0.0.1.example.com/",
     "ftp://127.0.0.1/", "file:///etc/passwd", "https://me:secret@desk.example.com/", "https://", "", "x", "https://h/?q=1",
     "https://h:99999/", "http://[::1", "//127.0.0.1/"],
)  # fmt: skip
def test_such_an_address_is_spoken_to_by_nobody(address: str) -> None:
    async def run() -> None:
        wire = Wire(address)
        with pytest.raises(DeskError) as error:
            await wire.ask("GET", "/x")
        assert (error.value.failure, error.value.code) == (Failure.REFUSED, "desk_address")

    asyncio.run(run())


def test_a_ticket_of_another_name_is_not_taken_for_ours() -> None:
    async def run() -> None:
        async with stranger(lambda _: web.json_response({"id": "8", "status": "closed"})) as base:
            desk = desk_of(DeskEndpoint(DeskKind.TMF621_V5, url=base), nobody)
            with pytest.raises(DeskError) as error:
                await desk.status(RECEIPT)
            assert error.value.code == "desk_unreadable"
            await desk.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("raised", "failure", "code"),
    [
        (DeskError(Failure.UNKNOWN, "desk_slow"), Failure.NOT_SENT, "desk_slow"),
        (DeskError(Failure.REFUSED, "desk_http_400"), Failure.SIGN_IN, "desk_http_400"),
        (DeskError(Failure.SIGN_IN, "desk_sign_in"), Failure.SIGN_IN, "desk_sign_in"),
        (SelfcareError("keyring_locked"), Failure.NOT_SENT, "desk_keyring"),
    ],
)
def test_a_sign_in_that_fails_sent_nothing_of_the_ticket(raised: Exception, failure: Failure, code: str) -> None:
    """A token server's "no" must not refuse a ticket for good, nor its silence make one uncertain."""
    reached: list[str] = []

    async def login() -> dict[str, str]:
        raise raised

    def answer(request: web.Request) -> web.Response:
        reached.append(request.path)
        return web.json_response({"id": "7"}, status=201)

    async def run() -> None:
        async with stranger(answer) as base:
            desk = desk_of(DeskEndpoint(DeskKind.TMF621_V5, url=base), login)
            with pytest.raises(DeskError) as error:
                await desk.create(ticket())
            assert (error.value.failure, error.value.code) == (failure, code)
            await desk.close()

    asyncio.run(run())
    assert reached == []


def test_pages_without_end_are_read_for_a_while() -> None:
    asked: list[str] = []

    def answer(request: web.Request) -> web.Response:
        asked.append(request.path_qs)
        padding = "x" * (MOST // 3)
        return web.json_response([{"id": f"{len(asked)}-{at}", "name": padding} for at in range(2)])

    async def run() -> None:
        async with stranger(answer) as base:
            desk = desk_of(DeskEndpoint(DeskKind.TMF621_V4, url=base), nobody)
            with pytest.raises(DeskError) as error:
                await desk.find(ticket())
            assert (error.value.failure, error.value.code) == (Failure.NOT_SENT, "desk_too_large")
            await desk.close()

    asyncio.run(run())
    assert len(asked) < 10
