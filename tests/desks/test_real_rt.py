"""The adapter before a real Request Tracker 5, and the fake beside it: both must answer the same calls alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from selfcare.desks import helpdesk
from selfcare.model.ticket import Ticket
from tests.desks import real_rt, rt_scenes, samples
from tests.desks.rt_fake import ABONNE, ROOT, RtFake
from tests.desks.rt_scenes import Place

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    try:
        with real_rt.running() as found:
            yield found
    except real_rt.RtUnavailable as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("scene", rt_scenes.SCENES, ids=lambda one: one.__name__)
def test_scene(place: Place, scene: rt_scenes.Scene) -> None:
    samples.run(scene(place), 120)


FIELDS = "Filename,Subject,TransactionId,ContentType"
HISTORY = "Type,Creator,Created,OldValue,NewValue,Field"


async def calls(place: Place, ticket: Ticket) -> dict[str, Any]:
    """The same life of one ticket: what each call is answered, without what is the server's own affair."""
    order = {
        "Queue": "General", "Subject": helpdesk.subject(ticket), "Content": helpdesk.body(ticket),
        "ContentType": "text/plain", "Requestor": "abonne@example.org",
        "CustomFields": {"Selfcare": ticket.id, "Nix": "1"},
        "Attachments": [{"FileName": "é.txt", "FileType": "text/plain", "FileContent": "6Q=="}],
    }  # fmt: skip
    said: dict[str, Any] = {}

    async def ask(
        name: str, method: str, path: str, body: object = None, *, who: str = place.abonne, **params: str
    ) -> Any:
        status, value = await place.agent(method, path, body, token=who, **params)
        said[name] = (status, value)
        return value

    one = (await ask("create", "POST", "/ticket", order))["id"]
    two = (await ask("create again", "POST", "/ticket", order))["id"]
    query = f"Subject LIKE '{ticket.case}' AND Subject LIKE '{helpdesk.tag(ticket)[-10:]}'"
    await ask("search", "GET", "/tickets", query=query, fields="Status,Due,Subject", orderby="id")
    await ask("search by field", "GET", "/tickets", query=f"CF.{{Selfcare}} = '{ticket.id}'")
    await ask("search by no field", "GET", "/tickets", query="CF.{Nix} = '1'")
    await ask("search badly", "GET", "/tickets", query="Subject LIKE 'x")
    await ask(
        "reply", "POST", f"/ticket/{one}/correspond", {"Subject": "s", "Content": "c", "ContentType": "text/plain"}
    )
    await ask("reply without type", "POST", f"/ticket/{one}/correspond", {"Content": "c"})
    await ask("comment", "POST", f"/ticket/{one}/comment", {"Content": "c", "ContentType": "text/plain"})
    await ask("comment of an agent", "POST", f"/ticket/{one}/comment", {"Content": "c", "ContentType": "text/plain"}, who=place.root)  # fmt: skip  # noqa: E501
    await ask("show", "GET", f"/ticket/{one}")
    await ask("history", "GET", f"/ticket/{one}/history", fields=HISTORY, per_page="100")
    parts = await ask("parts", "GET", f"/ticket/{one}/attachments", fields=FIELDS, per_page="100")
    for number, part in enumerate(parts["items"]):
        await ask(f"part {number}", "GET", f"/attachment/{part['id']}")
    await ask("parts with parent", "GET", f"/ticket/{one}/attachments", fields="Parent")
    await ask("wait", "PUT", f"/ticket/{one}", {"Status": "stalled"}, who=place.root)
    await ask("answer", "POST", f"/ticket/{one}/correspond", {"Content": "c", "ContentType": "text/plain"})
    await ask("show opened", "GET", f"/ticket/{one}", fields="Status")
    await ask("merge, may not", "PUT", f"/ticket/{two}", {"MergeInto": int(one)})
    await ask("merge", "PUT", f"/ticket/{two}", {"MergeInto": int(one)}, who=place.root)
    await ask("show merged", "GET", f"/ticket/{two}")
    await ask("search merged", "GET", "/tickets", query=query)
    await ask("no such ticket", "GET", "/ticket/999999")
    await ask("reply to none", "POST", "/ticket/999999/correspond", {"Content": "c", "ContentType": "text/plain"})
    await ask("no such queue", "POST", "/ticket", {**order, "Queue": "Nix"})
    await ask("nobody", "GET", "/tickets", who="1-27-nix", query=query)
    mine = place.abonne.split("-")[1]
    await ask("me", "GET", f"/user/{mine}")
    return said


OWN = {"_url", "_hyperlinks", "Created", "MessageId", "Headers"}
"""The server's own affair."""


def compared(fake: object, real: object, where: str = "") -> list[str]:
    """Where the fake says something that the real one does not say, or another type, or another word."""
    if isinstance(fake, dict) and isinstance(real, dict):
        found = [f"{where}.{name}: not in the real one" for name in fake.keys() - real.keys() - OWN]
        return found + [line for name in fake.keys() & real.keys() - OWN for line in compared(fake[name], real[name], f"{where}.{name}")]  # fmt: skip  # noqa: E501
    if isinstance(fake, list) and isinstance(real, list):
        if len(fake) != len(real):
            return [f"{where}: {len(fake)} entries, the real one has {len(real)}"]
        return [line for number, pair in enumerate(zip(fake, real, strict=True)) for line in compared(*pair, f"{where}[{number}]")]  # fmt: skip  # noqa: E501
    if where.endswith(("id", "TransactionId")) and type(fake) is type(real):
        return []
    if where.endswith((".message", ".pages")) or (isinstance(fake, str) and fake.startswith("Ticket ")):
        return []
    return [] if type(fake) is type(real) and fake == real else [f"{where}: {fake!r}, the real one says {real!r}"]


def test_the_fake_answers_like_the_real_one(place: Place) -> None:
    ticket = rt_scenes.fresh()
    real = samples.run(calls(place, ticket), 120)

    async def faked() -> dict[str, Any]:
        async with RtFake(may_merge=False) as server:
            return await calls(Place(server.url.removesuffix("/REST/2.0"), ABONNE, ROOT), ticket)

    fake = samples.run(faked())
    assert {name: value[0] for name, value in fake.items()} == {name: value[0] for name, value in real.items()}
    wrong = [line for name in fake for line in compared(fake[name][1], real[name][1], name)]
    assert not wrong, "\n".join(wrong)
