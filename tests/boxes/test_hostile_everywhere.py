"""Every family, every reading, with junk in the place of some of what the box sent: values, absences, no mistakes.

A reading that falls over is absent too, so it is the log that is looked at: a parser of ours must not fall over.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import logging
import math
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from selfcare.boxes.errors import BoxError
from selfcare.boxes.families import driver
from selfcare.boxes.reading import METHODS, read, read_status
from selfcare.boxes.secret import Secret
from selfcare.model.box import BoxFamily, Restart
from tests.boxes.base import Simulator, serving
from tests.boxes.igd import IgdBox
from tests.boxes.test_refused_for_good import CASES

ESCAPES = "\x1b[2J\u202e\x9b31m<img src=x>"
JUNK: tuple[Any, ...] = (-1, -1e17, 1e308, math.inf, math.nan, 2**70, "1e999", "-1", "\u00b2", "9" * 5000, ESCAPES,
                         "0x10", "1_0", True, None, [], {}, [[]], [{}], "x" * 3000, "2026-13-45T99:99:99Z")  # fmt: skip
_DOOR = ("login", "auth.", "createContext", "token", "api_version", "tr64desc", "SCPD", "rootDesc")
_VALUE = re.compile(r'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=</New)')


def spoilt(told: Any, chance: random.Random) -> Any:
    if isinstance(told, dict):
        kept = {
            key: value for key, value in told.items() if key == "success" or (value in (True, 0) and key == "status")
        }
        return {key: kept[key] if key in kept else spoilt(value, chance) for key, value in told.items()}
    if isinstance(told, list):
        return [spoilt(each, chance) for each in told]
    return chance.choice(JUNK) if chance.random() < 0.5 else told


def _spoilt_xml(text: str, chance: random.Random) -> str:
    def junk(match: re.Match[str]) -> str:
        before = match.string[: match.start()]
        if chance.random() < 0.5 or before.endswith(('stat="', 'version="', 'encoding="', 'xmlns:u="', 'xmlns:s="')):
            return match.group()
        word = str(chance.choice(JUNK))
        return (
            "".join(c for c in word if c.isprintable() or c in "\u202e\x9b").replace("<", "&lt;").replace("&lt", "&lt")
        )

    return _VALUE.sub(junk, text)


def spoiling(box: Simulator, seed: int) -> Simulator:
    """Answers of the box are spoilt on their way out; what is needed to be let in is not."""
    chance, made = random.Random(seed), box.app

    @web.middleware
    async def spoil(request: web.Request, handler: Any) -> web.StreamResponse:
        answer = await handler(request)
        asked = request.path_qs + (await request.text() if request.method == "POST" else "")
        if not isinstance(answer, web.Response) or answer.status >= 400 or any(word in asked for word in _DOOR):
            return answer
        text = answer.text or ""
        try:
            body = json.dumps(spoilt(json.loads(text), chance))
        except ValueError:
            body = _spoilt_xml(text, chance)
        return web.Response(text=body, status=answer.status, content_type=answer.content_type)

    def app() -> web.Application:
        found = made()
        found.middlewares.insert(0, spoil)
        return found

    box.app = app  # type: ignore[method-assign]
    return box


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name), f"{type(value).__name__}.{field.name}")
    elif isinstance(value, tuple | list):
        for each in value:
            yield from leaves(each, name)
    else:
        yield name, value


_TIMES = ("up_time", "showtime", "lease_time", "lease", "remaining", "start", "end")
_COUNTS = ("crc_errors", "fec_errors", "hec_errors", "errored_secs", "retrains", "number_of_reboots", "received",
           "sent", "mtu", "rate", "max_rate", "down_rate", "up_rate", "phy_down", "phy_up",
           "channel", "width")  # fmt: skip


def looked_at(name: str, value: Any) -> None:
    field = name.rpartition(".")[2]
    if isinstance(value, float):
        assert math.isfinite(value), name
    if isinstance(value, int | float) and field in (*_TIMES, *_COUNTS):
        assert value >= 0, name
    if isinstance(value, int | float) and field in _TIMES:
        assert value < 1e9 + 1, name
    if isinstance(value, str) and field not in (
        "key",
        "ssid",
    ):  # those are written back as they are, shown by printable
        assert value.isprintable() and len(value) <= 400, (name, value)


MAKERS = {**{family: case.make for family, case in CASES.items()}, BoxFamily.IGD: IgdBox}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("family", MAKERS, ids=str)
def test_junk_makes_no_mistake_of_ours(family: BoxFamily, seed: int, caplog: pytest.LogCaptureFixture) -> None:
    box = spoiling(MAKERS[family](), seed)

    async def run() -> list[Any]:
        here = driver(family)
        async with serving(box) as place:
            session = here.open(place)
            try:
                with contextlib.suppress(BoxError):  # a FRITZ!Box tells its rights on the way in
                    if family in CASES:
                        await session.log_in(Secret(CASES[family].secret(box)))
                found = [await read(session, capability) for capability in METHODS]
                with contextlib.suppress(BoxError):
                    found.append(await read_status(session, paired=True, driver=here))
                return found
            finally:
                await session.close()

    with caplog.at_level(logging.WARNING, "selfcare.boxes.reading"):
        found = asyncio.run(run())
    fallen = [record.getMessage() for record in caplog.records if "failed with" in record.getMessage()]
    assert fallen == []
    assert not any(isinstance(value, Restart) and value.at.year < 2000 for value in found)
    for name, value in leaves(found):
        looked_at(name, value)
