"""Tests of a guide about what is set on the box: yes, no, and unknown wherever the box cannot tell."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from selfcare.app.guides import home_box
from selfcare.app.guides.home_set import parental_now, wifi_on
from selfcare.guides import known
from selfcare.model.box import (
    ActivityState,
    Capability,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    Phone,
    TvDecoder,
    WifiRadio,
    WifiSettings,
)
from selfcare.model.units import Seconds
from tests.boxes.home import Home, Plan
from tests.guides.home_bench import OWN, AtHome, play, simulator, words

GIVEN: dict[str, Any] = {
    "on": True, "device": "tablette-leo", "rule": "blocked", "port": "8443", "protocol": "tcp",
}  # fmt: skip
LEO = "b8:27:eb:00:00:02"
ALL = [name for name in known.TESTS if name.startswith("box.")]
WITH_PARENTAL = ("freebox", "livebox", "bbox", "fritz")
WITH_RESERVATIONS = ("freebox", "livebox", "bbox")


def given(name: str) -> dict[str, Any]:
    return {one: GIVEN[one] for one in known.TESTS[name] if not one.endswith("?")}


@pytest.mark.parametrize("family", OWN)
def test_wifi(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.wifi_is", on=True) == "yes"
        assert await h.says("box.wifi_is", on=False) == "no"
        assert await h.says("box.wifi_is", name="Maison-Dupont") == "yes"
        assert await h.says("box.wifi_is", on=True, name="Chez-Dupont") == "no"
        assert await h.says("box.wifi_is", name="Maison-Dupont", band="5") == "yes"
        assert await h.says("box.wifi_is", band="6", name="Maison-Dupont") == "unknown"
        h.home.ssids[1].ssid = "Chez-Dupont"
        assert await h.says("box.wifi_is", name="Chez-Dupont", band="5") == "yes"
        assert await h.says("box.wifi_is", name="Chez-Dupont", band="2.4") == "no"

    play(family, tmp_path, act)


def test_channels(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.wifi_is", channel=0, band="2.4") == "yes"
        assert await h.says("box.wifi_is", channel="6", band="2.4") == "no", "in use, but the box's own choice"
        assert await h.says("box.wifi_is", channel=44) == "yes"
        assert await h.says("box.wifi_is", channel=36) == "no"
        assert await h.says("box.wifi_is", channel=0) == "no"

    play("freebox", tmp_path, act)


def test_wifi_that_is_off_in_one_of_several_ways() -> None:
    on, off, silent = (WifiRadio("1", enable=one) for one in (True, False, None))
    assert wifi_on(WifiSettings(True, (on,)), [on]) is True
    assert wifi_on(WifiSettings(False, (on,)), [on]) is False
    assert wifi_on(WifiSettings(True, (off,)), [off]) is False
    assert wifi_on(WifiSettings(True, (on,), planned=True), [on]) is False
    assert wifi_on(WifiSettings(None, (on, off)), [on, off]) is True
    assert wifi_on(WifiSettings(None, (silent,)), [silent]) is None


@pytest.mark.parametrize("family", OWN)
def test_guest_network(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.guest_is", on=False) == "yes"
        assert await h.says("box.guest_is", on=True) == "no"
        h.home.guest.enable = True
        assert await h.says("box.guest_is", on=True) == "yes"
        assert await h.says("box.guest_is", on=True, name=h.home.guest.ssid) == "yes"
        assert await h.says("box.guest_is", on=True, name="Autre") == "no"
        assert await h.shows("box.guest") == [f"Le Wi-Fi invités est allumé\xa0: «\xa0{h.home.guest.ssid}\xa0»."]

    play(family, tmp_path, act)


@pytest.mark.parametrize(
    ("family", "called"),
    [*((one, "tablette-leo") for one in WITH_PARENTAL),
     *(("livebox", one) for one in ("192.168.1.21", LEO, "B8-27-EB-00-00-02"))],
)  # fmt: skip
def test_who_may_when(family: str, called: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.parental_is", device=called, rule="blocked") == "no"
        assert await h.says("box.parental_is", device=called, rule="allowed") == "yes", "nothing keeps it"
        if family == "fritz":
            h.home.hosts[1].blocked = True
        elif family == "bbox":
            h.box.policy = {"enable": "1", "defaultpolicy": "Forbidden"}
            h.home.plans.append(Plan([LEO], "Léo", override="blocked", id="1"))
        else:
            h.home.plans.append(Plan([LEO], "Léo", override="blocked", id="1"))
        assert await h.says("box.parental_is", device=called, rule="blocked") == "yes"
        assert await h.says("box.parental_is", device=called, rule="allowed") == "no"
        assert await h.says("box.parental_is", device="pc-camille", rule="blocked") == "no"
        assert await h.says("box.parental_is", device="pc-de-personne", rule="blocked") == "unknown"

    play(family, tmp_path, act)


def test_a_word_by_hand_ends_and_a_switch_that_is_off_keeps_nobody() -> None:
    night = ParentalSlot(Seconds(0), Seconds(3600), (0,))
    now = time.time()
    past, later = (datetime.fromtimestamp(now + s, UTC) for s in (-5, 60))

    def says(enable: bool | None = None, **fields: Any) -> str:
        return parental_now(ParentalControl(enable, (ParentalSchedule((LEO.upper(),), **fields),)), LEO, now)

    assert says(slots=(night,)) == "planned"
    assert says() == "none"
    assert says(blocked_now=True) == "planned", "its timetable is not told"
    assert says(rule=ParentalRule.BLOCKED) == "blocked"
    assert says(rule=ParentalRule.BLOCKED, until=later) == "blocked"
    assert says(rule=ParentalRule.BLOCKED, until=past) == "none"
    assert says(rule=ParentalRule.BLOCKED, until=past, slots=(night,)) == "planned"
    assert says(False, rule=ParentalRule.BLOCKED) == "none"
    assert parental_now(ParentalControl(), LEO, now) == "none"


@pytest.mark.parametrize("family", WITH_RESERVATIONS)
def test_reservation(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.reservation_is", device="pc-camille") == "yes"
        assert await h.says("box.reservation_is", device="pc-camille", address="192.168.1.20") == "yes"
        assert await h.says("box.reservation_is", device="pc-camille", address="192.168.1.99") == "no"
        assert await h.says("box.reservation_is", device="tablette-leo") == "no"
        assert await h.says("box.reservation_is", device="personne") == "unknown"
        assert await h.shows("box.reservations") == ["pc-camille reçoit toujours l’adresse 192.168.1.20."]

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", OWN)
def test_a_device_that_is_there(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert await h.says("box.device_seen", device="tablette-leo") == "yes"
        assert await h.says("box.device_seen", device="192.168.1.21") == "yes"
        assert await h.says("box.device_seen", device="personne") == "no"
        assert await h.says("box.device_seen", device="00:11:22:33:44:55") == "no"
        assert await h.says("box.device_seen", device="ancien-telephone") == "no"
        h.home.hosts[1].name = h.home.hosts[0].name
        assert await h.says("box.device_seen", device="pc-camille") == "unknown", "two of that name"

    play(family, tmp_path, act)


def told(h: AtHome, monkeypatch: pytest.MonkeyPatch, value: object) -> None:
    async def tell(_capability: Capability) -> object:
        return value

    monkeypatch.setattr(h.side.box, "told", tell)


@pytest.mark.parametrize(
    ("decoders", "answer", "sentence"),
    [
        ((TvDecoder(ActivityState.UP),), "yes", "allumé"),
        ((TvDecoder(ActivityState.DOWN), TvDecoder(ActivityState.UP)), "yes", "allumé"),
        ((TvDecoder(ActivityState.STANDBY),), "no", "veille"),
        ((TvDecoder(ActivityState.DOWN),), "no", "pas de décodeur"),
        ((TvDecoder(None, service_available=False),), "no", "pas de décodeur"),
        ((TvDecoder(None),), "unknown", "ne dit pas"),
        ((), "unknown", "ne dit pas"),
    ],
)
def test_decoder(
    decoders: tuple[TvDecoder, ...], answer: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(h: AtHome) -> None:
        told(h, monkeypatch, decoders)
        seen = await h.test("box.tv_seen")
        assert seen.answer == answer and sentence in words(seen)[0]

    play("livebox", tmp_path, act)


@pytest.mark.parametrize(
    ("phones", "answer"),
    [
        ((Phone(ActivityState.UP),), "yes"),
        ((Phone(ActivityState.UP, off_hook=False, defect=False),), "yes"),
        ((Phone(ActivityState.UP, off_hook=True),), "no"),
        ((Phone(ActivityState.UP, defect=True),), "no"),
        ((Phone(ActivityState.DOWN),), "no"),
        ((Phone(None, off_hook=False),), "unknown"),
        ((), "unknown"),
    ],
)
def test_telephone(
    phones: tuple[Phone, ...], answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    async def act(h: AtHome) -> None:
        told(h, monkeypatch, phones)
        assert await h.says("box.phone_ready") == answer

    play("livebox", tmp_path, act)


# -- nobody can tell ---------------------------------------------------------------------------------


CLOSED = (
    "box.guest_is", "box.wifi_is", "box.parental_is", "box.forward_is", "box.forward_free", "box.reservation_is",
    "box.steady", "box.dsl_sound",
)  # fmt: skip


@pytest.mark.parametrize("family", OWN)
def test_a_closed_box_tells_no_setting(family: str, tmp_path: Path) -> None:
    """Not paired: whatever it answers is its own word to a stranger, or nothing; never a "no" of ours."""

    async def act(h: AtHome) -> None:
        for name in ALL:
            seen = await h.test(name, **given(name))
            assert seen.answer == "unknown" or name not in CLOSED, (name, seen)
        assert await h.says("box.paired") == "no"

    play(family, tmp_path, act, paired=False)


def test_a_right_that_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(h: AtHome) -> None:
        from selfcare.model.box import Absent, Why

        told(h, monkeypatch, Absent(Why.NEEDS_RIGHT, "missing_right"))
        seen = await h.test("box.parental_is", **given("box.parental_is"))
        assert seen.answer == "unknown" and "droit" in words(seen)[0]

    play("freebox", tmp_path, act)


class Odd:
    """Lays an answer of its own over all of a simulator's, from when it is told to."""

    def __init__(self, family: str, answer: Callable[[], web.StreamResponse]) -> None:
        self.box, self.odd = simulator(family, Home()), False
        app = self.box.app

        def made() -> web.Application:
            found = app()

            @web.middleware
            async def middle(request: web.Request, handler: Any) -> web.StreamResponse:
                reply: web.StreamResponse = await handler(request)
                return answer() if self.odd else reply

            found.middlewares.append(middle)
            return found

        self.box.app = made  # type: ignore[method-assign]


@pytest.mark.parametrize("family", OWN)
@pytest.mark.parametrize("body", [b"", b"[1,2,3]", b"\xff\xfe garbage"])
def test_rubbish_is_no_answer(family: str, body: bytes, tmp_path: Path) -> None:
    odd = Odd(family, lambda: web.Response(body=body))

    async def act(h: AtHome) -> None:
        odd.odd = True
        for name in ALL:
            seen = await h.test(name, **given(name))
            assert seen.answer == "unknown" or name == "box.paired", (name, seen)
        for name in h.side.shows:
            await h.shows(name)
        for name in h.side.suggestions:
            await h.offers(name)
        assert (await h.side.look()).can == ()

    play(family, tmp_path, act, box=odd.box)


@pytest.mark.parametrize("family", ["livebox"])
def test_a_silent_box_is_unknown_in_bounded_time(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(home_box, "ASK_S", 0.05)

    async def act(h: AtHome) -> None:
        h.box.latency_s = 30.0
        for name in ALL:
            seen = await h.test(name, **given(name))
            assert seen.answer == "unknown", name
            assert seen.data.get("why", "silent") == "silent"

    play(family, tmp_path, act)


def test_no_box_at_all(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        h.gateway.place = None
        await h.side.box.desk.close()
        h.side.box._found = None
        for name in ALL:
            assert await h.says(name, **given(name)) == "unknown"
        assert [await h.offers(name) for name in h.side.suggestions if name != "key"] == [[]] * 5

    play("freebox", tmp_path, act)
