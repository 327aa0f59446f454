"""The end of a session: whatever the box does, nothing stays open, nothing waits and nobody is asked any more."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest
import requests

from selfcare.app.box_session import Conversation
from selfcare.boxes.detect import Certainty, Found
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import driver
from selfcare.boxes.fritz.adapter import WireAdapter
from selfcare.boxes.natpmp.session import NatPmpSession
from selfcare.boxes.reading import read
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.ground.credentials import Credentials
from selfcare.model.box import BoxFamily, Capability, DeviceInfo
from tests.boxes.base import serving
from tests.boxes.igd import IgdBox
from tests.boxes.test_refused_for_good import CASES


@pytest.mark.parametrize("family", CASES, ids=str)
def test_a_box_that_does_not_answer_the_log_out_leaves_no_connection_open(
    family: BoxFamily, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conversation waits for the log-out for a second, then goes: with everything that it opened."""
    monkeypatch.setattr("selfcare.app.box_session.CLOSE_S", 0.05)
    wires: list[Wire] = []
    made = Wire.__init__

    def watched(self: Wire, *args: object, **options: object) -> None:
        wires.append(self)
        made(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Wire, "__init__", watched)
    case = CASES[family]
    box = case.make()

    async def run() -> None:
        async with serving(box) as place:
            here = driver(family)
            session = here.open(place)
            secret = case.secret(box)
            await session.log_in(Secret(secret))
            found = Found(place, family, DeviceInfo(family), Certainty.CERTAIN, here.pairing)
            talk = Conversation(found, here, Credentials(tmp_path), session=session, paired=True)  # type: ignore[arg-type]
            box.latency_s = 1.5
            await talk.close()
            assert [wire._session for wire in wires] == [None] * len(wires)

    asyncio.run(run())


def test_a_thread_that_is_late_for_the_end_of_the_loop_leaves_nothing_behind() -> None:
    loop = asyncio.new_event_loop()
    adapter = WireAdapter(Wire(Place("127.0.0.1", 9), host="127.0.0.1"), loop, lambda: None)
    loop.close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(BoxError) as caught:
            adapter.send(requests.Request("GET", "http://127.0.0.1:9/x").prepare())
        gc.collect()
    assert caught.value.code is BoxErrorCode.UNREACHABLE


def test_a_thread_does_not_outlive_the_end_of_its_session() -> None:
    """The interpreter waits for such threads at its end: a loop that only stopped would hold it up for seconds."""
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await asyncio.sleep(30)

    async def run() -> None:
        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        place = Place("127.0.0.1", server.sockets[0].getsockname()[1])
        wire = Wire(place, host="127.0.0.1")
        adapter = WireAdapter(wire, asyncio.get_running_loop(), lambda: None)
        request = requests.Request("GET", f"http://127.0.0.1:{place.port}/x").prepare()
        thread = asyncio.create_task(asyncio.to_thread(adapter.send, request))
        await asked.wait()
        await wire.close()
        with pytest.raises(BoxError):
            await asyncio.wait_for(thread, 4.0)
        server.close()

    asyncio.run(run())


@pytest.mark.parametrize("family", [*CASES, BoxFamily.IGD, BoxFamily.NATPMP], ids=str)
def test_what_is_still_asked_after_the_end_opens_nothing_anew(
    family: BoxFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading of the window that comes late, in the middle of its end."""
    wires: list[Wire] = []
    made = Wire.__init__

    def watched(self: Wire, *args: object, **options: object) -> None:
        wires.append(self)
        made(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Wire, "__init__", watched)
    makers = {**{name: case.make for name, case in CASES.items()}, BoxFamily.IGD: IgdBox}

    async def run() -> None:
        box = makers.get(family, IgdBox)()
        async with serving(box) as place:
            session = driver(family).open(place)
            await read(session, Capability.WAN)
            await session.close()
            asked = len(box.asked)
            await read(session, Capability.WAN)
            await asyncio.gather(session.device(), return_exceptions=True)
            assert [wire._session for wire in wires] == [None] * len(wires) and len(box.asked) == asked
            assert isinstance(session, NatPmpSession) is (family is BoxFamily.NATPMP)
            if isinstance(session, NatPmpSession):
                assert session._asker._transport is None

    asyncio.run(run())
