"""What goes when its time is over; one person's data given out, and erased."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, func, insert, select

from selfcare.deskserver.core import retention, tickets
from selfcare.deskserver.core.acting import DAY
from selfcare.deskserver.core.retention import GRACE
from selfcare.deskserver.model import Change
from selfcare.deskserver.schema import (
    agents,
    audit,
    drops,
    installs,
    mails,
    sessions,
    subscribers,
    terms,
    tokens,
    used_once,
)
from selfcare.deskserver.schema import tickets as table
from selfcare.deskserver.settings import Keeping
from selfcare.model.ticket import State
from tests.deskserver.core.filings import ANNE, BOB, CONTACT, NOW, answer, dump, filing, report, said
from tests.deskserver.postgres import databases

KEEP = Keeping(closed_days=365, audit_days=365, unconfirmed_days=7)


def closed(c: Connection, number: str, at: int, **more: object) -> int:
    ticket = tickets.file(c, filing(number, **more), at).ticket  # type: ignore[arg-type]
    tickets.change(c, ticket, Change("agent:lea", status=State.CLOSED), at)
    return ticket


@databases
def test_what_is_over_for_long_goes_and_what_is_open_stays(c: Connection) -> None:
    old = closed(c, "old", NOW - 366 * DAY, uploads=(report(),))
    young = closed(c, "young", NOW - 364 * DAY)
    still = tickets.file(c, filing("still"), NOW - 900 * DAY).ticket
    done = retention.retain(c, KEEP, NOW)
    assert (done.gone["tickets"], done.more) == (1, False)
    assert set(c.execute(select(table.c.id)).scalars()) == {young, still} - {old}
    assert list(c.execute(select(drops.c.sha256)).scalars()) == [f"{1:064x}"]


def test_in_batches_until_nothing_is_due(c: Connection) -> None:
    for number in range(5):
        closed(c, f"u{number}", NOW - 400 * DAY + number)
    rounds = [retention.retain(c, KEEP, NOW, most=2)]
    while rounds[-1].more:
        rounds.append(retention.retain(c, KEEP, NOW, most=2))
    assert [one.gone["tickets"] for one in rounds if "tickets" in one.gone] == [2, 2, 1]
    assert not dump(c)["tickets"] and not dump(c)["terms"]
    assert max(number for one in rounds for number in one.gone.values()) == 2


def test_nothing_goes_where_it_is_kept_for_ever(c: Connection) -> None:
    closed(c, "u", NOW - 4000 * DAY)
    c.execute(insert(audit).values(at=1, who="agent:lea", did="read", what="queue"))
    before = dump(c)["tickets"], dump(c)["audit"]
    retention.retain(c, Keeping(0, 0, 0), NOW)
    assert (dump(c)["tickets"], dump(c)["audit"]) == before


@databases
def test_what_has_expired_goes(c: Connection) -> None:
    for at in (NOW - 400 * DAY, NOW - DAY):
        c.execute(insert(audit).values(at=at, who="agent:lea", did="read", what="queue"))
    for name, until in (("gone", NOW - 1), ("here", NOW + 1)):
        c.execute(insert(used_once).values(what=name, until=until))
        c.execute(insert(sessions).values(hash=name, agent_id=1, until=until))
        c.execute(insert(tokens).values(hash=name, kind="install", until=until))
    c.execute(insert(tokens).values(hash="for ever", kind="system"))
    for number, (name, asked, sure) in enumerate((("gone", 8, None), ("late", 6, None), ("sure", 90, NOW))):
        c.execute(insert(subscribers).values(id=10 + number, key=name, created_at=NOW - asked * DAY))
        c.execute(insert(installs).values(name=name, public_key=name.encode(), subscriber_id=10 + number,
                                          asked_at=NOW - asked * DAY, confirmed_at=sure))  # fmt: skip
    tickets.file(c, filing(), NOW)
    retention.retain(c, KEEP, NOW)
    retention.retain(c, KEEP, NOW)
    assert c.execute(select(func.count()).select_from(audit)).scalar() == 1
    assert list(c.execute(select(used_once.c.what)).scalars()) == ["here"]
    assert list(c.execute(select(sessions.c.hash)).scalars()) == ["here"]
    assert set(c.execute(select(tokens.c.hash)).scalars()) == {"here", "for ever"}
    assert set(c.execute(select(installs.c.name)).scalars()) == {"late", "sure"}
    assert set(c.execute(select(subscribers.c.id)).scalars()) == {ANNE, 11, 12}


@databases
def test_one_person_is_erased_and_nobody_else(c: Connection) -> None:
    ours = tickets.file(c, filing(uploads=(report(1), report(2)), notes=(said(external="n"),)), NOW)
    tickets.note(c, ours.ticket, answer("Votre adresse, Zoé ?", asks=True), NOW)
    theirs = tickets.file(c, filing("b", BOB, uploads=(report(2),), contact={"name": "Bob"}, description="Lent."), NOW)
    c.execute(insert(installs).values(name="pc", public_key=b"k", subscriber_id=ANNE))
    c.execute(insert(mails).values(message_id="<1@x>", ticket_id=ours.ticket, sha256=f"{3:064x}"))
    for ref in (ours.ref, theirs.ref):
        c.execute(insert(audit).values(at=NOW, who="agent:lea", did="read", what=f"ticket:{ref}", detail="Zoé"))
    bob = {"tickets": [one for one in dump(c)["tickets"] if one[0] == theirs.ticket]}
    gone = retention.erase_subscriber(c, ANNE, "agent:lea", NOW)
    left = dump(c)
    assert gone == (f"{1:064x}", f"{3:064x}")
    assert left["tickets"] == bob["tickets"]
    assert not left["installs"] and not left["mails"]
    for word in ("Gall", "Zoe@exemple.fr", "12345678", "004711", "Votre adresse", "Toujours coupé"):
        assert word not in str({name: rows for name, rows in left.items() if name != "audit"}), word
    rows = c.execute(select(audit.c.did, audit.c.what, audit.c.detail).order_by(audit.c.id)).all()
    assert [tuple(one) for one in rows] == [
        ("read", f"ticket:{ours.ref}", ""), ("read", f"ticket:{theirs.ref}", "Zoé"),
        ("erase", f"subscriber:{ANNE}", "tickets=1"),
    ]  # fmt: skip
    assert set(c.execute(select(terms.c.ticket_id)).scalars()) == {theirs.ticket}


@databases
def test_bytes_go_an_hour_later_unless_somebody_needs_them_again(c: Connection) -> None:
    ticket = tickets.file(c, filing(uploads=(report(1), report(2))), NOW).ticket
    tickets.drop(c, ticket, NOW)
    assert retention.orphans(c, NOW + GRACE - 1) == []
    tickets.file(c, filing("b", BOB, uploads=(report(2),)), NOW + 1)
    assert retention.orphans(c, NOW + GRACE) == [f"{1:064x}"]
    assert retention.orphans(c, NOW + GRACE, most=1) == [f"{1:064x}"]  # what is needed again stands in nobody's way
    assert retention.orphans(c, NOW + GRACE) == [f"{1:064x}"]  # killed before the store was told: still known
    retention.swept(c, [f"{1:064x}"], NOW + GRACE)
    assert list(c.execute(select(drops.c.sha256)).scalars()) == []


@databases
def test_a_person_gets_all_that_is_known_and_no_agents_name(c: Connection) -> None:
    ours = tickets.file(c, filing(uploads=(report(),), notes=(said("Toujours coupé."),)), NOW)
    tickets.note(c, ours.ticket, answer("entre nous", internal=True), NOW)
    tickets.change(c, ours.ticket, Change("agent:lea", agent=1, status=State.HELD), NOW)
    tickets.file(c, filing("b", BOB, description="Bobs Wort"), NOW)
    c.execute(insert(audit).values(at=NOW, who="agent:lea", did="read", what=f"ticket:{ours.ref}", detail="x"))
    given = json.dumps(retention.export(c, ANNE), ensure_ascii=False)
    for word in (
        ours.ref,
        "Toujours coupé.",
        "entre nous",
        "rapport.zip",
        f"{1:064x}",
        *CONTACT.values(),
        '"as": "agent"',
    ):
        assert word in given, word
    assert "lea" not in given and "Bobs Wort" not in given
    assert retention.export(c, 99) is None


@databases
def test_a_ticket_outlives_the_agent_who_had_it(c: Connection) -> None:
    agent = c.execute(insert(agents).values(id=77, login="mona").returning(agents.c.id)).scalar_one()
    ticket = tickets.file(c, filing("mine"), NOW).ticket
    tickets.change(c, ticket, Change("agent:mona", agent=agent), NOW)
    c.execute(delete(agents).where(agents.c.id == agent))
    assert c.execute(select(table.c.agent_id).where(table.c.id == ticket)).scalar_one() is None
