"""Old boxes are recognised by their own word only, and nobody else for one."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from selfcare.boxes import legacy
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.ports import PORTS
from selfcare.boxes.secret import Secret
from selfcare.model.box import BoxFamily, Capability, DeviceInfo, Support
from tests.boxes.base import Simulator, serving

NEUF = """<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>
<friendlyName>neufbox router</friendlyName><manufacturer>neufbox</manufacturer>
<manufacturerURL>http://efixo.com</manufacturerURL></device></root>"""


class Old(Simulator):
    family = "legacy"

    def __init__(self, page: str = "", description: str | None = None) -> None:
        super().__init__()
        self.page, self.description = page, description

    def routes(self, app: web.Application) -> None:
        async def page(request: web.Request) -> web.Response:
            return web.Response(text=self.page, content_type="text/html")

        async def description(request: web.Request) -> web.Response:
            if self.description is None:
                raise web.HTTPNotFound
            return web.Response(text=self.description, content_type="text/xml")

        app.router.add_get("/", page)
        app.router.add_get("/rootDesc.xml", description)


def recognised(box: Old) -> DeviceInfo | None:
    async def run() -> DeviceInfo | None:
        async with serving(box) as place:
            return await legacy.DRIVER.recognise(place)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("box", "name", "advice"),
    [
        (Old(description=NEUF), "Neufbox", "box.legacy.neufbox"),
        (Old("<html><head><title>Ma neufbox</title>"), "Neufbox", "box.legacy.neufbox"),
        (Old("<TITLE lang=fr> Configuration de l'AliceBox </TITLE>"), "Alicebox", "box.legacy.alicebox"),
        (Old("<title>DartyBox - Accueil</title>"), "DartyBox", "box.legacy.dartybox"),
    ],
)
def test_a_box_that_names_itself(box: Old, name: str, advice: str) -> None:
    found = recognised(box)
    assert found is not None and found.family is BoxFamily.LEGACY
    assert (found.model_name, legacy.advice(found)) == (name, advice)
    assert len(box.asked) <= 2


@pytest.mark.parametrize(
    "box",
    [
        Old(),
        Old("<title>Livebox</title>"),
        Old("<p>neufbox</p>"),
        Old("<title>Alice Gate VoIP</title>"),
        Old("<title>Comparatif neufbox, alicebox</title>"),
        Old("<title>Malice boxeur</title>"),
        Old(description=NEUF.replace("http://efixo.com", "http://miniupnp.free.fr/")),
        Old(description=NEUF.replace("<manufacturer>neufbox", "<manufacturer>Netgear")),
        Old("x" * 100_000 + "<title>neufbox</title>"),
    ],
)
def test_nobody_else_is_taken_for_one(box: Old) -> None:
    assert recognised(box) is None
    assert len(box.asked) == 2


def test_it_says_who_it_is_and_nothing_else() -> None:
    async def run() -> DeviceInfo:
        async with serving(Old(description=NEUF)) as place:
            session = legacy.DRIVER.open(place)
            with pytest.raises(BoxError) as caught:
                await session.log_in(Secret("x"))
            assert caught.value.code is BoxErrorCode.UNSUPPORTED
            try:
                return await session.device()
            finally:
                await session.close()

    assert asyncio.run(run()).model_name == "Neufbox"
    for capability in Capability:
        can = issubclass(legacy.LegacySession, PORTS[capability])
        claims = [claim for claim in legacy.DRIVER.claims if claim.capability is capability]
        assert can == any(claim.support is Support.YES for claim in claims)


def test_an_unknown_old_box_has_its_sentence() -> None:
    assert legacy.advice(DeviceInfo(BoxFamily.LEGACY)) == "box.legacy.other"
