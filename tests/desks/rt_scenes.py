"""What a Request Tracker has to be good for: the same scenes are played before the fake and before a real one."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp

from selfcare.desks.rt import RtDesk
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Attachment, DeskError, Failure, Receipt, State, Ticket
from tests.desks import samples


@dataclass(frozen=True, slots=True)
class Place:
    """One RT: ``abonne`` is a subscriber with an account of her own, ``root`` an agent; tokens of RT's."""

    url: str
    abonne: str
    root: str

    def desk(self, token: str = "", **extra: str) -> RtDesk:
        endpoint = DeskEndpoint(DeskKind.RT, self.url, queue="General", extra=extra)
        return RtDesk(endpoint, samples.signed_in(f"token {token or self.abonne}"))

    async def agent(self, method: str, path: str, body: object = None, *, token: str = "", **params: str) -> Any:
        """REST2 as an agent speaks it; the status is kept in ``status`` of an error."""
        headers = {"Authorization": f"token {token or self.root}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            url = f"{self.url}/REST/2.0{path}"
            async with session.request(method, url, json=body, params=params) as response:
                found = await response.read()
                try:
                    return response.status, json.loads(found)
                except ValueError:
                    return response.status, None

    async def bytes_of(self, number: str) -> dict[str, bytes]:
        """The files of a ticket as an agent gets them."""
        fields = "Filename,Subject,TransactionId,ContentType"
        _, listed = await self.agent("GET", f"/ticket/{number}/attachments", fields=fields, per_page="100")
        found = {}
        for one in listed["items"]:
            if one.get("Filename"):
                _, whole = await self.agent("GET", f"/attachment/{one['id']}")
                found[one["Filename"]] = base64.b64decode(whole["Content"])
        return found


Scene = Callable[[Place], Coroutine[Any, Any, None]]


def fresh(*files: Attachment) -> Ticket:
    return samples.ticket(str(uuid4()), *files)


async def filed_and_found(place: Place) -> None:
    """Found at once, under one number, every file byte for byte: also text that is no UTF-8, a name with accents."""
    latin = samples.file("journal.txt", "é\r\nà\n".encode("latin-1"), "text/plain")
    page = samples.file("rapport été.html", "<p>é</p>\r\n".encode(), "text/html")
    ticket, desk = fresh(samples.file(), latin, page), place.desk(field="Selfcare")
    assert await desk.find(ticket) == ()
    receipt = await desk.create(ticket)
    assert [one.number for one in await desk.find(ticket)] == [receipt.number]
    assert await desk.attached(receipt) == {one.name for one in ticket.attachments}
    kept = await place.bytes_of(receipt.ref)
    assert sorted(kept.values()) == sorted(one.data for one in ticket.attachments)
    assert await desk.find(fresh()) == (), "another ticket of the same case is not this one"
    await desk.close()


async def second_copy_merged(place: Place) -> None:
    """Delivered twice: RT makes two. Who may merge merges them; the files of both are on the one that counts."""
    ticket, desk = fresh(samples.file()), place.desk(place.root)
    first, second = await desk.create(ticket), await desk.create(ticket)
    found = await desk.find(ticket)
    assert [one.number for one in found] == [first.number, second.number], "oldest first"
    await desk.merge(*found)
    assert [one.number for one in await desk.find(ticket)] == [first.number]
    assert (await desk.status(second)).receipt.number == first.number
    await desk.close()


async def second_copy_marked(place: Place) -> None:
    """Who may not merge (RT says so with a 200) leaves a word on the copy, once; it is found no more."""
    ticket, desk = fresh(samples.file()), place.desk()
    first, second = await desk.create(ticket), await desk.create(ticket)
    for _ in range(2):
        await desk.merge(first, second)
    assert [one.number for one in await desk.find(ticket)] == [first.number]
    _, history = await place.agent("GET", f"/ticket/{second.ref}/history", fields="Type")
    assert [one["Type"] for one in history["items"]].count("Correspond") == 1
    await desk.close()


async def copy_by_an_agent(place: Place) -> None:
    """An agent's own ticket with our subject is not taken for a second copy of ours."""
    ticket, desk = fresh(), place.desk(place.root)
    ours = await desk.create(ticket)
    _, shown = await place.agent("GET", f"/ticket/{ours.ref}")
    body = {
        "Queue": "General",
        "Subject": shown["Subject"],
        "Content": "Tâche pour l'équipe ligne",
        "ContentType": "text/plain",
    }
    await place.agent("POST", "/ticket", body)
    assert [one.number for one in await desk.find(ticket)] == [ours.number]
    await desk.close()


async def found_by_the_field(place: Place) -> None:
    """An agent writes another subject: the custom field still has our id; a field that RT lacks does no harm."""
    ticket, desk = fresh(), place.desk(field="Selfcare")
    ours = await desk.create(ticket)
    strange = place.desk(field="N'existe} pas\\")
    assert [one.number for one in await strange.find(ticket)] == [ours.number]
    await strange.close()
    await desk.close()


async def file_brought_once(place: Place) -> None:
    """A file is there once however often it is brought; another one of the same name is another one."""
    desk, file = place.desk(), samples.file("mesure.bin", b"\x00\x01\xff" * 1000)
    ticket = fresh(file)
    receipt = await desk.create(dataclasses.replace(ticket, attachments=()))
    for _ in range(3):
        await desk.attach(receipt, ticket, file)
    other = samples.file("mesure.bin", b"another")
    await desk.attach(receipt, ticket, other)
    _, listed = await place.agent("GET", f"/ticket/{receipt.ref}/attachments", fields="Filename", per_page="100")
    assert [one["Filename"] for one in listed["items"]].count("mesure.bin") == 2
    await desk.close()


async def note_written_once(place: Place) -> None:
    """Whether a note is there is told by its id, not by its words."""
    desk, one, other = place.desk(), samples.note(str(uuid4())), samples.note(str(uuid4()), samples.file("suite.zip"))
    receipt = await desk.create(fresh())
    assert not await desk.noted(receipt, one)
    await desk.add_note(receipt, one)
    assert await desk.noted(receipt, one)
    assert not await desk.noted(receipt, other)
    await desk.add_note(receipt, other)
    assert await desk.noted(receipt, other)
    assert "suite.zip" in await desk.attached(receipt)
    await desk.close()


async def words_of_the_desk(place: Place) -> None:
    """RT's status in TMF621's words; another's replies only, comments never; a stalled ticket asks; the date."""
    desk = place.desk()
    receipt = await desk.create(fresh())
    told = await desk.status(receipt)
    assert (told.receipt.state, told.receipt.promised, told.replies) == (State.ACKNOWLEDGED, "", ())
    await desk.add_note(receipt, samples.note())
    for word, state in (
        ("open", State.IN_PROGRESS), ("resolved", State.RESOLVED), ("rejected", State.REJECTED),
        ("open", State.IN_PROGRESS),
    ):  # fmt: skip
        await place.agent("PUT", f"/ticket/{receipt.ref}", {"Status": word})
        assert (await desk.status(receipt)).receipt.state is state
    path = f"/ticket/{receipt.ref}"
    await place.agent("POST", f"{path}/comment", {"Content": "client pénible", "ContentType": "text/plain"})
    html = "<p>Bonjour,<br>&Eacute;teignez la box <b>&lt;10 s</b></p><script>alert(1)</script>"
    await place.agent("POST", f"{path}/correspond", {"Content": html, "ContentType": "text/html"})
    question = {"Content": "Quel voyant est allumé ?", "ContentType": "text/plain", "Status": "stalled"}
    await place.agent("POST", f"{path}/correspond", question)
    await place.agent("PUT", path, {"Due": "2026-12-01 12:00:00"})
    told = await desk.status(receipt)
    assert [one.text for one in told.replies] == ["Bonjour,\nÉteignez la box <10 s", "Quel voyant est allumé ?"]
    assert [one.asks for one in told.replies] == [False, True]
    assert {one.who for one in told.replies} == {"root"}
    assert told.receipt.state is State.PENDING
    assert told.receipt.promised == "2026-12-01T12:00:00Z"
    await desk.add_note(receipt, samples.note(str(uuid4())))
    assert [one.asks for one in (await desk.status(receipt)).replies] == [False, False], "it has been answered"
    await desk.close()


async def refusals(place: Place) -> None:
    """Who are you, no such ticket, not in this queue: each is another failure."""
    ticket, nowhere = fresh(), Receipt("999999", "999999")
    wrong_queue = DeskEndpoint(DeskKind.RT, place.url, queue="Nix")
    for desk, wanted in (
        (place.desk("1-99-wrong"), Failure.SIGN_IN),
        (RtDesk(wrong_queue, samples.signed_in(f"token {place.abonne}")), Failure.REFUSED),
    ):
        assert await failure(desk.create(ticket)) is wanted
        await desk.close()
    desk = place.desk()
    assert await failure(desk.status(nowhere)) is Failure.GONE
    assert await failure(desk.add_note(nowhere, samples.note())) is Failure.REFUSED
    others = place.desk(place.root)
    theirs = await others.create(ticket)
    assert await failure(desk.status(theirs)) is Failure.REFUSED, "another's ticket"
    await desk.close()
    await others.close()


async def failure(work: Awaitable[object]) -> Failure | None:
    try:
        await work
    except DeskError as error:
        return error.failure
    return None


SCENES: tuple[Scene, ...] = (
    filed_and_found, second_copy_merged, second_copy_marked, copy_by_an_agent, found_by_the_field, file_brought_once,
    note_written_once, words_of_the_desk, refusals,
)  # fmt: skip
