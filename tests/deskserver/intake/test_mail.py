"""Mails as the app writes them, as people write them, and as strangers forge them."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from selfcare.desks import mail as client
from selfcare.deskserver.access.tokens import make_system
from selfcare.deskserver.api import outgoing
from selfcare.deskserver.core import acting
from selfcare.deskserver.core.tickets import change
from selfcare.deskserver.intake import mail as intake
from selfcare.deskserver.model import Change, DeskRefusal
from selfcare.deskserver.schema import subscribers
from selfcare.model.report import Reach
from selfcare.model.ticket import Note, Receipt, State
from selfcare.report import pack
from tests.deskserver.intake.home import Pc, home_at
from tests.deskserver.intake.mails import CASE, DESK, OTHER, PIPE, archive, count, filed, plain, ticket, whole, written
from tests.deskserver.postgres import databases


@databases
def test_a_copy_of_what_the_app_filed_is_that_ticket_and_brings_its_report(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            pc = Pc(home)
            await pc.registered()
            one = ticket(pc)
            ref = await filed(home, pc, one)
            copy = written(replace(one, attachments=(archive(pc),)))
            assert await intake.take(home.desk, copy, PIPE) == intake.Outcome("joined", ref)
            told = await whole(home, ref)
            assert [entry.kind for entry in told.files] == ["report"] and told.notes == ()
            assert told.contact == {"mail": pc.mail, "phone": "06"}
            assert await intake.take(home.desk, copy, PIPE) == intake.Outcome("joined", ref, again=True)
            assert await count(home) == 1 and await home.desk.blobs.get(told.files[0].sha256)

    asyncio.run(story())


def test_a_mail_that_comes_first_is_the_ticket_the_app_files_later(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.registered()
            one = ticket(pc, archive(pc))
            outcome = await intake.take(home.desk, written(one), PIPE)
            assert outcome.what == "ticket" and await filed(home, pc, one) == outcome.ref
            told = await whole(home, outcome.ref)
            assert told.head.subscriber == (await pc.subscriber())[0] and told.contact == {}  # From proves nobody

    asyncio.run(story())


def test_another_s_signature_on_the_same_case_joins_nothing_of_the_subscriber_s(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc, thief = Pc(home), Pc(home, "thief@example.org")
            await pc.registered()
            await thief.registered()
            one = ticket(pc)
            ref = await filed(home, pc, one)
            forged = replace(one, text="Fermez ma ligne.", reach=Reach(mail=thief.mail), attachments=(archive(thief),))
            outcome = await intake.take(home.desk, written(forged), PIPE)
            assert outcome.what == "ticket" and outcome.ref != ref
            told = await whole(home, outcome.ref)
            assert told.head.subscriber == (await thief.subscriber())[0]
            assert (await whole(home, ref)).notes == () and (await whole(home, ref)).files == ()
            unknown = Pc(home, "nobody@example.org")
            other = replace(one, reach=Reach(mail=unknown.mail), attachments=(archive(unknown),))
            outcome = await intake.take(home.desk, written(replace(other, id=str(uuid.uuid4()))), PIPE)
            told = await whole(home, outcome.ref)
            assert told.head.subscriber not in ((await pc.subscriber())[0], None)
            assert told.notes[0].internal and ref in told.notes[0].text
            rows = select(subscribers.c.key, subscribers.c.proven).where(subscribers.c.key.startswith("mail:"))
            assert [tuple(row) for row in await home.desk.database.read(lambda c: c.execute(rows).all())] == [
                ("mail:nobody@example.org", False)
            ]

    asyncio.run(story())


def test_a_report_of_another_case_a_changed_one_and_one_of_an_unconfirmed_pc_prove_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc, unconfirmed = Pc(home), Pc(home, "late@example.org")
            await pc.registered()
            await unconfirmed.client.ask(Reach(mail=unconfirmed.mail))
            good = archive(pc)
            changed = BytesIO()
            with ZipFile(BytesIO(good.data)) as old, ZipFile(changed, "w") as new:
                for name in old.namelist():
                    new.writestr(name, old.read(name) + (b" " if name == pack.DOCUMENT else b""))
            for at, one in enumerate(
                (archive(pc, OTHER), replace(good, data=changed.getvalue()), archive(unconfirmed))
            ):  # fmt: skip
                sender = f"luc{at}@example.org"
                outcome = await intake.take(home.desk, written(ticket(pc, one, sender=sender)), PIPE)
                told = await whole(home, outcome.ref)
                assert told.contact["mail"] == sender and told.head.subscriber != (await pc.subscriber())[0]
            row = select(subscribers.c.key).where(subscribers.c.proven)
            assert len(await home.desk.database.read(lambda c: c.execute(row).all())) == 1

    asyncio.run(story())


def test_an_address_alone_is_a_word_and_wakes_and_changes_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.registered()
            one = ticket(pc)
            ref = await filed(home, pc, one)
            number = (await whole(home, ref)).head.id
            waits = Change("agent:ana", State.PENDING)
            await home.desk.database.write(lambda c: change(c, number, waits, home.now()))
            before = await whole(home, ref)
            note = client.follow_up(Note("9f0c1d52-7f63-4a4f-8a51-d3f4b7b9a001", CASE, "Le soir.", sender=pc.mail),
                                    Receipt(client.message_id(one.id, DESK), CASE), DESK)  # fmt: skip
            assert (await intake.take(home.desk, note.as_bytes(), PIPE)).ref == ref
            answer = plain(f"Zoé <{pc.mail}>", f"Re: votre demande {ref.lower()}", Auto_Submitted="no")
            assert (await intake.take(home.desk, answer, PIPE)) == intake.Outcome("joined", ref)
            told = await whole(home, ref)
            assert [(entry.by, entry.text) for entry in told.notes] == [
                ("mail", "Le soir."),
                ("mail", "Toujours rien."),
            ]
            assert told.notes[1].author == f"Zoé <{pc.mail}>" and told.contact == before.contact
            assert before.head.waiting == "them" and told.head.waiting == "us"

    asyncio.run(story())


@databases
def test_an_answer_to_what_is_long_over_is_not_sent_back_but_begins_anew(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            pc = Pc(home)
            await pc.registered()
            ref = await filed(home, pc, ticket(pc))
            number = (await whole(home, ref)).head.id
            over = Change("agent:ana", State.CLOSED)
            await home.desk.database.write(lambda c: change(c, number, over, home.now()))
            soon = await intake.take(home.desk, plain(pc.mail, f"Re: {ref}"), PIPE)
            assert soon.ref == ref and (await whole(home, ref)).head.status is State.IN_PROGRESS
            await home.desk.database.write(lambda c: change(c, number, over, home.now()))
            home.ahead = acting.REOPEN + 1000
            late = await intake.take(home.desk, plain(pc.mail, f"Re: {ref}", "Encore !"), PIPE)
            told = await whole(home, late.ref)
            assert late.what == "ticket" and told.description == "Encore !" and ref in told.notes[0].text
            assert len((await whole(home, ref)).notes) == 1

    asyncio.run(story())


@databases
def test_a_lone_pc_that_joins_a_household_brings_its_tickets_and_their_ids(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            ours, late = Pc(home), Pc(home, "old@example.org")
            for pc in (ours, late):
                await pc.registered()
            one = ticket(late)
            ref, same = await filed(home, late, one), await filed(home, ours, one)  # an id of both, told apart by whose
            assert ref != same
            other = await filed(home, late, ticket(late, case=OTHER))
            late.mail = ours.mail
            await late.registered()
            who = (await ours.subscriber())[0]
            assert await late.subscriber() == await ours.subscriber()
            assert {(await whole(home, each)).head.subscriber for each in (ref, same, other)} == {who}
            assert await filed(home, late, one) == same and await count(home) == 3
            number = (await whole(home, ref)).head.id
            assert (await home.who("", f"/hint/{number}"))[1] is True
            hints = [mail for mail in await home.mails() if ref in mail["Subject"]]
            assert [mail["To"] for mail in hints] == [ours.mail] and "Depuis hier" not in hints[0].get_content()

    asyncio.run(story())


@databases
def test_a_stranger_who_names_a_ticket_gets_one_of_his_own_and_agents_are_told(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            pc = Pc(home)
            await pc.registered()
            ref = await filed(home, pc, ticket(pc))
            for subject in (f"Re: {ref}", f"[{CASE}] alors ?"):
                outcome = await intake.take(home.desk, plain("luc@example.org", subject), PIPE)
                told = await whole(home, outcome.ref)
                assert outcome.what == "ticket" and told.head.subscriber != (await pc.subscriber())[0]
                assert [one.internal and one.by == "desk" and ref in one.text for one in told.notes] == [True]
            assert (await whole(home, ref)).notes == ()
            again = await intake.take(home.desk, plain("luc@example.org", f"[{CASE}] et encore"), PIPE)
            assert again == intake.Outcome("joined", outcome.ref)

    asyncio.run(story())


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<a.b>"}, {"X_Loop": "x"},
     {"Return_Path": "<>"}, {"Return_Path": "<MAILER-DAEMON>"}, {"X_Failed_Recipients": "a@b"},
     {"List_Unsubscribe": "<mailto:a@b>"}],
)  # fmt: skip
def test_machines_are_kept_out_without_an_answer(headers: dict[str, str], tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            raw = plain("luc@example.org", "Absent", **headers)
            assert await intake.take(home.desk, raw, PIPE) == intake.Outcome("kept_out")
            assert await intake.take(home.desk, raw, PIPE) == intake.Outcome("kept_out", again=True)
            assert await count(home) == 0 and await home.mails() == []

    asyncio.run(story())


def test_only_a_system_posts_mails_and_files_are_kept_by_what_they_are(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *intake.routes()) as home:
            mail = EmailMessage()
            mail["From"], mail["Subject"] = "luc@example.org", "=?utf-8?q?Panne_=3Cscript=3E?="
            mail.set_content("<p>Bonjour<br>rien<script>alert(1)</script> &lt;b&gt;</p>", subtype="html")
            mail.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="text", subtype="html", filename="../../<b>.html")
            mail.add_attachment(b"MZ\0\0", maintype="image", subtype="png", filename="photo.png")
            pc = Pc(home)
            for token in ("", "slf_x", await pc.registered()):
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                status, _ = await home.post("/intake/mail", data=mail.as_bytes(), headers=headers)
                assert status == (403 if token.startswith("slf_") and len(token) > 9 else 401)
            token = await home.desk.database.write(lambda c: make_system(c, "postfix", home.now()))
            headers = {"Authorization": f"Bearer {token}"}
            status, told = await home.post("/intake/mail", data=mail.as_bytes(), headers=headers)
            assert status == 200 and told["outcome"] == "ticket"
            kept = await whole(home, told["ref"])
            assert kept.head.name == "Panne <script>" and kept.description == "Bonjour\nrien <b>"
            assert [(one.mime, one.kind) for one in kept.files] == [("image/png", "picture")]
            assert "/" not in kept.files[0].name and "<" not in kept.files[0].name
            assert kept.notes[0].internal and "1" in kept.notes[0].text  # what was left is said
            status, told = await home.post("/intake/mail", data=b"\0" * 100, headers=headers)
            assert status == 422

    asyncio.run(story())


def test_a_sender_without_end_is_stopped(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            with pytest.raises(DeskRefusal) as caught:
                for at in range(40):
                    await intake.take(home.desk, plain("luc@example.org", f"Panne {at}"), PIPE)
            assert caught.value.status == 429 and await count(home) == home.desk.settings.limits.tickets_a_day

    asyncio.run(story())


def test_a_stranger_s_mail_with_the_same_message_id_keeps_nothing_out(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.registered()
            one = ticket(pc)
            ref = await filed(home, pc, one)
            answer, known = "Voici la suite.", f"<{uuid.uuid4()}@selfcare.isp.example>"
            machine = {"Auto-Submitted": "auto-replied"}
            for sender, text, more in (("thief@isp.example", "x", {}), (pc.mail, "x", {}), (pc.mail, answer, machine)):
                mail = BytesParser(policy=default).parsebytes(plain(sender, f"Re: {ref}", text, **more))
                mail.replace_header("Message-ID", known)
                await intake.take(home.desk, mail.as_bytes(), PIPE)
            mail = BytesParser(policy=default).parsebytes(plain(pc.mail, f"Re: {ref}", answer))
            mail.replace_header("Message-ID", known)
            assert await intake.take(home.desk, mail.as_bytes(), PIPE) == intake.Outcome("joined", ref)
            assert await intake.take(home.desk, mail.as_bytes(), PIPE) == intake.Outcome("joined", ref, again=True)
            assert [one.text for one in (await whole(home, ref)).notes] == ["x", answer]

    asyncio.run(story())


def test_a_file_that_came_by_a_forged_address_is_nothing_from_the_desk(tmp_path: Path) -> None:
    """Agents see it with its word, "not proven"; the subscriber's app does not."""

    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.registered()
            one = ticket(pc)
            ref = await filed(home, pc, one)
            for text in ("Votre facture", "", one.text):
                mail = BytesParser(policy=default).parsebytes(plain(pc.mail, f"Re: {ref}", text))
                mail.add_attachment(b"%PDF-" + text.encode(), maintype="application", subtype="pdf", filename="f.pdf")
                mail["X-Selfcare-Ticket"] = one.id if text == one.text else ""
                assert (await intake.take(home.desk, mail.as_bytes(), PIPE)).ref == ref
            told = await whole(home, ref)
            assert len(told.files) == 3
            assert "attachment" not in outgoing.ticket(told, "", "v5", system=False)
            assert len(outgoing.ticket(told, "", "v5", system=True)["attachment"]) == 3

    asyncio.run(story())
