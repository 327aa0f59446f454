"""What is no box, asked in every family's language at once: nobody is found, nothing else is contacted, it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from selfcare.boxes.detect import detect
from selfcare.boxes.families import all_drivers
from selfcare.boxes.hints import Gateway
from tests.boxes.base import Simulator, serving

BOMB = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><root>&b;</root>'
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Stranger(Simulator):
    """Answers everything alike."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{path:.*}", self.answer)


async def page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html><title>My printer</title><p>Ready</p></html>", content_type="text/html")


async def bomb(request: web.Request) -> web.StreamResponse:
    return web.Response(text=BOMB, content_type="text/xml")


async def deep(request: web.Request) -> web.StreamResponse:
    return web.Response(text="[" * 100_000, content_type="application/json")


async def wrong_types(request: web.Request) -> web.StreamResponse:
    told = {"result": [], "success": "yes", "api_version": {}, "uid": 7, "status": [1], "device": "x", "data": 3}
    return web.Response(text=json.dumps(told), content_type="application/json")


async def lists(request: web.Request) -> web.StreamResponse:
    return web.Response(text='[{"device": []}, 3, null]', content_type="application/json")


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(200):
        await answer.write(b"x" * 65_536)
    return answer


async def silent(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


@pytest.mark.parametrize("answer", [page, bomb, deep, wrong_types, lists, endless, silent])
def test_what_is_no_box_is_no_box(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with serving(Stranger(answer)) as place:
            limit = 0.4 if answer is silent else 5.0
            found = await asyncio.wait_for(detect(Gateway(place), all_drivers(), limit_s=limit), 20.0)
            assert found.box is None

    asyncio.run(run())
    assert "failed with" not in caplog.text, "a family's recognise raised"


def test_a_redirect_elsewhere_is_followed_by_nobody() -> None:
    async def run() -> None:
        elsewhere = Stranger(page)
        async with serving(elsewhere) as other:

            async def away(request: web.Request) -> web.StreamResponse:
                raise web.HTTPFound(f"http://{other.address}:{other.port}{request.path_qs}")

            async with serving(Stranger(away)) as place:
                assert (await detect(Gateway(place), all_drivers(), limit_s=5.0)).box is None
        assert elsewhere.asked == []

    asyncio.run(run())
