"""What is known of the home before the first step: the box's own word, within seconds, and nothing guessed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from selfcare.app.guides import home_context
from selfcare.app.guides.home_context import Around, access_of, operator_of
from selfcare.app.guides.side import Whole
from selfcare.app.last_check import FRESH_S, last_codes
from selfcare.boxes.legacy import ALICE, DARTY, MODELS, NEUFBOX
from selfcare.guides import known
from selfcare.model.box import (
    AccessMedium,
    BoxFamily,
    BoxStatus,
    CellularInterface,
    DeviceInfo,
    OpticalInterface,
    WanStatus,
)
from selfcare.model.guide_run import Context
from selfcare.store import Store
from tests.boxes.home import FAULTS
from tests.boxes.igd import IgdBox, Manners
from tests.guides.home_bench import OWN, AtHome, desk_of, let_in, play

OPERATORS = {"freebox": "free", "livebox": "orange", "sfr": "sfr", "bbox": "bouygues", "fritz": ""}
ALL = set(known.CAPABILITIES)
CAN = {
    "freebox": ALL, "livebox": ALL, "bbox": ALL, "sfr": {"set_wifi", "set_guest", "reboot"},
    "fritz": ALL - {"set_reservations"},
}  # fmt: skip


def test_every_box_name_has_one_that_tells_or_does_it_and_there_is_no_other(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        def of_box(names: Any) -> set[str]:
            return {name for name in names if name.startswith("box.")}

        assert set(h.side.tests) == of_box(known.TESTS)
        assert set(h.side.shows) == of_box(known.SHOWS)
        assert set(h.side.actions) == of_box(known.ACTIONS)
        assert set(h.side.suggestions) == set(known.SUGGESTIONS) - {"free_channel"}  # the PC hears that

    play("freebox", tmp_path, act)


@pytest.mark.parametrize("family", OWN)
def test_a_box_that_let_us_in(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        now = h.context
        assert (now.family, now.operator, now.access) == (family, OPERATORS[family], "fibre")
        assert (now.paired, now.pairable, set(now.can)) == (True, False, CAN[family])
        assert now.model
        assert await Whole(h.side.look, h.side).context() == now

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", OWN)
def test_a_box_that_may_let_us_in_can_nothing_yet(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert (h.context.paired, h.context.pairable, h.context.can) == (False, True, ())
        await let_in(h.desk, h.home)
        now = await h.side.look()
        assert now.paired and not now.pairable and now.can

    play(family, tmp_path, act, paired=False)


@pytest.mark.parametrize("family", OWN)
def test_let_in_by_another_window(family: str, tmp_path: Path) -> None:
    """Its own desk had read the box as a stranger, and would go on doing so."""

    async def act(h: AtHome) -> None:
        assert await h.says("box.paired") == "no"
        async with desk_of(h.folder, h.gateway, list(h.desk.drivers())) as other:
            await let_in(other, h.home)
        assert await h.says("box.paired") == "yes"
        assert (await h.side.look()).paired

    play(family, tmp_path, act, paired=False)


def test_a_right_that_was_not_given_and_a_box_that_is_a_bridge(tmp_path: Path) -> None:
    async def rights(h: AtHome) -> None:
        assert h.context.paired and h.context.can == ()

    async def bridge(h: AtHome) -> None:
        assert h.context.can == ("reboot",)

    play("freebox", tmp_path / "a", rights, "no-settings-right")
    play("freebox", tmp_path / "b", bridge, "bridge")


def test_a_family_that_needs_no_login_is_let_in(tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        now = h.context
        assert (now.family, now.paired, now.pairable, now.can) == ("igd", False, False, ("set_forwards",))
        assert (now.operator, now.access) == ("sfr", ""), "whose it is the profile says; of the line UPnP says nothing"

    play("igd", tmp_path, act, box=IgdBox(manners=Manners(client=None)), around=Around("sfr"))


def test_nobody_there_and_somebody_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_context, "LOOK_S", 0.8)

    async def act(h: AtHome) -> None:
        place, h.gateway.place = h.gateway.place, None
        assert await h.side.look() == Context(operator="orange", os="windows", codes=("wifi_weak",))
        h.gateway.place, h.box.latency_s = place, 5.0
        await h.desk.close()
        assert await h.side.look() == Context(operator="orange", os="windows", codes=("wifi_weak",))

    around = Around("orange", lambda: ("wifi_weak",), system="win32")
    play("freebox", tmp_path, act, around=around)


def test_it_says_who_it_is_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name came in time, the figures did not: it is known to have let us in, so it is not offered again."""

    async def act(h: AtHome) -> None:
        monkeypatch.setattr(home_context, "LOOK_S", 1.0)

        async def for_ever(*_given: object, **_named: object) -> None:
            await asyncio.sleep(60)

        monkeypatch.setattr(h.desk, "status", for_ever)
        now = await h.side.look()
        assert (now.family, now.operator) == ("livebox", "orange")
        assert (now.paired, now.pairable, now.can, now.access) == (False, False, (), "")

    play("livebox", tmp_path, act)


@pytest.mark.parametrize(("model", "operator"), [(NEUFBOX, "sfr"), (ALICE, "free"), (DARTY, "bouygues")])
def test_whose_an_old_box_is(model: str, operator: str) -> None:
    assert model in MODELS
    assert operator_of(DeviceInfo(BoxFamily.LEGACY, product_class=model)) == operator


@pytest.mark.parametrize("family", ["freebox", "livebox", "sfr", "bbox", "fritz"])
def test_the_kind_of_line_is_what_its_sockets_tell(family: str, tmp_path: Path) -> None:
    async def act(h: AtHome) -> None:
        assert h.context.access == "dsl"

    play(family, tmp_path, act, "dsl")


def _status(**fields: Any) -> BoxStatus:
    device = DeviceInfo(fields.pop("family", BoxFamily.FREEBOX))
    told = dict.fromkeys(("wan", "dsl", "optical", "cellular")) | fields
    made: Any = SimpleNamespace(device=device, **told)
    return made  # type: ignore[no-any-return]


def test_the_spare_is_not_the_line() -> None:
    mobile = WanStatus(medium=AccessMedium.CELLULAR)
    assert access_of(_status(wan=mobile, cellular=CellularInterface(True))) == "cellular"
    assert access_of(_status(wan=mobile, optical=OpticalInterface())) == "fibre"
    assert access_of(_status(wan=mobile, cellular=CellularInterface(True, backup=True))) == ""
    assert access_of(_status(wan=replace(mobile, medium=AccessMedium.ETHERNET))) == ""
    assert access_of(_status(wan=replace(mobile, medium=AccessMedium.CABLE))) == "cable"
    assert access_of(_status(wan=replace(mobile, medium=AccessMedium.DSL), family=BoxFamily.IGD)) == ""


def test_the_codes_of_the_newest_check(tmp_path: Path) -> None:
    assert last_codes(tmp_path) == () and not list(tmp_path.iterdir()), "no file is made by looking"
    with Store(tmp_path) as store:
        store.add_check({"verdict": {"state": "fault", "code": "old"}, "findings": [{"code": "old"}]})
        found = [{"code": "wifi_weak"}, {"code": "dns_slow"}]
        store.add_check({"verdict": {"state": "fault", "code": "wifi_weak"}, "findings": found})
    assert last_codes(tmp_path, FRESH_S) == last_codes(tmp_path) == ("wifi_weak", "dns_slow")
    for started in ("2020-01-01T10:00:00+01:00", "2999-01-01T10:00:00+01:00"):
        with Store(tmp_path) as store:
            store.add_check({"verdict": {"state": "fault", "code": "old"}, "findings": [{"code": "old"}]}, started)
        assert last_codes(tmp_path) == ("old",)
        assert last_codes(tmp_path, FRESH_S) == (), "another day's"
    (tmp_path / "selfcare.db").write_bytes(b"nothing of the kind" * 100)
    assert last_codes(tmp_path) == ()


@pytest.mark.parametrize("family", ["freebox", "livebox", "fritz"])
def test_another_box_in_its_place_is_a_stranger(family: str, tmp_path: Path) -> None:
    """The secret is of another one: it is not sent. (A Bbox and an SFR box tell a stranger nothing of who they are.)"""

    async def act(h: AtHome) -> None:
        FAULTS["swapped"](h.home)
        now = await h.side.look()
        assert now.family == family
        assert (now.paired, now.pairable, now.can) == (False, True, ())

    play(family, tmp_path, act)
