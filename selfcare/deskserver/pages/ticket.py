"""A ticket: first what an agent needs in ten seconds, then what was said, then what can be done."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access.audit import audited
from selfcare.deskserver.access.guard import signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import beside, found
from selfcare.deskserver.core import outages as declared
from selfcare.deskserver.core.putting import POSSIBLE
from selfcare.deskserver.intake.reading import Opened
from selfcare.deskserver.model import OPEN, Agent, DeskRefusal, File, Whole
from selfcare.deskserver.pages import handing, ready
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.queue import standing, view_of
from selfcare.deskserver.pages.reports import Seal, newest, seal
from selfcare.deskserver.pages.say import Say
from selfcare.deskserver.pages.source import Source, sources
from selfcare.deskserver.schema import agents, outages
from selfcare.model.ticket import State
from selfcare.report import page_proof, page_read, page_top
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words

DONE = ("answer", "ask", "note", "promise", "state", "close", "take", "merge", "link", "hand", "reopen", "made",
        "made_there")  # fmt: skip
TYPED = ("answer", "ask", "note", "close", "hand", "at", "into")
CONTACT = ("name", "phone", "mail", "when", "contract", "line_number")
CLOSINGS = (State.RESOLVED, State.CLOSED, State.CANCELLED, State.REJECTED)
_RAN = ("completed",)
_IN_HEAD = ("verdict_state", "verdict_code", "verdict_band", "segments", "access", "operator", "since", "node",
            "access_node", "report_id", "fingerprint")  # fmt: skip
_MOST = 12


@dataclass(frozen=True, slots=True)
class Brief:
    """What the newest report tells. ``untested``: what could not be tested, and why."""

    top: page_top.Top
    findings: tuple[page_proof.Finding, ...]
    untested: tuple[str, ...]
    tried: page_top.Few
    ruled_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """What is asked of the database beside the ticket. ``reader``: who else has it open, and when (ms)."""

    owner: str
    outage: str
    current: list[declared.Outage]
    others: list[beside.Other]
    theirs: int
    reader: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page shows. ``once``: mints the next answer's id, so that pressed twice is once."""

    whole: Whole
    brief: Brief | None
    report: File | None
    opened: Opened | None
    seal: Seal | None
    sources: list[Source]
    around: Around
    why: str
    once: str


async def page(request: Request) -> Response:
    """``/t/{ref}``."""
    agent = await signed_in(request, Act.READ)
    whole = await whole_of(request)
    await audited(request, agent, "read", f"ticket:{whole.head.ref}")
    done = request.query_params.get("done", "")
    return await shown(request, agent, whole, done=done if done in DONE else "")


async def whole_of(request: Request) -> Whole:
    """The ticket that the address names."""
    desk: Desk = request.app.state.desk
    ref = request.path_params["ref"]

    def ask(c: Connection) -> Whole | None:
        ticket = found.id_of(c, ref)
        return None if ticket is None else found.whole(c, ticket)

    whole = await desk.database.read(ask)
    if whole is None:
        raise DeskRefusal(404, "ticket_unknown")
    return whole


async def shown(
    request: Request, agent: Agent, whole: Whole, status: int = 200, problem: str = "", done: str = "",
    draft: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """``draft``: what was typed and not taken, by the field's name: it stands there again."""
    desk: Desk = request.app.state.desk
    say = say_of(request, agent)
    file, there = await newest(desk, whole)
    around = await desk.database.read(lambda c: _around(c, whole, agent, say.now))
    seen = Seen(
        whole, brief_of(there.document, say) if there and there.document else None, file, there,
        seal(file, there, say) if file and there else None, sources(whole, file, there, say), around,
        standing(whole.head, say), secrets.token_hex(16),
    )  # fmt: skip
    what, side, band = _title(seen, say), _side(seen, say), _band(seen, say)
    reach = " · ".join(_reach(whole, say))
    typed = {name: (draft or {}).get(name, "") for name in TYPED}
    typed["hand"] = typed["hand"] or handing.reason(seen, what, side, band, reach, say)
    view = view_of(request)
    states = [one for one in OPEN if one is whole.head.status or one in POSSIBLE[whole.head.status]]
    return drawn(
        request, agent, "ticket.html", status, at_page="queue", seen=seen, whole=whole, head=whole.head,
        problem=problem, view=view, on=f"?view={view}" if view else "",
        done=say.t(f"pages.done.{done}") if done else "", draft=typed, asked=draft or {}, what=what,
        tone=_tone(seen), side=side, band=band, contact=_contact(whole, say), reach=reach, facts=_facts(whole, say),
        states=states, closings=CLOSINGS, open=whole.head.status in OPEN, last=_last(whole, say),
        ready=ready.ready(whole.head, say, desk.settings.operator), theirs=ready.language_of(whole.head),
        moments=ready.moments(say), hand_to=handing.TO, merged=str(whole.extra.get("merged_ref") or ""),
    )  # fmt: skip


def _around(c: Connection, whole: Whole, agent: Agent, now: int) -> Around:
    owner, outage = _names(c, whole)
    others, theirs = beside.others(c, whole)
    reader = beside.readers(c, [whole.head.ref], now, agent.name).get(whole.head.ref)
    return Around(owner, outage, declared.current(c, now), others, theirs, reader)


def _last(whole: Whole, say: Say) -> tuple[str, int, str] | None:
    """The subscriber's newest word, where nobody has answered it: its place, its moment and how it begins."""
    if whole.head.heard_at is None:
        return None
    said = [(f"n{one.id}", one.at, one.text) for one in whole.notes if one.by in ("subscriber", "mail")]
    place, at, text = said[-1] if said else ("n0", whole.head.created_at, whole.description)
    return place, at, say.plain(text, 240)


def _names(c: Connection, whole: Whole) -> tuple[str, str]:
    owner = c.execute(select(agents.c.name, agents.c.login).where(agents.c.id == whole.head.agent)).first()
    outage = c.execute(select(outages.c.ref).where(outages.c.id == whole.head.outage)).scalar()
    return (owner[0] or owner[1]) if owner else "", outage or ""


def _title(seen: Seen, say: Say) -> str:
    """The report's own verdict where there is one: what was filed beside it may be older."""
    return seen.brief.top.title if seen.brief else say.verdict(seen.whole.head)


def _tone(seen: Seen) -> str:
    if seen.brief:
        tone = seen.brief.top.tone
        return "" if tone == "none" else tone
    head = seen.whole.head
    if head.verdict_state in ("fault", "multiple"):
        return "bad" if head.verdict_band == "certain" and head.channel != "spoken" else "warn"  # digits prove nothing
    return {"ok": "good", "": ""}.get(head.verdict_state, "warn")


def _side(seen: Seen, say: Say) -> str:
    return seen.brief.top.side if seen.brief else say.side(seen.whole.head.side)


def _band(seen: Seen, say: Say) -> str:
    return seen.brief.top.band if seen.brief else say.band(seen.whole.head.verdict_band)


def _contact(whole: Whole, say: Say) -> list[tuple[str, str]]:
    found_ = ((name, say.plain(whole.contact.get(name, ""), 200)) for name in CONTACT)
    return [(say.t(f"pages.contact.{name}"), value) for name, value in found_ if value]


def _reach(whole: Whole, say: Say) -> list[str]:
    """On the telephone and when; by mail where there is none."""
    given = {name: say.plain(whole.contact.get(name, ""), 80) for name in ("phone", "mail", "when")}
    return [one for one in (given["phone"] or given["mail"], given["when"]) if one]


def _facts(whole: Whole, say: Say) -> list[tuple[str, str]]:
    """What came beside the text, for where there is no report yet; what stands above is left out."""
    given = [(name, value) for name, value in whole.facts.items() if name not in _IN_HEAD]
    return [(say.named("pages.fact", name), say.plain(value, 200)) for name, value in given[:40]]


def brief_of(document: Mapping[str, Any], say: Say) -> Brief:
    """By the report's own page, which takes a document for a stranger's."""
    words = Words(say.language, document.get("language"))
    forms = Forms(words.language, document.get("made"))
    given = page_proof.findings(document, words, forms)
    return Brief(
        page_top.top(document, words, forms), given[:4], _untested(document, words),
        page_top.few(document.get("tried"), "tried", words, lambda one: page_top.tried_fact(one, words, forms), _MOST),
        _ruled_out(given),
    )  # fmt: skip


def _untested(document: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """By name and reason; what did run is left out."""
    every = page_read.rows(page_read.mapping(document.get("check")).get("measurements"))
    kept = []
    for one in every:
        if page_read.words(one.get("outcome"), 20) not in _RAN:
            outcome = words.reason(one.get("reason")) or words.name("outcome", one.get("outcome"))
            kept.append(f"{words.probe(page_read.words(one.get('id'), 60))}: {outcome}" if outcome else "")
    return tuple(filter(None, kept))[:_MOST]


def _ruled_out(given: tuple[page_proof.Finding, ...]) -> tuple[str, ...]:
    """The next likely cause of each finding, with why it is not it."""
    return tuple(dict.fromkeys(one.rival for one in given if one.rival))[:_MOST]
