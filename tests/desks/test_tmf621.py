"""The TMF621 desk against a server with the habits real ones differ in. Both versions, unless one alone is meant."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Can, Desk
from selfcare.desks.tmf621_v4 import V4
from selfcare.desks.tmf621_v5 import V5
from selfcare.desks.wire import nobody
from selfcare.model.report import Reach
from selfcare.model.ticket import DeskError, Failure, Receipt, State
from tests.desks.examples import attachment, ticket
from tests.desks.tmf_acts import against, both, failed
from tests.desks.tmf_server import Fault, TmfServer


@both
def test_a_ticket_is_filed_whole_and_found_by_its_id(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        made = await desk.create(filed)
        assert await desk.find(filed) == (made,)
        assert await desk.find(ticket()) == ()
        (kept,) = server.tickets
        assert kept["description"] == "Plus de web."
        assert (kept["severity"], kept["ticketType"]) == ("Critical", "incident")
        assert filed.case in kept["name"]
        (file,) = kept["attachment"]
        assert base64.b64decode(file["content"]) == filed.attachments[0].data
        assert await desk.attached(made) == {filed.attachments[0].name}
        assert server.seen[0].headers["idempotency-key"] == filed.id
        words = str(kept)
        assert all(one in words for one in ("Jeanne Élan", "0612345678", "C-4471", "0123456789", "42.5"))

    against(version, act)


@both
def test_of_the_subscriber_only_what_was_filled_in_is_said(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        await desk.create(ticket(reach=Reach(phone="0612345678")))
        words = str(server.tickets[0])
        assert "0612345678" in words
        assert "relatedParty" not in words
        assert not any(f"contact.{one}" in words for one in ("name", "mail", "contract", "line_number", "when"))

    against(version, act)


@both
@pytest.mark.parametrize(
    "switches",
    [
        {"filters": ()},
        {"filters": (), "unknown_query": "400"},
        {"filters": (), "totals": False, "page": 3},
        {"filters": (), "page": 0, "totals": False},
        {"honours_fields": False, "totals": False, "page": 2},
        {"filters": ("jsonpath",)},
        {"shows_ids": "alone"},
        {"shows_ids": "alone", "filters": (), "count": 4},
        {"shows_ids": "never", "filters": ("dot",)},
        {"shows_ids": "never", "filters": ()},
        {"shows_ids": "never", "filters": ("dot",), "hides_notes": True},
    ],
    ids=str,
)
def test_it_is_found_whatever_a_desk_does_with_a_filter(version: str, switches: dict[str, Any]) -> None:
    switches = dict(switches)
    count = switches.pop("count", 7)

    async def act(desk: Desk, server: TmfServer) -> None:
        others = [ticket(attachments=()) for _ in range(count)]
        made = [await desk.create(one) for one in others]
        for one, receipt in zip(others, made, strict=True):
            assert await desk.find(one) == (receipt,)
        assert await desk.find(ticket()) == ()

    against(version, act, **switches)


@both
def test_a_desk_that_says_of_no_list_whose_it_is_and_filters_nothing_is_not_believed(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        for _ in range(9):
            await desk.create(ticket(attachments=()))
        server.hides_notes = True
        with pytest.raises(DeskError) as error:
            await desk.find(ticket())
        assert failed(error) == (Failure.NOT_SENT, "desk_search_endless")

    against(version, act, shows_ids="alone", filters=())


@both
def test_tickets_from_elsewhere_have_no_id_of_ours(version: str) -> None:
    """Filed by telephone: nothing external about them, in the list or alone."""

    async def act(desk: Desk, server: TmfServer) -> None:
        for _ in range(9):
            server.store.make({"description": "x", "severity": "x", "ticketType": "x"}, server.url)
        filed = ticket()
        assert await desk.find(filed) == ()
        made = await desk.create(filed)
        assert await desk.find(filed) == (made,)

    against(version, act, filters=())


@both
@pytest.mark.parametrize("with_ids", [True, False])
def test_where_not_there_cannot_be_believed_it_is_not_said(version: str, with_ids: bool) -> None:
    """A desk that ignores filters and pages: its first page, again and again, proves nothing about the rest."""

    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket(attachments=())
        writer = V5() if version == "v5" else V4()
        for _ in range(60):
            body = writer.new(ticket(), {}, files=False) if with_ids else {"description": "by telephone"}
            server.store.make(body, server.url)
        with pytest.raises(DeskError) as error:
            await desk.find(filed)
        assert failed(error) == (Failure.NOT_SENT, "desk_search_endless")

    against(version, act, filters=(), honours_offset=False, totals=False)


@both
def test_a_filter_that_finds_nothing_ever_is_not_believed_alone(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        server.store.shape.matches = lambda *_: False  # type: ignore[method-assign]
        filed = ticket()
        made = await desk.create(filed)
        assert await desk.find(filed) == (made,)

    against(version, act)


@both
def test_a_second_copy_is_given_up_and_no_longer_found(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        first, second = await desk.create(filed), await desk.create(filed)
        assert await desk.find(filed) == (first, second)
        await desk.merge(first, second)
        assert await desk.find(filed) == (first,)
        extra = server.store.by_id[second.ref]
        assert extra["status"] == "cancelled"
        assert first.number in extra["statusChangeReason"]

    against(version, act)


@both
@pytest.mark.parametrize("switch", ["cancels", "keeps_reasons"])
def test_where_a_reason_is_not_taken_a_note_says_it_is_a_copy(version: str, switch: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        first, second = await desk.create(filed), await desk.create(filed)
        await desk.merge(first, second)
        assert await desk.find(filed) == (first,)
        assert server.store.by_id[second.ref]["status"] == ("acknowledged" if switch == "cancels" else "cancelled")

    against(version, act, **{switch: False})


@both
def test_a_second_copy_that_is_gone_needs_no_closing(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        await desk.merge(await desk.create(ticket()), Receipt("999", "999"))
        assert len(server.tickets) == 1

    against(version, act)


@both
def test_what_an_agent_cancelled_is_still_there(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        made = await desk.create(filed)
        server.set(made.ref, status="cancelled", statusChangeReason="Rien à faire")
        (found,) = await desk.find(filed)
        assert found.state is State.CANCELLED

    against(version, act)


@both
@pytest.mark.parametrize("dedup", ["same", "conflict"])
def test_a_desk_that_knows_it_already_gives_the_first_one(version: str, dedup: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        first = await desk.create(filed)
        assert await desk.create(filed) == first
        assert len(server.tickets) == 1

    against(version, act, dedup=dedup)


@both
def test_accepted_is_not_filed_until_it_is_found(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        filed = ticket()
        with pytest.raises(DeskError) as error:
            await desk.create(filed)
        assert failed(error) == (Failure.UNKNOWN, "desk_http_202")
        looks = [await desk.find(filed) for _ in range(5)]
        assert looks[0] == ()
        assert len(looks[-1]) == 1

    against(version, act, late=4)


@both
@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, Failure.REFUSED), (401, Failure.SIGN_IN), (403, Failure.REFUSED), (404, Failure.REFUSED),
        (405, Failure.REFUSED), (409, Failure.UNKNOWN), (413, Failure.REFUSED), (422, Failure.REFUSED),
        (429, Failure.NOT_SENT), (500, Failure.UNKNOWN), (501, Failure.REFUSED), (502, Failure.UNKNOWN),
        (503, Failure.NOT_SENT), (504, Failure.UNKNOWN), (302, Failure.UNKNOWN), (307, Failure.REFUSED),
        (511, Failure.NOT_SENT), (204, Failure.UNKNOWN),
    ],
)  # fmt: skip
def test_a_status_says_whether_it_may_be_sent_again(version: str, status: int, failure: Failure) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        server.faults.append(Fault("POST", "before", status))
        with pytest.raises(DeskError) as error:
            await desk.create(ticket())
        assert failed(error) == (failure, f"desk_http_{status}")

    against(version, act)


@both
@pytest.mark.parametrize("status", [202, 302, 408, 429, 500, 501, 503])
def test_of_a_question_the_outcome_is_never_unknown(version: str, status: int) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        server.faults.append(Fault("GET", "before", status, times=9))
        with pytest.raises(DeskError) as error:
            await desk.status(Receipt("1", "1"))
        assert error.value.failure is not Failure.UNKNOWN

    against(version, act)


@both
@pytest.mark.parametrize("when", ["before", "after"])
def test_cut_off_nobody_knows(version: str, when: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        server.faults.append(Fault("POST", when, "cut"))
        filed = ticket()
        with pytest.raises(DeskError) as error:
            await desk.create(filed)
        assert failed(error) == (Failure.UNKNOWN, "desk_cut_off")
        assert len(await desk.find(filed)) == (0 if when == "before" else 1)

    against(version, act)


@both
def test_too_large_is_refused_for_good(version: str) -> None:
    async def act(desk: Desk, server: TmfServer) -> None:
        with pytest.raises(DeskError) as error:
            await desk.create(ticket(attachments=(attachment(data=b"x" * 40_000),)))
        assert failed(error) == (Failure.REFUSED, "desk_http_413")

    against(version, act, most_bytes=20_000)


@both
def test_files_come_apart_where_the_profile_says_so(version: str) -> None:
    async def run() -> None:
        async with TmfServer(version) as server:
            desk = desk_of(server.endpoint(attachments="apart"), nobody)
            assert Can.ATTACHES_APART in desk.can
            filed = ticket(attachments=(attachment("a.zip"), attachment("b.zip", b"other")))
            made = await desk.create(filed)
            assert await desk.attached(made) == frozenset()
            for one in (*filed.attachments, *filed.attachments):
                await desk.attach(made, filed, one)
            assert await desk.attached(made) == {"a.zip", "b.zip"}
            assert len(server.tickets[0]["attachment"]) == 2
            server.tickets[0]["attachment"][0]["content"] = "YmFk"
            assert await desk.attached(made) == {"b.zip"}
            await desk.close()

    asyncio.run(run())
