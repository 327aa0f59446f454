"""Everything our desk says, and every answer of the server the tests trust, held against TM Forum's own files."""

from __future__ import annotations

import asyncio
from copy import deepcopy
from typing import Any

import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.tmf621_v4 import V4 as WritesV4
from selfcare.desks.tmf621_v5 import V5 as WritesV5
from selfcare.desks.wire import nobody
from selfcare.model.report import Reach
from selfcare.model.ticket import DeskError
from tests.desks import official as of
from tests.desks.examples import attachment, note, ticket
from tests.desks.tmf_problems import problem
from tests.desks.tmf_server import BASES, OUTAGES, Exchange, TmfServer

pytestmark = pytest.mark.corpus
needs_corpus = pytest.mark.skipif(not of.FOLDER.is_dir(), reason="SELFCARE_CORPUS names no corpus")
FILES = {"v5": of.V5, "v4": of.V4}
LISTS_ONLY = 206  # TMF630: a part of a list; the files tell of the whole one


def held(official: of.Official, base: str, exchange: Exchange) -> list[str]:
    """What is wrong with one request and its answer."""
    operation = official.operation(exchange.method, exchange.path.removeprefix(base))
    if operation is None:
        return [f"no such operation: {exchange.method} {exchange.path}"]
    found = []
    if exchange.sent is not None:
        kind = exchange.headers["content-type"].partition(";")[0]
        found += of.wrong(official.request_schema(operation, kind), exchange.sent)
    for name in exchange.query.keys() - official.queries(operation):
        if name.partition(".")[0] not in official.document_properties:
            found.append(f"no such query: {name}")
    status = 200 if exchange.status == LISTS_ONLY else exchange.status
    schema = official.answer_schema(operation, status)
    if (schema is None) != (exchange.answer is None):
        found.append(f"{status} with or without a body: {exchange.answer}")
    elif schema is not None:
        found += of.wrong(schema, exchange.answer)
    return found


async def everything(server: TmfServer) -> None:
    """Each thing a desk can be asked for."""
    async with server:
        desk, apart = desk_of(server.endpoint(), nobody), desk_of(server.endpoint(attachments="apart"), nobody)
        filed, bare = ticket(), ticket(reach=Reach(), attachments=())
        first = await desk.create(filed)
        await desk.merge(first, await desk.create(filed))
        await desk.create(bare)
        await desk.find(filed)
        await desk.find(ticket())
        server.say(first.ref, "Quelle est la couleur du voyant ?")
        server.set(first.ref, status="pending", expectedResolutionDate="2026-11-24T18:00:00+01:00")
        await desk.add_note(first, note(attachments=(attachment("photo.png"),)))
        await apart.attach(first, filed, attachment("second.zip"))
        await desk.status(first)
        server.problems.append(problem())
        await desk.outages()
        for status in (400, 401, 403, 404, 500):
            server.fail("POST", status)
            with pytest.raises(DeskError):
                await desk.create(ticket())
        await desk.close()
        await apart.close()


@needs_corpus
@pytest.mark.parametrize("version", ["v5", "v4"])
@pytest.mark.parametrize("switches", [{}, {"json_patch": False}, {"filters": (), "totals": False}], ids=str)
def test_all_that_is_said_is_as_the_official_file_wants_it(version: str, switches: dict[str, Any]) -> None:
    server = TmfServer(version, **switches)
    asyncio.run(everything(server))
    tickets, outages = of.official(FILES[version]), of.official(of.OUTAGES_V5)
    seen = [one for one in server.seen if not one.path.startswith(OUTAGES)]
    assert [(one.method, one.path, wrong) for one in seen if (wrong := held(tickets, BASES[version], one))] == []
    told = [one for one in server.seen if one.path.startswith(OUTAGES)]
    assert [wrong for one in told if (wrong := held(outages, OUTAGES, one))] == []
    assert len(seen) > 15
    assert len(told) == 1


@needs_corpus
def test_accepted_is_an_answer_of_v5_alone() -> None:
    operations = {name: of.official(file).operation("POST", "/troubleTicket") for name, file in FILES.items()}
    assert ["202" in (one or {})["responses"] for one in operations.values()] == [True, False]


def without(body: dict[str, Any], *path: Any) -> dict[str, Any]:
    copy = deepcopy(body)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return copy


def with_(body: dict[str, Any], value: Any, *path: Any) -> dict[str, Any]:
    copy = deepcopy(body)
    place: Any = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


@needs_corpus
def test_the_check_refuses_what_it_should_v5() -> None:
    """A check that cannot fail is none: each of these is one mistake in a ticket that is good without it."""
    schema = of.official(of.V5).schema("TroubleTicket_FVO")
    good = WritesV5().new(ticket(), {}, files=True)
    assert of.wrong(schema, good) == []
    bad = [
        *(without(good, name) for name in ("description", "severity", "ticketType", "@type")),
        *(without(good, "attachment", 0, name) for name in ("mimeType", "attachmentType", "@type")),
        with_(good, "Atachment", "attachment", 0, "@type"),
        with_(good, "no base64!", "attachment", 0, "content"),
        without(good, "externalIdentifier", 0, "id"),
        without(good, "note", 0, "@type"),
        without(good, "relatedParty", 0, "role"),
        without(good, "relatedParty", 0, "partyOrPartyRole", "id"),
        with_(good, "Nobody", "relatedParty", 0, "partyOrPartyRole", "@type"),
        with_(good, 7, "troubleTicketCharacteristic", 0, "value"),
        without(good, "troubleTicketCharacteristic", 0, "name"),
        with_(good, "x", "externalId"),
        with_(good, "x", "note", 0, "words"),
        with_(good, "yesterday", "requestedResolutionDate"),
        with_(good, "nearly done", "status"),
    ]
    assert [one for one in bad if not of.wrong(schema, one)] == []


@needs_corpus
def test_the_check_refuses_what_it_should_v4() -> None:
    schema = of.official(of.V4).schema("TroubleTicket_Create")
    good = WritesV4().new(ticket(), {}, files=True)
    assert of.wrong(schema, good) == []
    bad = [
        *(without(good, name) for name in ("description", "severity", "ticketType")),
        *(without(good, "relatedParty", 0, name) for name in ("id", "@referredType")),
        with_(good, [{"id": "x"}], "externalIdentifier"),
        with_(good, 3, "attachment", 0, "content"),
        with_(good, "x", "note", 0, "words"),
        with_(good, "done", "status"),
    ]
    assert [one for one in bad if not of.wrong(schema, one)] == []


@needs_corpus
def test_the_forums_own_example_passes() -> None:
    """Plain JSON Schema refuses it: its unions are told apart by ``@type`` alone."""
    official = of.official(of.V5)
    example = official.document["components"]["examples"]["TroubleTicket_create_example_request"]["value"]
    assert of.wrong(official.schema("TroubleTicket_FVO"), example) == []


@needs_corpus
@pytest.mark.parametrize("name", [of.OUTAGES_V5, of.OUTAGES_V4])
def test_the_outages_of_the_tests_are_as_the_official_files_want_them(name: str) -> None:
    """v4 differs in how it names parties and places, which are not read: what is read has the same name in both."""
    told = problem() if name == of.OUTAGES_V5 else problem(originatorParty={"id": "x", "@referredType": "Organization"})
    if name == of.OUTAGES_V4:
        told.pop("affectedLocation", None)
    schema = of.official(name).schema("ServiceProblem")
    assert of.wrong(schema, told) == []
    assert of.wrong(schema, told | {"status": "open"})
