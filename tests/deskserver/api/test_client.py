"""The app's own client against the desk, over HTTP: what it files, finds, adds, asks and is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Desk
from selfcare.deskserver.core import found
from selfcare.deskserver.core import tickets as core
from selfcare.deskserver.model import Change, NewNote
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.model.ticket import DeskError, Failure, Receipt, State
from tests.desks.examples import attachment, note, ticket
from tests.deskserver.api.speaking import BASES, Api, login, speak

both = pytest.mark.parametrize("version", ["v5", "v4"])


def client(api: Api, version: str, who: str = "jeanne", **extra: str) -> Desk:
    kind = DeskKind.TMF621_V5 if version == "v5" else DeskKind.TMF621_V4
    outages = f"{api.url}/tmf-api/serviceProblemManagement/v5"
    return desk_of(
        DeskEndpoint(kind, f"{api.url}{BASES[version]}", Auth.TOKEN, outages=outages, extra=extra), login(who)
    )


async def number_of(api: Api, made: Receipt) -> int:
    number = await api.desk.database.read(lambda c: found.id_of(c, made.ref))
    assert number is not None
    return number


@both
def test_a_ticket_is_filed_once_and_found_by_whose_it_is_alone(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        desk, others, filed = client(api, version), client(api, version, "paul"), ticket()
        made = await desk.create(filed)
        assert await desk.create(filed) == made
        assert await desk.find(filed) == (made,)
        assert await desk.find(ticket()) == ()
        assert await others.find(filed) == ()
        with pytest.raises(DeskError) as error:
            await others.status(made)
        assert error.value.failure is Failure.GONE
        assert await desk.attached(made) == {filed.attachments[0].name}
        whole = await api.desk.database.read(lambda c: found.whole(c, found.id_of(c, made.ref) or 0))
        assert whole is not None
        assert whole.contact["line_number"] == "0123456789"
        assert whole.facts == filed.facts
        assert (whole.head.case, whole.head.subscriber, whole.kind, whole.head.severity) == (
            filed.case,
            1,
            "fault",
            "blocking",
        )
        assert whole.notes == ()
        assert await api.desk.blobs.get(filed.attachments[0].sha256) == filed.attachments[0].data
        twin = await others.create(filed)
        assert twin.ref != made.ref
        for one in (desk, others):
            await one.close()

    speak(tmp_path, act)


@both
def test_a_question_reaches_the_app_and_its_answer_the_desk(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        desk = client(api, version)
        made = await desk.create(ticket())
        number, now = await number_of(api, made), api.desk.now()
        inner = NewNote("Client difficile", "agent", "Luc", internal=True)
        asked = NewNote("Quelle est la couleur du voyant ?", "agent", "Julie", asks=True)
        await api.desk.database.write(
            lambda c: (core.note(c, number, inner, now), core.note(c, number, asked, now + 1))
        )
        told = await desk.status(made)
        assert [(one.text, one.who, one.asks) for one in told.replies] == [(asked.text, "Julie", True)]
        assert told.receipt.state is State.PENDING
        said = note(attachments=(attachment("photo.png", b"\x89PNG\r\n\x1a\n picture"),))
        await desk.add_note(made, said)
        await desk.add_note(made, said)
        assert await desk.noted(made, said)
        told = await desk.status(made)
        assert [(one.text, one.asks) for one in told.replies] == [(asked.text, False)]
        assert told.receipt.state is State.IN_PROGRESS
        whole = await api.desk.database.read(lambda c: found.whole(c, number))
        assert whole is not None
        assert [(one.by, one.text, one.external) for one in whole.notes if one.by == "subscriber"] == [
            ("subscriber", said.text, said.id)
        ]
        assert {one.name for one in whole.files} == {"photo.png", "CAS-7K3M-92QX.zip"}
        assert len(whole.notes) == 3
        await desk.close()

    speak(tmp_path, act)


@both
def test_a_second_copy_is_given_up_and_a_file_is_brought_apart(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        desk, filed = client(api, version, attachments="apart"), ticket()
        made = await desk.create(filed)
        assert await desk.attached(made) == frozenset()
        for _ in range(2):
            await desk.attach(made, filed, filed.attachments[0])
        assert await desk.attached(made) == {filed.attachments[0].name}
        extra = ticket()
        extra = type(extra)(**{**{n: getattr(extra, n) for n in extra.__dataclass_fields__}, "case": "CAS-2222-2222"})
        second = await desk.create(extra)
        assert second.ref != made.ref
        await desk.merge(made, second)
        assert await desk.find(extra) == ()
        assert (await desk.status(second)).receipt.state is State.CANCELLED
        when = api.desk.now() + 86_400_000
        number = await number_of(api, made)
        await api.desk.database.write(
            lambda c: core.change(c, number, Change("agent:julie", promised=when), api.desk.now())
        )
        assert (await desk.status(made)).receipt.promised
        await desk.close()

    speak(tmp_path, act)


@pytest.mark.full
def test_on_postgresql_it_is_the_same(postgres_url: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        desk, filed = client(api, "v5"), ticket()
        made, same = await asyncio.gather(desk.create(filed), desk.create(filed))
        assert made == same
        assert await desk.find(filed) == (made,)
        await desk.add_note(made, note())
        assert (await desk.status(made)).replies == ()
        await desk.merge(made, await desk.create(ticket(text="La m\u00eame\0 chose")))
        await desk.close()

    speak(tmp_path, act, database=postgres_url)
