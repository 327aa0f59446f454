"""From the words to the desk and back, over the real parts: store, outbox, keyring file, HTTP."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from pathlib import Path

import pytest

from selfcare.app.support.desk import SupportDesk
from selfcare.app.support.line import any_answers
from selfcare.app.support.port import SignIn
from selfcare.ground.errors import SelfcareError
from selfcare.model.case import Channel, Contact, Effect
from selfcare.model.profile import Anchor
from selfcare.model.report import Reach, Report, ReportOptions, Section, Want, Wish
from selfcare.model.support import Auth, DeskEndpoint, DeskKind, Oidc
from selfcare.model.ticket import Phase
from selfcare.report.verify import verify
from tests.app.support.bench import Bench
from tests.desks.provider import Provider
from tests.desks.tmf_server import TmfServer

WISH = Wish((Want.REPAIR, Want.CALL_BACK), "Plus rien depuis hier soir.", Reach(name="Zoé", phone="06 12 34 56 78"))


async def made(port: SupportDesk, wish: Wish = WISH) -> Report:
    head = await port.begin(wish.words)
    return await port.report(head.id, ReportOptions(wish=wish))


def test_a_ticket_leaves_with_the_report_that_was_shown_and_its_number_comes_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, server.endpoint())
            port = bench.port()
            report = await made(port)
            parcel = await port.file(report, WISH)
            assert parcel.phase is Phase.DONE and parcel.receipt is not None and parcel.receipt.number
            (ticket,) = server.tickets
            assert bench.checks == 1 and report.case in json.dumps(ticket)
            case = await port.case()
            assert case is not None and case.head.tickets == (parcel.id,)
            did = [event.data.get("did") for event in case.events if event.kind in ("report", "ticket")]
            assert did == ["consent", "queued", "done"]
            consent = next(event.data for event in case.events if event.data.get("did") == "consent")
            assert consent["sha256"] == report.sha256 and consent["to"] == "Demo Telecom"
            await port.close()
            (attached,) = ticket["attachment"]
            data = base64.b64decode(attached["content"])
            assert data == report.archive and verify(data).good

    asyncio.run(story())


def test_with_the_line_down_it_waits_and_leaves_by_itself_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/"))
            port = bench.port()
            parcel = await port.file(await made(port), WISH)
            assert parcel.phase is Phase.QUEUED and parcel.why == "desk_unreachable" and parcel.next_try
            await port.close()  # the program ends; another one begins, and there is a line again
            bench.desk, port = server.endpoint(), bench.port()
            (after,) = await port.flush()
            assert after.id == parcel.id and after.phase is Phase.DONE
            await port.flush()
            assert len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_a_second_press_is_a_word_on_the_same_ticket(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            first = await port.file(await made(port), WISH)
            second = await port.file(await made(port), WISH)
            assert second.kind == "note" and second.phase is Phase.DONE and first.id != second.id
            (ticket,) = server.tickets
            assert len(ticket["note"]) >= 1
            assert [one.parcel.id for one in await port.tickets()] == [first.id]
            await port.close()

    asyncio.run(story())


def test_replies_come_back_once_and_a_question_is_answered_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            port = Bench(tmp_path, server.endpoint()).port()
            parcel = await port.file(await made(port), WISH)
            assert parcel.receipt is not None
            server.say(parcel.receipt.ref, "Le voyant Internet est-il rouge ?")
            server.set(parcel.receipt.ref, status="pending")
            for _ in range(2):
                (filed,) = await port.tickets()
            assert filed.told is not None and filed.trouble == ""
            (reply,) = filed.told.replies
            assert reply.asks and reply.text == "Le voyant Internet est-il rouge ?"
            sent = [await port.answer(parcel.id, reply.id, "Oui, rouge.") for _ in range(2)]
            assert sent[0].id == sent[1].id and sent[0].phase is Phase.DONE
            notes = [note["text"] for note in server.tickets[0]["note"]]
            assert sum("Oui, rouge." in text for text in notes) == 1
            case = await port.case()
            assert case is not None
            did = [event.data.get("did") for event in case.events if event.kind == "ticket"]
            assert did.count("reply") == 1 and "answered" in did
            with pytest.raises(SelfcareError, match="answer_unknown"):
                await port.answer(parcel.id, "no such", "x")
            await port.close()

    asyncio.run(story())


def test_what_was_not_sent_is_not_sent(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/"))
            port = bench.port()
            parcel = await port.file(await made(port), WISH)
            assert (await port.cancel(parcel.id)).phase is Phase.CANCELLED
            await port.close()
            bench.desk, port = server.endpoint(), bench.port()
            await port.flush()
            assert not server.tickets
            await port.close()

    asyncio.run(story())


def test_deleting_a_case_takes_what_waits_and_the_map_with_it(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        report = await made(port)
        await port.file(report, WISH)
        assert (tmp_path / "redaction" / f"{report.case}.json").exists()
        await port.delete(report.case)
        assert await port.outbox() == () and await port.cases() == () and await port.tickets() == ()

    Bench(tmp_path, DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/")).run(story)
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Plus rien depuis hier" not in left and b"06 12 34 56 78" not in left


def test_what_was_unticked_is_in_nothing_that_leaves(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        head = await port.begin(WISH.words)
        await port.note(head.id, "note 06 98 76 54 32")
        ticked = frozenset(Section) - {Section.REACH, Section.WORDS}
        report = await port.report(head.id, ReportOptions(ticked, wish=WISH))
        with zipfile.ZipFile(io.BytesIO(report.archive)) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist()) + report.text.encode()
        for text in ("06 12 34 56 78", "Plus rien depuis", "06 98 76 54 32"):
            assert text.encode() not in everything
        offline = await port.offline(report)
        assert len("".join(filter(str.isdigit, offline.spoken))) == 16
        decoded = await port.decode(offline.spoken)
        assert decoded.kind == "spoken"

    Bench(tmp_path).run(story)


def test_without_a_desk_nothing_is_sent_and_a_letter_can_be_written(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        report = await made(port)
        with pytest.raises(SelfcareError, match="no_desk"):
            await port.file(report, WISH)
        letter = await port.draft(report, WISH, tmp_path / "letter.eml")
        assert b"X-Unsent: 1" in letter.read_bytes()
        saved = await port.save(report, tmp_path)
        assert (await port.verify(saved)).good
        case = await port.case()
        assert case is not None and not [event for event in case.events if event.data.get("did") == "consent"]

    Bench(tmp_path).run(story)


def test_the_desk_says_what_it_needs_before_anything_is_typed_for_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with Provider() as provider, TmfServer("v5", token="key-1") as server:
            desk = server.endpoint()
            desk = DeskEndpoint(desk.kind, desk.url, auth=Auth.INSTALL_KEY, needs=("contract",),
                                register=f"{provider.url}/register")  # fmt: skip
            port = Bench(tmp_path, desk).port()
            needs = await port.needs(WISH)
            assert needs.fields == ("contract",) and needs.sign_in is SignIn.REGISTER
            report = await made(port)
            parcel = await port.file(report, WISH)
            assert parcel.phase is Phase.WAITING_SIGN_IN and not server.tickets
            assert (await port.register("zoe@example.org")).sign_in is SignIn.CODE
            with pytest.raises(SelfcareError, match="register_code"):
                await port.confirm("000000")
            assert (await port.confirm(provider.code)).sign_in is SignIn.NOTHING
            (after,) = await port.flush()
            assert after.phase is Phase.DONE and len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_sign_in_at_the_operators_page(tmp_path: Path) -> None:
    import aiohttp

    async def story() -> None:
        async with Provider() as provider, TmfServer("v5", token="first") as server:
            desk = DeskEndpoint(server.endpoint().kind, server.endpoint().url, auth=Auth.OIDC)
            port = Bench(tmp_path, desk, Oidc(provider.url, provider.client)).port()
            assert (await port.needs(WISH)).sign_in is SignIn.OIDC
            tasks = list[asyncio.Task[None]]()

            def show(address: str) -> None:
                async def visit() -> None:
                    async with aiohttp.ClientSession() as browser, browser.get(provider.consent(address)) as page:
                        assert "Vous pouvez fermer cette page" in await page.text()

                tasks.append(asyncio.ensure_future(visit()))

            assert (await port.sign_in(show)).sign_in is SignIn.NOTHING
            await asyncio.gather(*tasks)
            parcel = await port.file(await made(port), WISH)
            assert parcel.phase is Phase.DONE and len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_what_support_said_and_promised_is_reminded_of(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        head = await port.begin("Coupé")
        contact = Contact(
            "2026-01-05T10:00:00+01:00", Channel.PHONE, 25, 300, answer="Un technicien", promised="2026-01-08"
        )
        await port.contact(head.id, contact)
        case = await port.case(head.id)
        assert case is not None and [one.waited_min for one in case.contacts] == [25]
        found = await port.reminders()
        assert any(one.due == "2026-01-08" and "08/01/2026" in one.text for one in found)
        assert all(one.case == head.id and one.guide for one in found)

    Bench(tmp_path).run(story)


def test_a_fresh_case_reminds_of_nothing(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        await made(port)
        assert await port.reminders() == ()

    Bench(tmp_path).run(story)


def test_whom_to_reach_is_there_without_looking_for_it(tmp_path: Path) -> None:
    from selfcare.app.support.tools import HomeSeen

    bench = Bench(tmp_path)
    bench.home = HomeSeen("free", "freebox", "fibre")

    async def story(port: SupportDesk) -> None:
        advice = await port.advice()
        assert advice.operator == "Free" and advice.best is not None and advice.why
        assert any(one.to == "3244" for one in (advice.best, *advice.others))

    bench.run(story)


def test_a_check_of_just_now_is_not_made_again(tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    async def story(port: SupportDesk) -> None:
        await made(port)
        report = await made(port)
        assert bench.checks == 1 and report.document["verdict"]["code"] == bench.document["verdict"]["code"]
        case = await port.case()
        assert case is not None and not [one for one in case.tried if one.effect is Effect.SOLVED]

    bench.run(story)


def test_the_window_sends_what_waited_as_soon_as_a_line_is_back_and_asks_only_then(tmp_path: Path) -> None:
    async def story() -> None:
        async with TmfServer("v5") as server:
            bench = Bench(tmp_path, DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/"))
            bench.up, port = False, bench.port()
            assert await port.tick() == () and bench.asked == 0
            await port.file(await made(port), WISH)
            bench.desk = server.endpoint()
            assert [one.phase for one in await port.tick()] == [Phase.QUEUED]  # its pause is not over, and no line
            bench.up = True
            assert [one.phase for one in await port.tick()] == [Phase.DONE] and bench.asked == 2
            await port.tick()
            assert bench.asked == 2 and len(server.tickets) == 1
            await port.close()

    asyncio.run(story())


def test_one_address_that_answers_is_a_line() -> None:
    async def story() -> None:
        server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        there, gone = Anchor("127.0.0.1", port, "a test"), Anchor("127.0.0.1", 9, "a test")
        assert await any_answers([gone, there]) and not await any_answers([gone], 0.5) and not await any_answers([])
        server.close()

    asyncio.run(story())


def test_the_resolvers_of_any_operator_stay_readable(tmp_path: Path) -> None:
    """Whose they are is in every list; without them nobody sees that a PC asks another operator's."""
    bench = Bench(tmp_path)
    bench.document = json.loads(json.dumps(bench.document).replace("192.168.1.254", "80.10.246.2"))

    async def story(port: SupportDesk) -> None:
        report = await made(port)
        text = json.dumps(report.document)
        assert "80.10.246.2" in text and "80.10.246.200" not in text

    assert "80.10.246.2" in json.dumps(bench.document)
    bench.run(story)
