"""A status is read whole whatever single readings do."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import support
from selfcare.boxes.ports import PORTS
from selfcare.boxes.reading import METHODS, STATUS, read, read_status
from selfcare.model.box import Absent, BoxStatus, Capability, DeviceInfo, LinkStatus, Support, WanStatus, Why
from tests.boxes import toy

GONE = {
    BoxErrorCode.LOGIN_REQUIRED: Why.NEEDS_PAIRING,
    BoxErrorCode.MISSING_RIGHT: Why.NEEDS_RIGHT,
    BoxErrorCode.BRIDGE_MODE: Why.BRIDGE,
    BoxErrorCode.UNSUPPORTED: Why.CANNOT,
    BoxErrorCode.TOO_SLOW: Why.SILENT,
    BoxErrorCode.UNREACHABLE: Why.SILENT,
    BoxErrorCode.UNREADABLE: Why.UNREADABLE,
    BoxErrorCode.REFUSED: Why.REFUSED,
    BoxErrorCode.SESSION_ENDED: Why.REFUSED,
}


def status(session: object, *, paired: bool = True, **more: object) -> BoxStatus:
    return asyncio.run(read_status(session, paired=paired, driver=toy.DRIVER, **more))  # type: ignore[arg-type]


def test_every_reading_port_has_its_method() -> None:
    reading = {c for c in Capability if not c.value.startswith("set_")} - {Capability.DEVICE, Capability.REBOOT}
    assert set(METHODS) == reading
    for capability, method in METHODS.items():
        assert hasattr(PORTS[capability], method), capability
    fields = {f.name for f in dataclasses.fields(BoxStatus)} - {"taken", "device", "paired", "adds"}
    assert set(STATUS.values()) == fields


@pytest.mark.parametrize(("code", "why"), GONE.items())
def test_a_failure_is_a_reason_and_takes_nothing_along(code: BoxErrorCode, why: Why) -> None:
    found = status(toy.scripted(dsl=toy.fails(code), wan=lambda: WanStatus(link=LinkStatus.UP)))
    assert found.dsl == Absent(why, code.value)
    assert found.wan == WanStatus(link=LinkStatus.UP)
    assert found.tv == Absent(Why.CANNOT)


def test_a_mistake_of_ours_is_fenced_and_its_text_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    def crash() -> None:
        raise ValueError("key=une cle wifi bien longue")

    found = status(toy.scripted(dsl=crash, wan=WanStatus))
    assert found.dsl == Absent(Why.UNREADABLE, "unreadable") and found.wan == WanStatus()
    assert "ValueError" in caplog.text and "bien longue" not in caplog.text


def test_silence_of_one_reading_ends_with_the_limit_and_is_cancelled() -> None:
    ended = []

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    found = status(toy.scripted(dsl=never, wan=WanStatus), limit_s=0.05)
    assert found.dsl == Absent(Why.SILENT, "too_slow") and found.wan == WanStatus()
    assert ended == [True]


def test_all_are_asked_at_once() -> None:
    waiting: set[str] = set()
    all_there = asyncio.Event()

    def asks(name: str) -> object:
        async def run() -> WanStatus:
            waiting.add(name)
            if len(waiting) == 3:
                all_there.set()
            await all_there.wait()
            return WanStatus()

        return run

    found = status(toy.scripted(wan=asks("wan"), dsl=asks("dsl"), optical=asks("optical")), limit_s=5.0)  # type: ignore[arg-type]
    assert found.wan == found.dsl == found.optical == WanStatus()


def test_nothing_at_all_is_the_error_of_asking_who_it_is() -> None:
    silent = toy.scripted(device=toy.fails(BoxErrorCode.UNREACHABLE), wan=toy.fails(BoxErrorCode.UNREACHABLE))
    with pytest.raises(BoxError) as caught:
        status(silent)
    assert caught.value.code is BoxErrorCode.UNREACHABLE


def test_a_box_that_keeps_its_name_to_itself_is_still_read() -> None:
    shy = toy.scripted(device=toy.fails(BoxErrorCode.LOGIN_REQUIRED), wan=toy.fails(BoxErrorCode.LOGIN_REQUIRED))
    known = DeviceInfo(toy.FAMILY, "Toy", "toy-1")
    assert status(shy, paired=False, known=known).device == known
    assert status(shy, paired=False).device == DeviceInfo(toy.FAMILY)


def test_what_pairing_adds_comes_from_the_claims_and_from_what_was_kept_back() -> None:
    shy = toy.scripted(wan=WanStatus, dsl=toy.fails(BoxErrorCode.LOGIN_REQUIRED), tv=toy.fails(BoxErrorCode.REFUSED))
    assert status(shy, paired=False).adds == ("dsl", "wifi", "hosts")
    assert status(shy, paired=True).adds == ()
    nothing_to_pair = dataclasses.replace(toy.DRIVER, pairing=PairingKind.NONE)
    assert asyncio.run(read_status(shy, paired=False, driver=nothing_to_pair)).adds == ()


def test_a_model_that_cannot_is_promised_nothing() -> None:
    assert support(toy.DRIVER, Capability.DSL, "toy-1").support is Support.YES
    assert support(toy.DRIVER, Capability.DSL, "toy-2/b").support is Support.NO
    assert support(toy.DRIVER, Capability.DSL, None).support is Support.YES
    assert support(toy.DRIVER, Capability.PHONE, "toy-1").support is Support.UNKNOWN


def test_one_reading_alone() -> None:
    session = toy.scripted(wan=WanStatus, dsl=toy.fails(BoxErrorCode.MISSING_RIGHT, right="settings"))
    assert asyncio.run(read(session, Capability.WAN)) == WanStatus()
    assert asyncio.run(read(session, Capability.DSL)) == Absent(Why.NEEDS_RIGHT, "missing_right")
    assert asyncio.run(read(session, Capability.WIFI)) == Absent(Why.CANNOT)
