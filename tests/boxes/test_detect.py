"""Which box is it? The family that answers in its own language, never a hint alone."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Sequence

import pytest

from selfcare.boxes import oui, ssdp
from selfcare.boxes.detect import Certainty, Detection, detect
from selfcare.boxes.driver import Driver
from selfcare.boxes.hints import (
    Gateway,
    Hint,
    HintKind,
    all_sources,
    from_lease,
    from_names,
    from_ssdp,
    product_class,
)
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, DeviceInfo
from tests.boxes import toy
from tests.boxes.base import serving

HERE = Gateway(Place("127.0.0.1"))


def speaks(family: BoxFamily, after: asyncio.Event | None = None, known: bool = True) -> Driver:
    async def recognise(place: Place) -> DeviceInfo | None:
        if after is not None:
            await after.wait()
        return DeviceInfo(family) if known else None

    return dataclasses.replace(toy.DRIVER, family=family, recognise=recognise)


def look(make: Callable[[], Sequence[Driver]], gateway: Gateway = HERE, **more: object) -> Detection:
    async def run() -> Detection:
        return await detect(gateway, make(), **more)  # type: ignore[arg-type]

    return asyncio.run(run())


def test_a_box_over_the_network_is_found_and_one_that_is_none_is_not() -> None:
    async def run() -> tuple[Detection, Detection]:
        async with serving(toy.ToyBox()) as place:
            here = await detect(Gateway(place, mac="F4:CA:E5:00:00:01"), [toy.DRIVER])
        return here, await detect(Gateway(place), [toy.DRIVER])

    here, gone = asyncio.run(run())
    assert here.box is not None and here.box.device.uid == "7C1689000001"
    assert here.box.certainty is Certainty.CERTAIN and here.box.pairing is toy.DRIVER.pairing
    assert gone.box is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_freebox_that_also_speaks_upnp_is_a_freebox(order: int) -> None:
    drivers = [speaks(BoxFamily.FREEBOX), speaks(BoxFamily.IGD), speaks(BoxFamily.NATPMP)][::order]
    found = look(lambda: drivers, thorough=True).box
    assert found is not None and found.family is BoxFamily.FREEBOX
    assert {info.family for info in found.also} == {BoxFamily.IGD, BoxFamily.NATPMP}


def test_a_slow_box_is_waited_for_although_a_generic_protocol_answered_at_once() -> None:
    async def run() -> Detection:
        awake = asyncio.Event()
        asyncio.get_running_loop().call_later(0.3, awake.set)
        return await detect(HERE, [speaks(BoxFamily.LIVEBOX, awake), speaks(BoxFamily.NATPMP)])

    found = asyncio.run(run()).box
    assert found is not None and found.family is BoxFamily.LIVEBOX


def test_upnp_is_waited_for_although_nat_pmp_answered_at_once() -> None:
    """One router speaks both; by NAT-PMP it tells next to nothing, and nobody would know it again."""

    async def run() -> Detection:
        awake = asyncio.Event()
        asyncio.get_running_loop().call_later(0.3, awake.set)
        silent = speaks(BoxFamily.LIVEBOX, known=False)
        return await detect(HERE, [silent, speaks(BoxFamily.IGD, awake), speaks(BoxFamily.NATPMP)])

    found = asyncio.run(run()).box
    assert found is not None and found.family is BoxFamily.IGD


def test_who_answered_is_not_kept_waiting_by_who_never_will() -> None:
    async def run() -> Detection:
        never = asyncio.Event()
        drivers = [speaks(BoxFamily.FREEBOX), speaks(BoxFamily.SFR, never), speaks(BoxFamily.IGD, never)]
        return await asyncio.wait_for(detect(HERE, drivers, limit_s=3600.0), 60.0)

    found = asyncio.run(run()).box
    assert found is not None and found.family is BoxFamily.FREEBOX


def test_only_a_generic_answer_is_no_certain_family() -> None:
    found = look(lambda: [speaks(BoxFamily.FREEBOX, known=False), speaks(BoxFamily.IGD)]).box
    assert found is not None and (found.family, found.certainty) == (BoxFamily.IGD, Certainty.GENERIC)


def test_hints_alone_make_no_box() -> None:
    async def says(gateway: Gateway) -> Sequence[Hint]:
        return (Hint(HintKind.MDNS, "FreeboxServer7,1", BoxFamily.FREEBOX),)

    async def broken(gateway: Gateway) -> Sequence[Hint]:
        raise RuntimeError

    gateway = Gateway(Place("127.0.0.1"), mac="f4:ca:e5:00:00:01")
    found = look(lambda: [speaks(BoxFamily.FREEBOX, known=False)], gateway, sources=[says, broken])
    assert found.box is None and found.looks_like is BoxFamily.FREEBOX
    assert {hint.kind for hint in found.hints} == {HintKind.MAKER, HintKind.MDNS}


def test_hints_that_contradict_each_other_suggest_nothing() -> None:
    gateway = Gateway(Place("127.0.0.1"), mac="f4:ca:e5:00:00:01", dhcp={"domain_name": "livebox"})
    assert look(lambda: [], gateway).looks_like is None


def test_a_family_that_crashes_hides_no_other(caplog: pytest.LogCaptureFixture) -> None:
    async def crash(place: Place) -> DeviceInfo | None:
        raise KeyError("serial SN1234")

    drivers = [dataclasses.replace(toy.DRIVER, family=BoxFamily.SFR, recognise=crash), speaks(BoxFamily.BBOX)]
    found = look(lambda: drivers).box
    assert found is not None and found.family is BoxFamily.BBOX
    assert "KeyError" in caplog.text and "SN1234" not in caplog.text


def test_the_maker_by_the_address() -> None:
    assert oui.maker("F4-CA-E5-12-34-56") == "Freebox SAS"
    assert oui.maker("00:17:33:00:00:01") == "SFR"
    assert oui.family_of(oui.maker("00:17:33:00:00:01")) is BoxFamily.SFR
    assert oui.maker("02:17:33:00:00:01") is None and oui.maker(None) is None and oui.maker("f4cae5") is None


def option_125(*parts: tuple[int, bytes], enterprise: int = 3561) -> str:
    inner = b"".join(bytes([code, len(value)]) + value for code, value in parts)
    return (enterprise.to_bytes(4, "big") + bytes([len(inner)]) + inner).hex(":")


def test_the_product_class_in_the_lease_and_never_the_serial_number() -> None:
    told = option_125((4, b"F4CAE5"), (5, b"SN20261122001"), (6, b"Livebox Fibre"))
    assert product_class(told) == "Livebox Fibre"
    gateway = Gateway(Place("192.168.1.1"), dhcp={"option_125": told, "domain_name": "home"})
    assert list(from_lease(gateway)) == [Hint(HintKind.DHCP, "Livebox Fibre", BoxFamily.LIVEBOX)]


def test_what_this_pc_said_of_itself_is_no_hint() -> None:
    gateway = Gateway(Place("192.168.1.1"), dhcp={"host_name": "pc-derriere-la-freebox", "fqdn_fqdn": "livebox"})
    assert list(from_lease(gateway)) == []


@pytest.mark.parametrize(
    "option", ["", "zz", "00:00:0d:e9", "00:00:0d:e9:ff:06:ff", option_125((6, b"x"), enterprise=9), "0" * 4001]
)
def test_a_broken_option_says_nothing(option: str) -> None:
    assert product_class(option) is None


def answers_names(own: dict[str, str]) -> Callable[..., object]:
    """A DNS server of the box that knows these names."""
    import dns.message
    import dns.rrset

    async def udp(question: dns.message.Message, where: str, **how: float) -> dns.message.Message:
        answer = dns.message.make_response(question)
        name = question.question[0].name
        if (address := own.get(name.to_text(omit_final_dot=True))) is not None:
            answer.answer.append(dns.rrset.from_text(name, 1, "IN", "A", address))
        return answer

    return udp


def test_a_name_is_a_hint_only_where_it_leads_to_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = Gateway(Place("192.168.1.1"))
    for address, expected in (("192.168.1.1", ["toy.box"]), ("90.63.21.45", [])):
        monkeypatch.setattr("dns.asyncquery.udp", answers_names({"toy.box": address}))
        found = asyncio.run(from_names([toy.DRIVER])(gateway))  # type: ignore[arg-type]
        assert [hint.text for hint in found] == expected


def test_no_source_asks_the_network_about_an_address_with_a_port_of_its_own() -> None:
    """A simulator, or somebody's tunnel: who announces what on this PC's network has nothing to do with it."""
    gateway = Gateway(Place("127.0.0.1", 8080))
    for source in all_sources([toy.DRIVER]):
        assert asyncio.run(source(gateway)) == ()  # type: ignore[arg-type]


def test_what_is_announced_by_upnp(monkeypatch: pytest.MonkeyPatch) -> None:
    async def search(address: str, **asked: object) -> tuple[ssdp.Found, ...]:
        return (ssdp.Found(f"http://{address}:49152/igd.xml", ssdp.GATEWAYS[0], server="Linux UPnP/1.0 Livebox"),)

    monkeypatch.setattr(ssdp, "ssdp_search", search)
    found = asyncio.run(from_ssdp(Gateway(Place("192.168.1.1"))))  # type: ignore[arg-type]
    assert list(found) == [Hint(HintKind.SSDP, "Linux UPnP/1.0 Livebox", BoxFamily.LIVEBOX)]
