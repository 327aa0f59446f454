"""A TMF621 ticket that is there: follow-ups, states, questions, second deliveries."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Desk
from selfcare.desks.tmf621 import Tmf621Desk
from selfcare.desks.tmf621_v4 import V4
from selfcare.desks.tmf621_v5 import V5
from selfcare.desks.wire import nobody
from selfcare.model.ticket import DeskError, Failure, State
from tests.desks.examples import note, ticket
from tests.desks.tmf_acts import against, both, failed
from tests.desks.tmf_server import Fault, TmfServer


@both
@pytest.mark.parametrize(
    "switches",
    [{}, {"notes": "append"}, {"json_patch": False}, {"json_patch": False, "notes": "append"}, {"own_note_ids": True}],
    ids=str,
)
def test_a_follow_up_loses_nobodys_words(version: str, switches: dict[str, Any]) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        made = await desk.create(ticket())
        server.say(made.ref, "Débranchez la box dix secondes.")
        said = [note("Fait."), note("Toujours rien.")]
        for one in said:
            assert not await desk.noted(made, one)
            await desk.add_note(made, one)
            await desk.add_note(made, one)  # what is there is not added again
            assert await desk.noted(made, one)
        texts = [one["text"] for one in server.tickets[0]["note"]]
        for one in said:
            assert sum(one.id in text for text in texts) == 1
        assert "Débranchez la box dix secondes." in texts
        told = await desk.status(made)
        assert [one.text for one in told.replies] == ["Débranchez la box dix secondes."]

    against(version, act, **switches)


@both
def test_a_question_keeps_its_name_however_a_desk_counts(version: str) -> None:
    """A desk that adds what it is given back shows it again under another number: it is the same question still."""

    async def act(desk: Desk, server: TmfServer) -> None:
        made = await desk.create(ticket())
        server.say(made.ref, "Quelle est la couleur du voyant ?")
        before = (await desk.status(made)).replies
        await desk.add_note(made, note("Rouge."))
        assert len(server.tickets[0]["note"]) > 3
        assert (await desk.status(made)).replies == before

    against(version, act, notes="append", own_note_ids=True, json_patch=False)


@both
def test_a_broken_character_does_not_stop_a_ticket(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        await desk.create(ticket(text="voyant \ud800 rouge"))
        assert server.tickets[0]["description"] == "voyant ? rouge"

    against(version, act)


@both
def test_how_it_stands_and_what_was_promised(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        made = await desk.create(ticket())
        assert (await desk.status(made)).receipt.state is State.ACKNOWLEDGED
        due = "2026-11-24T18:00:00+01:00"
        server.set(made.ref, status="inProgress", statusChangeReason="Technicien prévu", expectedResolutionDate=due)
        told = await desk.status(made)
        assert (told.receipt.state, told.receipt.promised) == (State.IN_PROGRESS, due)
        assert told.receipt.text == "Technicien prévu"
        assert told.replies == ()

    against(version, act)


@both
def test_a_question_of_the_desk_asks_until_it_is_answered(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        made = await desk.create(ticket())
        server.say(made.ref, "Bonjour.")
        server.say(made.ref, "Quelle est la couleur du voyant ?")
        assert not any(one.asks for one in (await desk.status(made)).replies)
        server.set(made.ref, status="pending")
        replies = (await desk.status(made)).replies
        assert [one.asks for one in replies] == [False, True]
        await desk.add_note(made, note("Rouge."))
        after = (await desk.status(made)).replies
        assert [(one.id, one.asks) for one in after] == [(one.id, False) for one in replies]
        server.say(made.ref, "Et après un redémarrage ?")
        assert [one.asks for one in (await desk.status(made)).replies] == [False, False, True]

    against(version, act)


@both
def test_a_state_that_asks_without_a_note_asks_by_its_reason(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        made = await desk.create(ticket())
        server.set(made.ref, status="pending", statusChangeReason="Need more information from the customer")
        (reply,) = (await desk.status(made)).replies
        assert (reply.text, reply.asks) == ("Need more information from the customer", True)
        assert (await desk.status(made)).replies == (reply,)

    against(version, act)


@both
def test_an_agent_who_quotes_us_is_still_heard(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        made = await desk.create(ticket())
        await desk.add_note(made, note("Fait."))
        ours = server.tickets[0]["note"][-1]["text"]
        server.say(made.ref, f"Merci, un technicien passe demain.\n\n{ours}")
        (reply,) = (await desk.status(made)).replies
        assert reply.text.startswith("Merci, un technicien")

    against(version, act)


@both
def test_a_key_that_is_honoured_makes_one_ticket_of_two_requests(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        assert await desk.create(filed) == await desk.create(filed)
        assert len(server.tickets) == 1

    against(version, act, idempotency=True)


@both
def test_a_slow_desk_may_have_taken_it(version: str) -> None:
    async def run() -> None:
        async with TmfServer(version) as server:
            desk = Tmf621Desk(server.endpoint(), nobody, V5() if version == "v5" else V4(), whole_s=0.15)
            server.faults.append(Fault("POST", "after", 0.4))
            with pytest.raises(DeskError) as error:
                await desk.create(ticket())
            assert failed(error) == (Failure.UNKNOWN, "desk_slow")
            assert len(server.tickets) == 1
            await desk.close()

    asyncio.run(run())


def test_signed_in_or_not() -> None:
    async def run() -> None:
        async with TmfServer("v5", token="t0k") as server:
            stranger = desk_of(server.endpoint(), nobody)
            with pytest.raises(DeskError) as error:
                await stranger.create(ticket())
            assert failed(error) == (Failure.SIGN_IN, "desk_http_401")
            await stranger.close()

            async def login() -> dict[str, str]:
                return {"Authorization": "Bearer t0k"}

            known = desk_of(server.endpoint(), login)
            assert (await known.create(ticket())).number == "4711"
            await known.outages()
            assert "authorization" not in server.seen[-1].headers  # outages are read by nobody
            await known.close()

    asyncio.run(run())
