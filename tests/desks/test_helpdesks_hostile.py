"""Whatever a desk answers: a result or a :class:`DeskError`, after so many requests, of so much text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.desks import helpdesk
from selfcare.desks.glpi import GlpiDesk
from selfcare.desks.rt import RtDesk, quoted, quoted_field
from selfcare.desks.wire import Answer, nobody
from selfcare.desks.zammad import ZammadDesk
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import DeskError, Failure, Receipt, Ticket
from tests.desks import samples

Any3 = RtDesk | ZammadDesk | GlpiDesk
MOST_REQUESTS = 200
TICKET = samples.ticket()
KEYS = (
    *("id", "items", "total", "Status", "Type", "Creator", "Created", "Due", "Content", "ContentType", "Filename"),
    *("Subject", "TransactionId", "Requestor", "state", "title", "number", "internal", "sender", "attachments"),
    *("filename", "body", "subject", "session_token", "name", "content", "documents_id", "sha1sum", "is_private"),
    *("status", "date", "users_id", "users_id_recipient", "time_to_resolve", "result", "from", "created_at"),
)
WORDS = st.sampled_from(
    [
        *("1", "Correspond", "Create", "text/plain", "text/html", "stalled", "pending reminder", "Agent", "success"),
        *("2026-11-22T18:41:52Z", "9999-12-31 23:59:59", "../../x", "\ud800", "\u202e<![x", "<script>", "aGk=", "%%"),
        *("abc123", helpdesk.subject(TICKET), helpdesk.body(TICKET), "9" * 5000, "1" * 18, "é" * 300),
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=8),
    max_leaves=25,
)


class Stranger:
    """A wire at whose other end anything is said, over and over."""

    def __init__(self, said: list[Any]) -> None:
        self.said = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in said]
        self.paths: list[str] = []

    async def ask(self, method: str, path: str, **_: object) -> Answer:
        self.paths.append(path)
        return Answer(200, {}, self.said[len(self.paths) % len(self.said)])

    async def close(self) -> None: ...


MAKE: dict[str, Callable[[DeskEndpoint], Any3]] = {
    "rt": lambda endpoint: RtDesk(endpoint, nobody),
    "zammad": lambda endpoint: ZammadDesk(endpoint, nobody),
    "glpi": lambda endpoint: GlpiDesk(endpoint, nobody),
}
CALLS: dict[str, Callable[[Any3], Any]] = {
    "find": lambda desk: desk.find(TICKET),
    "create": lambda desk: desk.create(TICKET),
    "merge": lambda desk: desk.merge(Receipt("1", "1"), Receipt("2", "2")),
    "attached": lambda desk: desk.attached(Receipt("1", "1")),
    "attach": lambda desk: desk.attach(Receipt("1", "1"), TICKET, samples.file()),
    "noted": lambda desk: desk.noted(Receipt("1", "1"), samples.note()),
    "add_note": lambda desk: desk.add_note(Receipt("1", "1"), samples.note()),
    "status": lambda desk: desk.status(Receipt("1", "1")),
}


def answered(kind: str, call: str, said: list[Any]) -> tuple[object, Stranger]:
    desk, stranger = MAKE[kind](DeskEndpoint(DeskKind(kind), "http://127.0.0.1:1")), Stranger(said)
    desk._api.wire = stranger  # type: ignore[assignment]

    async def played() -> object:
        try:
            return await CALLS[call](desk)
        except DeskError as error:
            return error
        finally:
            await desk.close()

    return asyncio.run(played()), stranger


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=10)
@given(said=st.lists(VALUES, min_size=1, max_size=4))
def test_any_answer_is_a_result_or_a_desk_error(kind: str, call: str, said: list[Any]) -> None:
    result, stranger = answered(kind, call, said)
    assert len(stranger.paths) <= MOST_REQUESTS
    assert not any(".." in path or "\ud800" in path for path in stranger.paths)
    assert len(str(result)) < 2_000_000
    str(result).encode()  # half characters are gone


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("said", [b"", b"<html>", b"[" * 100_000, b"\xff", b"9" * 10_000], ids=repr)
def test_no_json_at_all(kind: str, call: str, said: bytes) -> None:
    result, _ = answered(kind, call, [said])
    questions = {"find", "attached", "noted", "status"}
    if call in questions:
        assert isinstance(result, DeskError) or not result, "nothing is there that was not told"
    if isinstance(result, DeskError):
        assert result.failure in ((Failure.NOT_SENT,) if call in questions else (Failure.NOT_SENT, Failure.UNKNOWN))


def crowd(kind: str) -> Any:
    """An endless list, full of what has to be looked into."""
    row = {
        "id": "7", "Status": "stalled", "Type": "Correspond", "Creator": {"id": "x"}, "TransactionId": "7", "name": "",
        "Filename": "", "ContentType": "text/html", "Content": "PGI+" * 100, "title": helpdesk.subject(TICKET),
        "body": "x" * 500, "internal": False, "sender": "Agent", "documents_id": 7, "sha1sum": "0" * 40,
        "attachments": [{"id": 7, "filename": samples.file().name}] * 20, "filename": samples.file().name,
        "content": TICKET.id, "is_private": 0, "users_id": 3, "state": "open", "session_token": "abc",
    }  # fmt: skip
    rows = [
        {**row, "name": helpdesk.subject(TICKET), "Filename": samples.file().name * (number % 2)}
        for number in range(600)
    ]
    return {**row, "items": rows, "total": None} if kind == "rt" else rows


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("call", CALLS)
def test_an_endless_list_ends(kind: str, call: str) -> None:
    result, stranger = answered(
        kind, call, [crowd(kind), {"session_token": "abc", "id": 7}] if kind == "glpi" else [crowd(kind)]
    )
    assert len(stranger.paths) <= MOST_REQUESTS
    assert len(str(result)) < 2_000_000


@given(st.text(max_size=40))
def test_a_word_stays_one_word_of_a_query(word: str) -> None:
    """Read back as TicketSQL reads it: the same word, and nothing after it."""
    written = quoted(word)
    inside, position = "", 1
    while written[position] != "'":
        position += written[position] == "\\"
        inside += written[position]
        position += 1
    assert (inside, position) == (word, len(written) - 1)
    assert not set("{}'\"\\") & set(quoted_field(word)[1:-1])


@given(st.text(max_size=300))
def test_a_subject_is_one_line_with_our_tag_first(words: str) -> None:
    ticket = Ticket(**{**{name: getattr(TICKET, name) for name in TICKET.__slots__}, "subject": words})
    line = helpdesk.subject(ticket)
    assert line.startswith(helpdesk.tag(ticket))
    assert len(line) <= helpdesk.SUBJECT_MOST
    assert len(line.splitlines()) == 1


@given(st.text(max_size=300))
def test_html_becomes_text(markup: str) -> None:
    assert helpdesk.from_html(f"<p>a</p><script>{markup.replace('<', '')}</script><p>b</p>").split() == ["a", "b"]
    helpdesk.from_html(markup).encode()


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs")), min_size=1, max_size=80))
def test_a_name_comes_back_from_ascii(name: str) -> None:
    stored = helpdesk.stored_name(name)
    assert stored.isascii()
    assert helpdesk.own_name(stored) == name.strip()
