"""Timetables, port rules, reservations: read back, taken away again; each refusal says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.boxes.errors import BoxErrorCode
from selfcare.boxes.livebox import forwarding
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.model.box import (
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
    Reservation,
)
from selfcare.model.units import Seconds
from tests.boxes.home import Forward
from tests.boxes.livebox import LiveboxSimulator
from tests.boxes.livebox.talk import refused, sent, talk

LEO = "b8:27:eb:00:00:02"
GAME = PortMapping(27_015, 27_015, "192.168.1.20", Protocol.UDP, description="Jeu (été)")


def test_parental_now_planned_and_gone() -> None:
    box = LiveboxSimulator()
    night = ParentalSlot(Seconds(79_200), Seconds(86_400), (0, 1, 6))
    morning = ParentalSlot(Seconds(0), Seconds(25_200), (0, 1, 2))

    async def change(session: LiveboxSession) -> None:
        for rule in (ParentalRule.BLOCKED, ParentalRule.ALLOWED, ParentalRule.PLANNED):
            await session.set_parental(ParentalSchedule((LEO,), rule, slots=(night, morning)))
            (plan,) = (await session.parental()).schedules  # type: ignore[union-attr]
            assert (plan.phys_addresses, plan.rule, set(plan.slots)) == ((LEO,), rule, {night, morning})
        await session.set_parental(ParentalSchedule((LEO,)))
        assert (await session.parental()).schedules == ()  # type: ignore[union-attr]
        await session.set_parental(ParentalSchedule((LEO,)))  # gone already: no error

    talk(box, change)
    spans = [(item["begin"], item["end"]) for item in sent(box, "Scheduler:addSchedule")[0]["info"]["schedule"]]
    assert spans == [(0, 25_200), (79_200, 111_600), (165_600, 198_000), (597_600, 604_800)]


@pytest.mark.parametrize("product", ["Livebox 3", "Livebox 7"])
def test_blocked_now_shows_with_the_host(product: str) -> None:
    box = LiveboxSimulator()
    box.box.chosen = product

    async def change(session: LiveboxSession) -> Any:
        await session.set_parental(ParentalSchedule((LEO,), ParentalRule.BLOCKED))
        return {host.phys_address: host.blocked for host in await session.hosts()}  # type: ignore[union-attr]

    told = talk(box, change)
    assert told.pop(LEO) is True
    assert set(told.values()) == {False}


def test_an_end_of_a_word_by_hand_is_not_promised() -> None:
    from datetime import UTC, datetime

    wish = ParentalSchedule((LEO,), ParentalRule.BLOCKED, until=datetime(2027, 1, 1, tzinfo=UTC))
    assert refused(LiveboxSimulator(), lambda s: s.set_parental(wish)).code is BoxErrorCode.UNSUPPORTED


def test_a_forwarded_port_made_changed_and_taken_away() -> None:
    box = LiveboxSimulator()

    async def change(session: LiveboxSession) -> None:
        before = await session.forwards()
        await session.put_forward(GAME)
        made = next(rule for rule in await session.forwards() if rule.external_port == 27_015)  # type: ignore[union-attr]
        assert (made.protocol, made.internal_client, made.description) == (Protocol.UDP, "192.168.1.20", "Jeu (été)")
        assert (made.origin, made.id) == ("user", "webui_Jeu __t__"), "a name out of plain letters"
        await session.put_forward(replace(made, internal_port=27_016, enable=False, protocol=Protocol.BOTH))
        (changed,) = [rule for rule in await session.forwards() if rule.id == made.id]  # type: ignore[union-attr]
        assert (changed.internal_port, changed.enable, changed.protocol) == (27_016, False, Protocol.BOTH)
        await session.delete_forward(changed)
        assert await session.forwards() == before

    talk(box, change)
    rule = sent(box, "Firewall:setPortForwarding")[0]
    assert (rule["externalPort"], rule["internalPort"], rule["protocol"]) == ("27015", "27015", "17")
    assert box.calls.count("Firewall:commit") == 3


def test_a_range_of_ports() -> None:
    async def change(session: LiveboxSession) -> Any:
        await session.put_forward(PortMapping(5000, 5000, "192.168.1.20", Protocol.TCP, external_last=5010))
        return [(rule.external_port, rule.last) for rule in await session.forwards()]  # type: ignore[union-attr]

    assert (5000, 5010) in talk(LiveboxSimulator(), change)


def test_a_port_that_is_taken_is_a_conflict() -> None:
    taken = PortMapping(8443, 8443, "192.168.1.22", Protocol.BOTH, description="autre")
    assert refused(LiveboxSimulator(), lambda s: s.put_forward(taken)).code is BoxErrorCode.CONFLICT
    talk(LiveboxSimulator(), lambda s: s.put_forward(replace(taken, protocol=Protocol.UDP)))


def test_two_rules_of_one_name_do_not_overwrite_each_other() -> None:
    async def change(session: LiveboxSession) -> Any:
        for port in (27_015, 27_016, 27_015):
            await session.put_forward(replace(GAME, external_port=port, internal_port=port))
        return {rule.id: rule.external_port for rule in await session.forwards()}  # type: ignore[union-attr]

    assert talk(LiveboxSimulator(), change) == {
        "webui_1": 8443, "webui_Jeu __t__": 27_015, "webui_Jeu __t__ 2": 27_016,
    }  # fmt: skip


def test_a_clash_is_of_ports_and_protocol() -> None:
    there = [PortMapping(80, 80, "192.168.1.20", Protocol.TCP, external_last=90, id="webui_a")]
    wanted = PortMapping(85, 85, "192.168.1.21", Protocol.TCP)
    assert forwarding.clashes(wanted, "webui_b", there)
    assert forwarding.clashes(replace(wanted, protocol=Protocol.BOTH), "webui_b", there)
    assert not forwarding.clashes(replace(wanted, protocol=Protocol.UDP), "webui_b", there)
    assert not forwarding.clashes(replace(wanted, external_port=91), "webui_b", there)
    assert not forwarding.clashes(wanted, "webui_a", there)


def test_a_rule_of_a_program_stays_its_own() -> None:
    box = LiveboxSimulator()
    box.home.forwards.append(Forward(9000, 9000, "192.168.1.22", origin="upnp", id="1157", description="camé"))

    async def change(session: LiveboxSession) -> Any:
        mine = next(rule for rule in await session.forwards() if rule.origin == "upnp")  # type: ignore[union-attr]
        await session.put_forward(replace(mine, enable=False, origin=None))
        keys = [rule.id for rule in await session.forwards()]  # type: ignore[union-attr]
        await session.delete_forward(mine)
        return keys, [rule.id for rule in await session.forwards()]  # type: ignore[union-attr]

    assert talk(box, change) == (["webui_1", "upnp_1157"], ["webui_1"])


def test_taken_away_by_its_ports_or_by_a_name_of_any_letters() -> None:
    box = LiveboxSimulator()
    box.home.forwards.append(Forward(9000, 9000, "192.168.1.22", description="à côté (été)", id="à côté (été)"))

    async def change(session: LiveboxSession) -> Any:
        await session.delete_forward(PortMapping(8443, 443, "192.168.1.20", Protocol.TCP))
        (left,) = await session.forwards()  # type: ignore[misc]
        await session.delete_forward(left)
        return await session.forwards()

    assert talk(box, change) == ()


def test_a_rule_that_is_not_there_cannot_be_taken_away() -> None:
    assert refused(LiveboxSimulator(), lambda s: s.delete_forward(GAME)).code is BoxErrorCode.NOT_FOUND
    other = PortMapping(8443, 443, "192.168.1.20", Protocol.TCP, id="webui_gone")
    assert refused(LiveboxSimulator(), lambda s: s.delete_forward(other)).code is BoxErrorCode.NOT_FOUND


def test_a_reservation_made_changed_and_taken_away() -> None:
    async def change(session: LiveboxSession) -> None:
        for address in ("192.168.1.50", "192.168.1.51"):
            await session.put_reservation(Reservation(LEO, address))
            kept = (await session.dhcp()).reservations  # type: ignore[union-attr]
            assert Reservation(LEO, address) in (kept or ())
        await session.delete_reservation(LEO)
        kept = (await session.dhcp()).reservations  # type: ignore[union-attr]
        assert [item.phys_address for item in kept or ()] == ["3c:52:82:00:00:01"]

    talk(LiveboxSimulator(), change)


def test_why_a_reservation_is_refused() -> None:
    taken = refused(LiveboxSimulator(), lambda s: s.put_reservation(Reservation(LEO, "192.168.1.20")))
    foreign = refused(LiveboxSimulator(), lambda s: s.put_reservation(Reservation(LEO, "10.0.0.7")))
    missing = refused(LiveboxSimulator(), lambda s: s.delete_reservation(LEO))
    assert [error.code for error in (taken, foreign, missing)] == [
        BoxErrorCode.CONFLICT, BoxErrorCode.INVALID, BoxErrorCode.NOT_FOUND,
    ]  # fmt: skip
