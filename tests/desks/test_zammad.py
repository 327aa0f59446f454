"""The adapter for Zammad, before a fake written from its documentation."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

import pytest

from selfcare.desks.zammad import ZammadDesk
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Failure, Receipt, State
from tests.desks import samples
from tests.desks.rt_scenes import failure, fresh
from tests.desks.zammad_fake import AGENT, CUSTOMER, ZammadFake


def desk(server: ZammadFake, who: str = CUSTOMER, queue: str = "Users", **extra: str) -> ZammadDesk:
    return ZammadDesk(DeskEndpoint(DeskKind.ZAMMAD, server.url, queue=queue, extra=extra), samples.signed_in(who))


def with_server(work: Callable[[ZammadFake], Awaitable[None]], late: int = 0) -> None:
    async def played() -> None:
        async with ZammadFake(late=late) as server:
            await work(server)

    samples.run(played())


@pytest.mark.parametrize("late", [0, 1000])
def test_filed_with_its_files_and_found_even_before_the_index_knows_it(late: int) -> None:
    async def work(server: ZammadFake) -> None:
        ticket, one = fresh(samples.file(), samples.file("été.txt", b"\xe9", "text/plain")), desk(server)
        assert await one.find(ticket) == ()
        receipt = await one.create(ticket)
        assert receipt.number == "22001"
        assert [found.ref for found in await one.find(ticket)] == [receipt.ref]
        assert await one.find(fresh()) == ()
        assert await one.attached(receipt) == {file.name for file in ticket.attachments}
        assert [data for _, _, _, data in server.tickets[0].articles[0].files] == [
            file.data for file in ticket.attachments
        ]
        await one.close()

    with_server(work, late=late)


@pytest.mark.parametrize("who", [AGENT, CUSTOMER])
def test_a_second_copy_is_merged_or_marked_once(who: str) -> None:
    async def work(server: ZammadFake) -> None:
        ticket, one = fresh(samples.file()), desk(server, who)
        first, second = await one.create(ticket), await one.create(ticket)
        assert [found.ref for found in await one.find(ticket)] == [first.ref, second.ref]
        for _ in range(2):
            await one.merge(first, second)
        assert [found.ref for found in await one.find(ticket)] == [first.ref]
        assert len(server.counted) == 1
        assert len(server.tickets[1].articles) == (0 if who == AGENT else 2)
        await one.close()

    with_server(work)


def test_an_agents_own_ticket_with_our_title_is_not_ours() -> None:
    async def work(server: ZammadFake) -> None:
        ticket, one = fresh(), desk(server, AGENT)
        ours = await one.create(ticket)
        theirs = await one.create(dataclasses.replace(ticket, text="Tâche"))
        server.tickets[1].articles[0].body = "Tâche pour l'équipe ligne"
        assert theirs.ref != ours.ref
        assert [found.ref for found in await one.find(ticket)] == [ours.ref]
        await one.close()

    with_server(work)


def test_file_and_note_are_there_once() -> None:
    async def work(server: ZammadFake) -> None:
        one, file, note = desk(server), samples.file(), samples.note()
        ticket = fresh(file)
        receipt = await one.create(dataclasses.replace(ticket, attachments=()))
        for _ in range(2):
            await one.attach(receipt, ticket, file)
        await one.attach(receipt, ticket, samples.file(data=b"other"))
        assert sum(len(article.files) for article in server.tickets[0].articles) == 2
        assert not await one.noted(receipt, note)
        await one.add_note(receipt, note)
        assert await one.noted(receipt, note)
        assert not await one.noted(receipt, samples.note("another"))
        await one.close()

    with_server(work)


def test_its_words_are_told_in_tmfs_and_what_is_internal_is_not() -> None:
    async def work(server: ZammadFake) -> None:
        one = desk(server, promised="intervention", **{"state.chez le technicien": "held"})
        receipt = await one.create(fresh())
        ticket = server.tickets[0]
        for state, wanted in (
            ("new", State.ACKNOWLEDGED), ("open", State.IN_PROGRESS), ("pending close", State.RESOLVED),
            ("closed", State.CLOSED), ("chez le technicien", State.HELD), ("jamais vu", State.ACKNOWLEDGED),
        ):  # fmt: skip
            ticket.state = state
            assert (await one.status(receipt)).receipt.state is wanted
        server.write(ticket, "client pénible", internal=True)
        server.write(ticket, "merci de patienter", sender="System")
        server.write(ticket, "<div>Quel <b>voyant</b>&nbsp;?<br>Merci</div>")
        ticket.state, ticket.fields = "pending reminder", {"intervention": "2026-12-01T12:00:00.000Z"}
        told = await one.status(receipt)
        assert [(reply.text, reply.asks) for reply in told.replies] == [("Quel voyant ?\nMerci", True)]
        assert told.receipt.state is State.PENDING
        assert told.receipt.promised == "2026-12-01T12:00:00.000Z"
        await one.add_note(receipt, samples.note())
        assert [reply.asks for reply in (await one.status(receipt)).replies] == [False]
        await one.close()

    with_server(work)


def test_refusals() -> None:
    async def work(server: ZammadFake) -> None:
        for one, wanted in ((desk(server, "nobody"), Failure.SIGN_IN), (desk(server, queue="Nix"), Failure.REFUSED)):
            assert await failure(one.create(fresh())) is wanted
            await one.close()
        one = desk(server)
        assert await failure(one.status(Receipt("99", "22099"))) is Failure.GONE
        assert await failure(one.status(Receipt("../users/1", "22099"))) is Failure.GONE
        assert not any("users" in call.path for call in server.calls)
        await one.close()

    with_server(work)


def test_with_an_agents_token_what_is_internal_stays_so_and_what_was_merged_away_is_not_found() -> None:
    async def work(server: ZammadFake) -> None:
        ticket, one = fresh(), desk(server, AGENT)
        receipt = await one.create(ticket)
        server.write(server.tickets[0], "client pénible", internal=True)
        server.write(server.tickets[0], "Nous venons mardi")
        assert [reply.text for reply in (await one.status(receipt)).replies] == ["Nous venons mardi"]
        server.tickets[0].state = "merged"
        assert await one.find(ticket) == ()
        await one.close()

    with_server(work)
