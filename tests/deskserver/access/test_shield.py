"""Around all answers: a browser's safeguards, bounds for what comes, and our words for what breaks."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from selfcare.deskserver import web_shield
from selfcare.deskserver.access.guard import Elsewhere
from selfcare.deskserver.access.pace import address_of
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.serve import ServeRefused, background, demand_safe, serve
from selfcare.deskserver.serve_http import protocol
from selfcare.deskserver.settings import DeskSettings, Limits
from tests.deskserver.access.asking import Browser
from tests.deskserver.bench import app_of, desk_at, running


async def _echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _broken(_request: Request) -> Response:
    raise RuntimeError("Zoé Martin, 0612345678")


async def _half(_request: Request) -> Response:
    async def parts() -> Any:
        yield b"first"
        raise RuntimeError("0612345678")

    return StreamingResponse(parts())


async def _refused(_request: Request) -> Response:
    raise DeskRefusal(409, "login_taken")


async def _elsewhere(_request: Request) -> Response:
    raise Elsewhere("/login")


async def _slow(_request: Request) -> Response:
    await asyncio.sleep(60)
    return PlainTextResponse("late")


async def _from(request: Request) -> Response:
    return PlainTextResponse(address_of(request))


async def _framed(_request: Request) -> Response:
    return PlainTextResponse("x", headers={"content-security-policy": "frame-ancestors 'self'"})


ROUTES = [
    Route("/echo", _echo, methods=["POST"]), Route("/broken", _broken), Route("/half", _half), Route("/slow", _slow),
    Route("/refused", _refused), Route("/elsewhere", _elsewhere), Route("/from", _from), Route("/framed", _framed),
]  # fmt: skip


def played(folder: Path, scene: Callable[[Browser], Awaitable[None]], **settings: Any) -> None:
    async def play() -> None:
        async with desk_at(folder, **settings) as desk:
            await scene(Browser(app_of(desk, ROUTES), "127.0.0.1"))

    asyncio.run(play())


def test_safeguards_on_each_answer(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> None:
        for path, status in (("/from", 200), ("/nowhere", 404), ("/broken", 500), ("/refused", 409), ("/echo", 405),
                             ("/elsewhere", 303)):  # fmt: skip
            answer = await browser.get(path)
            assert answer.status == status
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store" and len(answer.headers["x-request-id"]) == 16
            assert "strict-transport-security" not in answer.headers  # plain http on loopback
        assert (await browser.get("/framed")).headers["content-security-policy"] == "frame-ancestors 'self'"

    played(tmp_path, scene)


def test_what_breaks_is_told_in_our_words_and_logged_without_anybodys(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(browser: Browser) -> None:
        page = await browser.get("/broken")
        assert page.status == 500 and "de notre côté" in page.text and "RuntimeError" not in page.text
        told = json.loads((await browser.get("/broken", accept="application/json")).text)
        assert told["code"] == "broken" and told["status"] == "500"
        assert (await browser.get("/broken", **{"accept-language": "en-GB"})).text.count("on our side") == 1
        with pytest.raises(ConnectionAbortedError):
            await browser.get("/half")
        assert page.headers["x-request-id"] in caplog.text and "RuntimeError" in caplog.text
        assert "0612345678" not in caplog.text and "Zoé" not in caplog.text and page.text.count("<") > 5
        assert (await browser.get("/from")).status == 200

    with caplog.at_level(logging.INFO):
        played(tmp_path, scene)


def test_other_names_for_this_machine_are_not_answered(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> None:
        for good in ("127.0.0.1:1", "localhost", "[::1]:8621", "desk.example", "DESK.example:443"):
            assert (await browser.get("/from", host=good)).status == 200, good
        for wrong in (
            "evil.example",
            "",
            "desk.example.evil",
            "a@desk.example",
            "192.0.2.1",
            "desk.example\n",
            "[",
            "[x",
        ):
            assert (await browser.get("/from", host=wrong)).status == 421, wrong

    played(tmp_path, scene, url="https://desk.example")


def test_bodies_are_bounded_said_or_not(tmp_path: Path) -> None:
    async def scene(browser: Browser) -> None:
        assert (await browser.ask("POST", "/echo", {}, b"x" * 1000)).text == "1000"
        answer = await browser.ask("POST", "/echo", {}, b"x" * 1001)
        assert answer.status == 413
        for said in ("1001", "-1", "x", "9" * 30, "٣"):
            assert (await browser.ask("POST", "/echo", {"content-length": said}, b"x")).status == 413, said

    played(tmp_path, scene, limits=Limits(body=1000))


def test_all_bodies_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_shield, "IN_FLIGHT", 5000)

    async def scene(browser: Browser) -> None:
        assert (await browser.ask("POST", "/echo", {}, b"x" * 5001)).status == 503
        for _ in range(10):  # what was read is let go of
            assert (await browser.ask("POST", "/echo", {}, b"x" * 4000)).status == 200

    played(tmp_path, scene)


def test_an_answer_has_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_shield, "ANSWER_S", 0.05)

    async def scene(browser: Browser) -> None:
        answer = await browser.get("/slow")
        assert answer.status == 503 and answer.headers["retry-after"] == "5"

    played(tmp_path, scene, limits=Limits(slow_s=0.05))


@pytest.mark.parametrize("behind", [False, True])
def test_who_asks_is_what_the_own_proxy_says_last(tmp_path: Path, behind: bool) -> None:
    async def scene(browser: Browser) -> None:
        said = {"x-forwarded-for": "203.0.113.1, 198.51.100.2"}
        assert (await browser.get("/from", **said)).text == ("198.51.100.2" if behind else "127.0.0.1")
        assert (await browser.get("/from", **{"x-forwarded-for": "203.0.113.1, <b>"})).text == "127.0.0.1"

    played(tmp_path, scene, behind_proxy=behind)


def test_slow_and_large_strangers_on_a_real_line(tmp_path: Path) -> None:
    async def until_closed(url: str, sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        try:
            writer.write(sent)
            return await asyncio.wait_for(reader.read(), 60)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def play() -> None:
        async with desk_at(tmp_path, limits=Limits(slow_s=0.2)) as desk:
            with running(app_of(desk, ROUTES), http=protocol(0.2)) as url:
                head = b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n"
                answers = await asyncio.gather(
                    until_closed(url, b""), until_closed(url, head[:30]),
                    until_closed(url, head + b"X: " + b"y" * 70_000),
                    until_closed(url, head + b"X: y\r\n" * 20_000 + b"\r\n0123456789"),
                    until_closed(url, b"GET /" + b"a" * 70_000), until_closed(url, head + b"\r\n01234"),
                    until_closed(url, head + b"Connection: close\r\n\r\n0123456789"),
                )  # fmt: skip
                assert answers[:5] == [b""] * 5
                assert answers[5].startswith(b"HTTP/1.1 408 ") and b"too_slow" in answers[5]
                assert answers[6].startswith(b"HTTP/1.1 200 ") and answers[6].endswith(b"\r\n\r\n10")

    asyncio.run(play())


@pytest.mark.parametrize(("code", "settings"), [
    ("open_network", {"listen": "0.0.0.0"}), ("open_network", {"listen": "desk.example"}),
    ("half_certificate", {"certificate": "c.pem"}),
    ("url_plain", {"listen": "::", "behind_proxy": True}),
    ("url_plain", {"certificate": "c.pem", "certificate_key": "k.pem"}),
])  # fmt: skip
def test_not_on_a_network_without_encryption(code: str, settings: dict[str, Any]) -> None:
    with pytest.raises(ServeRefused, match=code):
        demand_safe(DeskSettings("x", **settings))


def test_on_loopback_or_encrypted_it_is() -> None:
    demand_safe(DeskSettings("x"))
    demand_safe(DeskSettings("x", listen="0.0.0.0", behind_proxy=True, url="https://desk.example"))


def test_it_serves_and_ends_with_what_goes_on_beside(tmp_path: Path) -> None:
    seen: list[str] = []

    async def task(_desk: object) -> None:
        seen.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    async def play() -> None:
        async with desk_at(tmp_path, port=0) as desk:
            where: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()
            app = app_of(desk, ROUTES)
            serving = asyncio.create_task(serve(desk, app, [task], lambda host, port: where.set_result((host, port))))
            host, port = await asyncio.wait_for(where, 60)
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /from HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert (await reader.read()).endswith(b"127.0.0.1")
            writer.close()
            with pytest.raises(ServeRefused, match="no_port"):
                async with desk_at(tmp_path / "two", port=port) as other:
                    await serve(other, app_of(other, ROUTES))
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(serving, 60)
        assert seen == ["begun", "ended"]

    asyncio.run(play())


def test_what_breaks_beside_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.deskserver.serve.AGAIN_S", 0.01)

    async def play() -> None:
        again, count = asyncio.Event(), 0

        async def task(_desk: object) -> None:
            nonlocal count
            count += 1
            if count == 3:
                again.set()
            raise RuntimeError("x")

        async with desk_at(tmp_path) as desk, background(desk, [task]):
            await asyncio.wait_for(again.wait(), 60)

    asyncio.run(play())
