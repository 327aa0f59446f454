"""What goes wrong around a ticket: pressed twice, called back, deleted, damaged, signed out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from selfcare.app.support.desk import SupportDesk
from selfcare.cases.book import CaseBook
from selfcare.ground.errors import SelfcareError
from selfcare.model.report import Reach, ReportOptions, Wish
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Phase
from selfcare.outbox.store import FILE, Outbox
from selfcare.outbox.waits import SETTLE_S, Clock
from selfcare.store.database import StoreError
from tests.app.support.bench import Bench
from tests.app.support.test_tickets import WISH, made
from tests.desks.tmf_server import Fault, TmfServer

NOBODY = DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/")


def test_the_same_report_pressed_twice_is_one_ticket_and_no_note(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            report = await made(port)
            both = await asyncio.gather(port.file(report, WISH), port.file(report, WISH))
            third = await port.file(report, WISH)
            assert {one.id for one in (*both, third)} == {third.id} and third.phase is Phase.DONE
            assert len(await port.outbox()) == 1 and len(server.tickets) == 1
            newer = await made(port)
            notes = [await port.file(newer, WISH) for _ in range(2)]
            assert notes[0].id == notes[1].id and notes[0].kind == "note" and len(await port.outbox()) == 2
            await port.close()

    asyncio.run(story())


def test_what_was_called_back_can_be_sent_after_all(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, NOBODY)
            port = bench.port()
            report = await made(port)
            first = await port.file(report, WISH)
            assert (await port.cancel(first.id)).phase is Phase.CANCELLED
            bench.desk = server.endpoint()
            again = await port.file(report, WISH)
            assert again.id != first.id and again.phase is Phase.DONE and len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_an_answer_that_was_called_back_can_be_given_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, server.endpoint())
            port = bench.port()
            parcel = await port.file(await made(port), WISH)
            assert parcel.receipt is not None
            server.say(parcel.receipt.ref, "Quel voyant ?")
            ((reply,),) = [one.told.replies for one in await port.tickets() if one.told]
            bench.desk = NOBODY
            first = await port.answer(parcel.id, reply.id, "Vert.")
            assert (await port.cancel(first.id)).phase is Phase.CANCELLED
            bench.desk = server.endpoint()
            assert (await port.answer(parcel.id, reply.id, "Non, rouge.")).phase is Phase.DONE
            texts = json.dumps(server.tickets[0]["note"], ensure_ascii=False)
            assert "Non, rouge." in texts and "Vert." not in texts
            await port.close()

    asyncio.run(story())


def test_a_case_deleted_in_the_moment_of_the_yes_takes_the_ticket_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port, other = (Bench(tmp_path, server.endpoint()).port() for _ in range(2))
            report = await made(port)
            consented = CaseBook.report

            def deleted_then(self: CaseBook, case: str, data: dict[str, object]) -> None:
                consented(self, case, data)
                self.delete(case)

            monkeypatch.setattr(CaseBook, "report", deleted_then)
            with pytest.raises(SelfcareError, match="case_unknown"):
                await port.file(report, WISH)
            await other.flush()
            assert not server.tickets and await other.outbox() == ()
            await asyncio.gather(port.close(), other.close())

    asyncio.run(story())


def test_an_outbox_that_cannot_be_read_is_said_in_the_case_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path, NOBODY)

    async def filed(port: SupportDesk) -> str:
        return (await port.file(await made(port), WISH)).id

    name = bench.run(filed)
    for path in tmp_path.glob(f"{FILE}*"):
        path.write_bytes(b"rubbish" * 1000) if path.name == FILE else path.unlink()

    async def looked(port: SupportDesk) -> list[object]:
        await port.flush()
        case = await port.case()
        assert case is not None
        return [event.data["did"] for event in case.events if event.data.get("id") == name]

    assert bench.run(looked) == ["queued", "lost"]
    assert bench.run(looked) == ["queued", "lost"]


@pytest.mark.parametrize("text", ["caf\udce9", "Zo\r\nBcc: x@y.example", "x" * 10_000, "a\0b"])
def test_whatever_is_typed_leaves(tmp_path: Path, text: str) -> None:
    """A half character comes from a terminal with another encoding."""
    wish = Wish(words=text, reach=Reach(name=text, phone=text, mail=text, contract=text, line_number=text, when=text))

    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            report = await made(port, wish)
            assert (await port.file(report, wish)).phase is Phase.DONE and len(server.tickets) == 1
            assert (
                b"\nBcc" not in (await port.draft(report, wish, tmp_path / "a.eml")).read_bytes().split(b"\r\n\r\n")[0]
            )
            await port.close()

    asyncio.run(story())


def test_half_a_character_of_a_desk_stops_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            parcel = await port.file(await made(port), WISH)
            assert parcel.receipt is not None
            server.say(parcel.receipt.ref, "\ud800 bonjour")
            for _ in range(2):
                (filed,) = await port.tickets()
                assert filed.trouble == "" and filed.told is not None and "bonjour" in filed.told.replies[0].text
            await port.close()

    asyncio.run(story())


@pytest.mark.parametrize("how", ["closed", "cancelled"])
def test_a_window_that_closes_in_the_midst_of_sending_leaves_it_to_the_next(tmp_path: Path, how: str) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, server.endpoint())
            port = bench.port()
            report = await made(port)
            server.faults.append(Fault("POST", "after", 0.3))
            filing = asyncio.ensure_future(port.file(report, WISH))
            while not server.tickets:  # noqa: ASYNC110 - a server of tests has no event for it
                await asyncio.sleep(0.01)
            if how == "cancelled":
                filing.cancel()
            await port.close()
            with contextlib.suppress(SelfcareError, asyncio.CancelledError):
                await filing
            await port.close()
            after = bench.port()
            (parcel,) = await after.flush()
            assert parcel.phase is Phase.DONE and len(server.tickets) == 1
            await after.close()

    asyncio.run(story())


def test_a_desk_that_moves_while_something_waits_is_searched_before_it_is_sent_there(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as old, TmfServer("v5") as new:
            bench = Bench(tmp_path, NOBODY)
            port = bench.port()
            waiting = await port.file(await made(port), WISH)
            bench.desk = new.endpoint()
            (parcel,) = await port.flush()
            assert parcel.id == waiting.id and parcel.phase is Phase.DONE
            assert (len(old.tickets), len(new.tickets)) == (0, 1)
            await port.close()

    asyncio.run(story())


def test_another_operator_s_profile_gets_nothing_of_what_waits_for_this_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, NOBODY)
            port = bench.port()
            await port.file(await made(port), WISH)
            await port.close()
            bench.base, bench.desk = "free", None
            port = bench.port()
            (parcel,) = await port.flush()
            assert parcel.phase is Phase.QUEUED and not server.seen
            await port.close()

    asyncio.run(story())


def test_with_the_disk_full_nothing_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            report = await made(port)

            def full(*_words: object) -> None:
                raise StoreError("disk_full", path=tmp_path)

            with monkeypatch.context() as broken:
                broken.setattr(Outbox, "_put", full)
                with pytest.raises(SelfcareError, match="disk_full"):
                    await port.file(report, WISH)
            assert not server.tickets and await port.outbox() == ()
            assert (await port.file(report, WISH)).phase is Phase.DONE and len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_a_second_press_after_a_refusal_is_a_new_ticket(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            report = await made(port)
            server.fail("POST", 403)
            first = await port.file(report, WISH)
            assert first.phase is Phase.REFUSED and not server.tickets
            again = await port.file(report, WISH)
            assert again.kind == "ticket" and again.phase is Phase.DONE and again.id != first.id
            assert len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_a_second_press_while_nobody_knows_waits_for_the_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            server.faults.append(Fault("POST", "before", "cut"))
            first = await port.file(await made(port), WISH)
            assert first.phase is Phase.UNKNOWN
            second = await port.file(await made(port), WISH)
            assert second.kind == "note" and second.phase is Phase.QUEUED and not server.tickets
            port._tickets.box.clock = Clock(awake_s=lambda: time.monotonic() + SETTLE_S)
            assert [one.phase for one in await port.flush()] == [Phase.DONE, Phase.DONE]
            assert len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_a_press_for_a_case_that_is_over_is_a_word_on_its_ticket_and_a_new_case_has_its_own(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            first = await port.file(await made(port), WISH)
            await port.end(first.case)
            over = await port.report(first.case, ReportOptions(wish=WISH))
            assert (await port.file(over, WISH)).kind == "note"
            other = await port.file(await made(port), WISH)
            assert other.kind == "ticket" and other.case != first.case and len(server.tickets) == 2
            await port.close()

    asyncio.run(story())


def test_after_twelve_months_maps_and_receipts_go_with_the_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            old = await port.file(await made(port), WISH)
            await port.end(old.case)
            new = await port.file(await made(port), WISH)
            monkeypatch.setattr(CaseBook, "retain", lambda self: self.delete(old.case) if self.case(old.case) else 0)
            assert [one.id for one in await port.cases()] == [new.case]
            assert [path.stem for path in (tmp_path / "redaction").iterdir()] == [new.case]
            for days in (400, 402):
                port._tickets.box.clock = Clock(wall=lambda days=days: datetime.now(UTC) + timedelta(days=days))
                await port.cases()
            assert await port.outbox() == ()
            await port.close()

    asyncio.run(story())


def test_what_was_copied_or_set_aside_of_the_outbox_goes_with_a_deleted_case(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        report = await made(port)
        await port.file(report, WISH)
        for name in (f"{FILE}.v1.bak", f"{FILE}.v1.bak.part", f"{FILE}.bad-20261122T1", f"{FILE}.bad-20261122T1-wal"):
            (tmp_path / name).write_text("Plus rien depuis hier soir.")
        await port.delete(report.case)

    Bench(tmp_path, NOBODY).run(story)
    left = [path.name for path in tmp_path.rglob("*") if path.is_file() and b"Plus rien depuis" in path.read_bytes()]
    assert left == []
