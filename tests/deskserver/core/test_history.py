"""One subscriber's history over all channels; who else claims the same is beside it, never in it."""

from __future__ import annotations

import json

from sqlalchemy import Connection, insert, update

from selfcare.deskserver.core import history, tickets
from selfcare.deskserver.model import Change, External
from selfcare.deskserver.schema import attachments, installs, mails, subscribers
from selfcare.model.ticket import State
from tests.deskserver.core.filings import ANNE, BOB, NOW, answer, filing, report, said
from tests.deskserver.postgres import databases


def told_by(c: Connection, ticket: int, at: str, effect: str) -> None:
    tried = {"what": "dhcp.renew", "text": "Adresse redemandée", "effect": effect, "at": at, "times": 2}
    read = {"tried": [tried, "odd"], "verdict": {"code": "ISP-DOWN"}}
    c.execute(update(attachments).where(attachments.c.ticket_id == ticket).values(read=json.dumps(read)))


@databases
def test_everything_of_one_in_one_order(c: Connection) -> None:
    first = tickets.file(c, filing(uploads=(report(),)), NOW)
    tickets.note(c, first.ticket, answer(), NOW + 20)
    second = tickets.file(c, filing("u2", channel="qr", uploads=(report(2),)), NOW + 10)
    tickets.note(c, second.ticket, said("par courriel", channel="mail"), NOW + 30)
    c.execute(insert(mails).values(message_id="<1@x>", ticket_id=second.ticket, at=NOW + 29, outcome="joined"))
    c.execute(insert(installs).values(name="pc", public_key=b"k", subscriber_id=ANNE, asked_at=NOW))
    tickets.change(c, first.ticket, Change("agent:lea", status=State.CLOSED), NOW + 40)
    tickets.file(c, filing("u3", BOB), NOW)
    found = history.history(c, ANNE)
    assert found is not None
    assert [(one.at - NOW, one.what, one.ticket) for one in found.moments] == [
        (0, "filed", first.ref), (0, "file", first.ref), (10, "filed", second.ref), (10, "file", second.ref),
        (20, "note", first.ref), (20, "status", first.ref), (29, "mail", second.ref), (30, "note", second.ref),
        (40, "status", first.ref),
    ]  # fmt: skip
    assert ([one.head.ref for one in found.tickets], found.older) == ([second.ref, first.ref], 0)
    assert [one.name for one in found.installs] == ["pc"]


def test_what_was_tried_is_told_once_by_the_newest_report(c: Connection) -> None:
    first = tickets.file(c, filing(uploads=(report(),)), NOW)
    second = tickets.file(c, filing("u2", uploads=(report(2),)), NOW + 10)
    told_by(c, first.ticket, "2026-11-22T10:00:00+01:00", "unknown")
    told_by(c, second.ticket, "2026-11-22T10:00:00+01:00", "none")
    found = history.history(c, ANNE)
    assert found is not None
    assert [(one.what, one.effect, one.times, one.ticket) for one in found.tried] == [
        ("dhcp.renew", "none", 2, second.ref)
    ]
    assert {one.data["code"] for one in found.moments if one.what == "file"} == {"ISP-DOWN"}


def test_nobody_of_that_number(c: Connection) -> None:
    assert history.history(c, 99) is None


@databases
def test_who_claims_the_same_is_beside(c: Connection) -> None:
    tickets.file(c, filing(), NOW)
    bob = tickets.file(c, filing("b", BOB, contact={"phone": "06.12.34.56.78", "contract": "c004711"}), NOW)
    tickets.change(c, bob.ticket, Change("agent:lea", status=State.CLOSED), NOW)
    c.execute(update(subscribers).where(subscribers.c.id == 3).values(mail="zoe@exemple.fr"))
    c.execute(update(subscribers).where(subscribers.c.id == ANNE).values(mail="zoe@exemple.fr"))
    c.execute(insert(subscribers).values(id=4, key="install:4"))
    tickets.file(c, filing("x", 4, scope="install:4", contact={"name": "Zoé Le Gall"}), NOW)  # a name is no claim
    found = history.history(c, ANNE)
    assert found is not None
    assert [(one.person.id, one.by, one.tickets, one.open) for one in found.alike] == [
        (BOB, ("contract", "phone"), 1, 0), (3, ("mail",), 0, 0)]  # fmt: skip
    assert {one.head.subscriber for one in found.tickets} == {ANNE}


def test_what_is_empty_is_nobodys_likeness(c: Connection) -> None:
    tickets.file(c, filing(contact={"phone": "", "mail": " ", "contract": "-"}), NOW)
    tickets.file(c, filing("b", BOB, contact={"phone": "", "mail": "", "contract": "–"}), NOW)
    assert history.alike(c, ANNE) == ()


def test_an_external_id_of_anothers_makes_no_likeness(c: Connection) -> None:
    same = (External("shop-1", "shop", "crm"),)
    tickets.file(c, filing(externals=same, contact={}), NOW)
    tickets.file(c, filing("b", BOB, externals=same, contact={}), NOW)
    assert history.alike(c, ANNE) == ()
