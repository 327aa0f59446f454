"""What Request Tracker, Zammad and GLPI have in common: our id in their texts, answers as data, tokens as headers.

Our id stands twice: in the subject, short and readable, for the search; whole at the end of the text, to be sure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, unquote

import aiohttp

from selfcare.desks.reading import text as plain_text
from selfcare.desks.wire import Answer, Login, Wire
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.model.ticket import DeskError, Failure, Note, Receipt, Ticket

MARK = "Selfcare-Ticket:"
NOTE_MARK = "Selfcare-Note:"
DOUBLE_MARK = "Selfcare-Duplicate-Of:"
SUBJECT_MOST = 180
"""Characters: RT cuts at 200, GLPI and Zammad at 250. What is cut is the end, and our id stands in front."""
LOOKED_AT = 10
"""Entries of a list that are each asked about: an endless list must not become endless requests."""
_SAFE_NAME = " ()+,;=@[]{}!&$'~"
_TOKENS = {DeskKind.RT: "token {}", DeskKind.ZAMMAD: "Token token={}", DeskKind.GLPI: "user_token {}"}


def token_headers(kind: DeskKind, token: str) -> dict[str, str]:
    """Headers for a token the operator gave this subscriber: each of the three wants other words before it.

    GLPI may want two: the user's and, after a space, the application's.
    """
    own, _, app = token.strip().partition(" ") if kind is DeskKind.GLPI else (token.strip(), "", "")
    headers = {"Authorization": _TOKENS.get(kind, "Bearer {}").format(own)}
    return {**headers, "App-Token": app.strip()} if app.strip() else headers


def worded(endpoint: DeskEndpoint, login: Login) -> Login:
    """The same sign-in in the desk's words: an operator's own token arrives as ``Bearer``, as any token does."""
    if endpoint.auth is not Auth.TOKEN:
        return login

    async def said() -> Mapping[str, str]:
        headers = dict(await login())
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        return {**headers, **token_headers(endpoint.kind, token)} if scheme.lower() == "bearer" and token else headers

    return said


@dataclass(slots=True)
class Api:
    """JSON over a :class:`Wire`. What cannot be read raises like what cannot be reached."""

    wire: Wire

    @classmethod
    def at(cls, base: str, login: Login) -> Api:
        """Under this base."""
        return cls(Wire(base, login))

    async def get(self, path: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:  # fmt: skip  # noqa: E501
        """What a question was answered. It changes nothing, so that an unreadable answer is "later", not "unknown"."""
        answer = await self.wire.ask("GET", path, params=params, headers=headers)
        try:
            return answer.json()
        except DeskError as error:
            raise DeskError(Failure.NOT_SENT, error.code) from error

    async def order(
        self, method: str, path: str, body: object = None, *, form: aiohttp.FormData | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """Something that changes things; ``form`` instead of JSON for files."""
        return await self.wire.ask(method, path, json_body=body, data=form, headers=headers)

    async def raw(self, path: str, headers: Mapping[str, str] | None = None) -> bytes:
        """A file's bytes."""
        return (await self.wire.ask("GET", path, headers={"Accept": "*/*", **(headers or {})})).body

    async def close(self) -> None:
        """Lets go of connections."""
        await self.wire.close()


def tag(ticket: Ticket) -> str:
    """What the search looks for: the case, and eight digits that tell two tickets of one case apart."""
    return f"[{ticket.case}] [{ticket.id.replace('-', '')[:8]}]"


def subject(ticket: Ticket) -> str:
    """One line, our id first."""
    return " ".join(f"{tag(ticket)} {ticket.subject}".split())[:SUBJECT_MOST]


def body(ticket: Ticket) -> str:
    """The text, the facts beside it, how to reach them, and our whole id as the last line."""
    reach = ticket.reach
    known = {
        **{name: str(value) for name, value in ticket.facts.items()}, "severity": ticket.severity.value,
        "name": reach.name, "phone": reach.phone, "mail": reach.mail, "contract": reach.contract,
        "line": reach.line_number, "reachable": reach.when,
    }  # fmt: skip
    facts = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in known.items() if value.strip())
    return f"{ticket.text}\n\n{facts}\n\n{MARK} {ticket.id}\n"


def note_subject(note: Note) -> str:
    """Bears the note's id: a list of subjects then says whether it is there."""
    return f"[{note.case}] {NOTE_MARK} {note.id}"


def note_body(note: Note) -> str:
    """The text and the note's id as the last line."""
    return f"{note.text}\n\n{NOTE_MARK} {note.id}\n"


def double_subject(keep: Receipt) -> str:
    """On a second copy that could not be merged: :func:`is_double` reads it."""
    return f"{DOUBLE_MARK} {keep.number}"


def double_body(keep: Receipt) -> str:
    """For the agent who opens the copy."""
    return (
        f"Doublon : le réseau l'a livré deux fois. Le ticket qui compte est le n° {keep.number}.\n"
        f"Duplicate: the network delivered it twice. The one that counts is #{keep.number}.\n\n{double_subject(keep)}\n"
    )


def is_double(words: str) -> bool:
    """Whether this subject or text is our word on a second copy."""
    return re.search(rf"(?m)^\s*{DOUBLE_MARK} ?\S", words) is not None


def identity(value: object) -> str:
    """A desk's number for something, as digits, or "": nothing else is ever put into a path."""
    found = str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else ""
    return found if re.fullmatch(r"[0-9]{1,18}", found) and int(found) > 0 else ""


def needed(value: object, answer: Answer | None = None) -> str:
    """:func:`identity`, of something that must have one.

    Raises:
        DeskError: it has none. After an order (``answer``) nobody knows then what became of it.
    """
    if found := identity(value):
        return found
    raise DeskError(Failure.NOT_SENT if answer is None else Failure.UNKNOWN, "desk_unreadable")


def step(ref: str) -> str:
    """A ticket's number for a path.

    Raises:
        DeskError: it is none that such a desk gives: no ticket bears it.
    """
    if not identity(ref):
        raise DeskError(Failure.GONE, "desk_bad_name")
    return ref


def stored_name(name: str) -> str:
    """A file's name in ASCII: a real RT 5.0.3 turns « é » into rubbish, and then never finds it again."""
    return quote(name, safe=_SAFE_NAME)


def own_name(stored: object) -> str:
    """Back from :func:`stored_name`."""
    return plain_text(unquote(plain_text(stored, 1000)), 1000)


def stored_mime(mime: str) -> str:
    """A real RT 5.0.3 recodes ``text/*`` (a Latin-1 « é » arrived as two bytes): text goes as bytes."""
    return "application/octet-stream" if mime.startswith(("text/", "message/", "multipart/")) else mime


class _Words(HTMLParser):
    """The text of a mail written as HTML."""

    breaks = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Blocks begin a line; styles and scripts are no text."""
        self.hidden += tag in ("style", "script")
        if tag in self.breaks:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Counts out."""
        self.hidden = max(0, self.hidden - (tag in ("style", "script")))

    def handle_data(self, data: str) -> None:
        """As it stands."""
        if not self.hidden:
            self.found.append(data)


def from_html(markup: str) -> str:
    """Text of HTML, lines kept, never markup."""
    words = _Words()
    try:
        words.feed(markup[:200_000])
        words.close()
    except (AssertionError, ValueError):  # of rubbish such as ``<![``: shown as it came, which is as text
        return plain_text(markup)
    lines = (" ".join(line.split()) for line in "".join(words.found).splitlines())
    return plain_text(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


def dumped(value: object) -> str:
    """JSON for a form's field."""
    return json.dumps(value, ensure_ascii=False)
