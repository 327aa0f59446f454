"""The adapter for GLPI, before a fake written from its documentation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from selfcare.desks.glpi import GlpiDesk
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import DeskError, Failure, Receipt, State
from tests.desks import samples
from tests.desks.faulty import Call, Fault
from tests.desks.glpi_fake import AGENT, APP, SUBSCRIBER, GlpiFake
from tests.desks.rt_scenes import failure, fresh


def desk(server: GlpiFake, who: str = SUBSCRIBER, app: str = APP, **extra: str) -> GlpiDesk:
    async def login() -> Mapping[str, str]:
        return {"Authorization": who, "App-Token": app}

    return GlpiDesk(DeskEndpoint(DeskKind.GLPI, server.url, extra=extra), login)


def with_server(work: Callable[[GlpiFake], Awaitable[None]], **switches: Any) -> None:
    async def played() -> None:
        async with GlpiFake(**switches) as server:
            await work(server)

    samples.run(played())


@pytest.mark.parametrize("escapes", [True, False])
@pytest.mark.parametrize("lasts", [0, 2])
def test_filed_found_and_its_session_closed(escapes: bool, lasts: int) -> None:
    """Also where a session lasts two calls only."""

    async def work(server: GlpiFake) -> None:
        ticket, one = fresh(samples.file()), desk(server, entity="3")
        assert await one.find(ticket) == ()
        receipt = await one.create(ticket)
        assert [found.ref for found in await one.find(ticket)] == [receipt.ref]
        assert await one.find(fresh()) == ()
        assert server.tickets[0]["entities_id"] == 3
        assert await one.attached(receipt) == frozenset()
        await one.close()
        assert not server.sessions

    with_server(work, escapes=escapes, lasts=lasts)


@pytest.mark.parametrize("who", [AGENT, SUBSCRIBER])
def test_a_second_copy_is_marked_once_and_linked_by_who_may(who: str) -> None:
    async def work(server: GlpiFake) -> None:
        ticket, one = fresh(), desk(server, who)
        first, second = await one.create(ticket), await one.create(ticket)
        assert [found.ref for found in await one.find(ticket)] == [first.ref, second.ref]
        for _ in range(2):
            await one.merge(first, second)
        assert [found.ref for found in await one.find(ticket)] == [first.ref]
        assert len(server.counted) == 1
        assert len(server.kept.ITILFollowup) == 1
        assert server.tickets[1]["status"] == (6 if who == AGENT else 1)
        await one.close()

    with_server(work)


@pytest.mark.parametrize("step", ["/Document", "/Document_Item"])
@pytest.mark.parametrize(
    "fault", [Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.CUT_MIDST, Fault.ERROR_BEFORE, Fault.ERROR_AFTER]
)
def test_a_file_in_two_steps_is_there_once_whatever_step_fails(step: str, fault: Fault) -> None:
    """Whichever of the two was done is not done again."""
    failed: list[int] = []

    def plan(call: Call) -> Fault | None:
        if call.changes and call.path == step and not failed:
            failed.append(call.number)
            return fault
        return None

    async def work(server: GlpiFake) -> None:
        file = samples.file("mesure été.bin")
        ticket, one = fresh(file), desk(server)
        receipt = await one.create(ticket)
        with pytest.raises(DeskError):
            await one.attach(receipt, ticket, file)
        for _ in range(2):
            await one.attach(receipt, ticket, file)
        assert (len(server.kept.Document), len(server.kept.Document_Item)) == (1, 1)
        assert server.files[1] == file.data
        assert await one.attached(receipt) == {file.name}
        await one.close()

    with_server(work, plan=plan)


def test_a_document_without_its_file_is_no_file() -> None:
    """201, and the file was not taken: not told as attached."""

    async def work(server: GlpiFake) -> None:
        file = samples.file()
        ticket, one = fresh(file), desk(server)
        receipt = await one.create(ticket)
        assert await failure(one.attach(receipt, ticket, file)) is Failure.REFUSED
        assert await one.attached(receipt) == frozenset()
        await one.close()

    with_server(work, takes=False)


@pytest.mark.parametrize("escapes", [True, False])
def test_notes_and_words(escapes: bool) -> None:
    async def work(server: GlpiFake) -> None:
        one, note = desk(server), samples.note("n-1 & <b>", samples.file("suite.zip"))
        receipt = await one.create(fresh())
        assert not await one.noted(receipt, note)
        await one.add_note(receipt, note)
        assert await one.noted(receipt, note)
        assert await one.attached(receipt) == {"suite.zip"}
        row = server.tickets[0]
        for status, wanted in (
            (2, State.IN_PROGRESS),
            (5, State.RESOLVED),
            (6, State.CLOSED),
            (99, State.ACKNOWLEDGED),
        ):
            row["status"] = status
            assert (await one.status(receipt)).receipt.state is wanted
        for words, private in (("<p>client pénible</p>", 1), ("<p>Quel voyant &amp; quelle <b>couleur</b> ?</p>", 0)):
            server.add("ITILFollowup", {"itemtype": "Ticket", "items_id": 1, "content": words, "is_private": private})
        row["status"], row["time_to_resolve"] = 4, "2026-12-01 12:00:00"
        told = await one.status(receipt)
        assert [(reply.text, reply.asks) for reply in told.replies] == [("Quel voyant & quelle couleur ?", True)]
        assert (told.receipt.state, told.receipt.promised) == (State.PENDING, "2026-12-01T12:00:00+01:00")
        await one.close()

    with_server(work, escapes=escapes)


def test_refusals() -> None:
    async def work(server: GlpiFake) -> None:
        for one, wanted in ((desk(server, "user_token x"), Failure.SIGN_IN), (desk(server, app="x"), Failure.REFUSED)):
            assert await failure(one.create(fresh())) is wanted
            await one.close()
        one, other = desk(server), desk(server, AGENT)
        assert await failure(one.status(Receipt("99", "99"))) is Failure.GONE
        theirs = await other.create(fresh())
        assert await failure(one.status(theirs)) is Failure.GONE, "another's ticket"
        await one.close()
        await other.close()

    with_server(work)


def test_with_an_agents_token_what_is_private_stays_so() -> None:
    async def work(server: GlpiFake) -> None:
        one = desk(server, AGENT)
        receipt = await one.create(fresh())
        for words, private in (("client pénible", 1), ("Nous venons mardi", 0)):
            row = {"itemtype": "Ticket", "items_id": 1, "content": words, "is_private": private}
            server.add("ITILFollowup", row, user=9)
        assert [reply.text for reply in (await one.status(receipt)).replies] == ["Nous venons mardi"]
        await one.close()

    with_server(work)


def test_a_session_that_runs_out_under_a_file_is_opened_anew_the_next_time() -> None:
    async def played() -> None:
        async with GlpiFake() as server:

            def plan(call: Call) -> None:
                if call.method == "POST" and call.path == "/Document" and not ended:
                    ended.append(True)
                    server.sessions.clear()

            ended: list[bool] = []
            server.plan = plan
            file = samples.file()
            ticket, one = fresh(file), desk(server)
            receipt = await one.create(ticket)
            assert await failure(one.attach(receipt, ticket, file)) is Failure.NOT_SENT
            opened = sum(call.path == "/initSession" for call in server.calls)
            await one.attach(receipt, ticket, file)
            assert sum(call.path == "/initSession" for call in server.calls) == opened + 1
            assert len(server.kept.Document) == 1
            await one.close()

    samples.run(played())


def test_a_note_is_told_as_there_only_with_its_files() -> None:
    failed: list[int] = []

    def plan(call: Call) -> Fault | None:
        if call.method == "POST" and call.path == "/Document_Item" and not failed:
            failed.append(call.number)
            return Fault.CUT_BEFORE
        return None

    async def work(server: GlpiFake) -> None:
        one, note = desk(server), samples.note("n-1", samples.file("suite.zip"))
        receipt = await one.create(fresh())
        assert await failure(one.add_note(receipt, note)) is Failure.UNKNOWN
        assert not await one.noted(receipt, note)
        await one.add_note(receipt, note)
        assert await one.noted(receipt, note)
        assert (len(server.kept.Document), len(server.kept.ITILFollowup)) == (1, 1)
        await one.close()

    with_server(work, plan=plan)
