"""Beside a ticket: who has it open, what else the same person filed, which one comes next."""

from __future__ import annotations

from sqlalchemy import update

from selfcare.deskserver.access.audit import told_as
from selfcare.deskserver.core import beside, tickets
from selfcare.deskserver.model import Change
from selfcare.deskserver.schema import tickets as rows
from tests.deskserver.pages.world import World


def others(world: World, ref: str) -> list[tuple[str, str]]:
    whole = world.whole(ref)
    return [(one.head.ref, one.by) for one in world.read(lambda c: beside.others(c, whole)[0])]


def test_the_same_person_s_tickets_and_those_that_only_say_the_same(world: World) -> None:
    first = world.file(contact={"name": "Ada", "phone": "06 99 88 77 66"})
    mine = world.file(contact={}, subscriber=world.whole(first).head.subscriber)
    spoken = world.file(subscriber=None, channel="spoken", contact={"phone": "+33 6 99 88 77 66"})
    assert others(world, first) == [(mine, "same"), (spoken, "phone")]
    assert others(world, spoken) == [(first, "phone")] and others(world, mine) == [(first, "same")]
    keep, extra = world.whole(first).head.id, world.whole(spoken).head.id
    world.write(lambda c: tickets.merge(c, keep, extra, "agent:x", world.desk.now()))
    assert others(world, first) == [(mine, "same")]  # it is in there already


def test_whoever_opened_it_lately_is_named_and_nobody_gets_the_same_next(world: World) -> None:
    now, node = world.desk.now(), "next-node"
    facts = {"verdict_state": "fault", "verdict_code": "ACC-FTTH-DARK", "verdict_band": "certain", "segments": "access"}
    refs = [world.file(facts=facts, severity="blocking", name=node) for _ in range(3)]
    world.write(lambda c: told_as(c, "agent:grace", "read", f"ticket:{refs[0]}", now - 60_000))
    world.write(lambda c: told_as(c, "agent:grace", "read", f"ticket:{refs[1]}", now - 11 * 60_000))
    seen = world.read(lambda c: beside.readers(c, refs, now, "agent:other"))
    assert seen == {refs[0]: ("Grace Hopper", now - 60_000)}  # eleven minutes are long
    assert world.read(lambda c: beside.readers(c, refs, now, "agent:grace")) == {}

    def after(ref: str, me: str = "agent:other") -> str:
        return str(world.read(lambda c: beside.following(c, "act", now, 99, me, after=ref)))

    order = world.read(lambda c: [one.ref for one in beside.queue.page(c, "act", now).heads])
    places = sorted(order.index(one) for one in refs)
    assert [order[place] for place in places] == refs
    assert after(refs[1]) == refs[2]
    last = world.whole(refs[2]).head.id
    world.write(lambda c: tickets.change(c, last, Change("agent:x", agent=world.agent.id), now))
    assert after(refs[1]) not in refs  # a colleague's
    world.write(lambda c: c.execute(update(rows).where(rows.c.id == last).values(promised_at=now - 1)))
    assert after(refs[1]) == refs[2]  # who may be at home: its promise is missed
    assert world.read(lambda c: beside.following(c, "mine", now, 99, "agent:other")) == ""
