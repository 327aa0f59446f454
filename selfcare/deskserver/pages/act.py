"""What agents do to a ticket: a plain form each, answered by going back to the ticket.

Pressed twice is once (``once``, the note's external id); what somebody else changed meanwhile is shown before anything
is done, and what was typed stands there still.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from selfcare.deskserver.access.audit import audited, told
from selfcare.deskserver.access.guard import Form, form_of, signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.access.pace import address_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found, outages, tickets
from selfcare.deskserver.model import OPEN, Agent, Change, DeskRefusal, NewNote, Whole
from selfcare.deskserver.pages import ready
from selfcare.deskserver.pages.draw import say_of
from selfcare.deskserver.pages.handing import TO
from selfcare.deskserver.pages.queue import view_of
from selfcare.deskserver.pages.say import Say
from selfcare.deskserver.pages.ticket import CLOSINGS, shown, whole_of
from selfcare.deskserver.schema import notes
from selfcare.model.ticket import State

LONGEST = 8000
_ONCE = re.compile(r"[0-9a-f]{32}")
_SAYS = ("answer", "ask", "note", "close", "hand")
Does = Callable[[Connection, Whole, Agent, Form, Say], None]


async def act(request: Request) -> Response:
    """``POST /t/{ref}/{what}``."""
    what = request.path_params["what"]
    need, do = _ACTS.get(what, (Act.ANSWER, None))
    agent = await signed_in(request, need)
    form = await form_of(request)
    if do is None:
        raise DeskRefusal(404, "page_unknown")
    desk: Desk = request.app.state.desk
    whole, say, address = await whole_of(request), say_of(request, agent), address_of(request)
    ref = whole.head.ref
    if form["insert"] and what in ready.FIELDS:
        return await _inserted(request, agent, whole, what, form)

    def write(c: Connection) -> None:
        there = found.whole(c, whole.head.id)
        if there is None:
            raise DeskRefusal(404, "ticket_unknown")
        if _before(c, there.head.id, _external(agent, form, what)):
            return
        if form["version"] != str(there.version) and not _as_wanted(there, what, agent, form, say):
            raise DeskRefusal(409, "stale")
        do(c, there, agent, form, say)
        told(c, agent, what, f"ticket:{ref}", say.now, "", address)

    try:
        await desk.database.write(write)
    except DeskRefusal as refusal:
        await audited(request, agent, "read", f"ticket:{ref}")  # it is shown again, and so read
        problem = _words(refusal, say)
        return await shown(request, agent, await whole_of(request), refusal.status, problem, draft=_draft(what, form))
    desk.wake("events")
    desk.wake("mail")
    done = "reopen" if what == "state" and whole.head.status not in OPEN else what
    view = f"&view={view_of(request)}" if view_of(request) else ""
    there = form["into"].strip().upper() if what == "merge" else ref
    return RedirectResponse(f"/t/{quote(there, safe='')}?done={done}{view}", 303)


async def _inserted(request: Request, agent: Agent, whole: Whole, what: str, form: Form) -> Response:
    """A ready text below what was typed; nothing is sent. Where a script runs, it does that without us."""
    await audited(request, agent, "read", f"ticket:{whole.head.ref}")
    desk: Desk = request.app.state.desk
    texts = ready.ready(whole.head, say_of(request, agent), desk.settings.operator)[what]
    chosen = next((one.text for one in texts if one.id == form["ready"]), "")
    draft = {**_draft(what, form), what: ready.inserted(form["text"].replace("\r\n", "\n"), chosen)}
    return await shown(request, agent, whole, draft=draft)


def _draft(what: str, form: Form) -> dict[str, str]:
    """What was typed or chosen in one of the forms, by the field's name."""
    return {what: form["text"], **{name: form[name] for name in ("at", "into", "promise", "to", "state")}}


def _words(refusal: DeskRefusal, say: Say) -> str:
    """For an agent with a form before them; else as everybody is told."""
    own = f"pages.problem.{refusal.code}"
    return say.t(own if say.desk.has(own) else f"refusal.{refusal.code}", **refusal.values)


def _external(agent: Agent, form: Form, what: str) -> str:
    """Empty where the form has none of ours: then nothing is known to be pressed twice."""
    return f"desk:{agent.id}:{form['once']}" if what in _SAYS and _ONCE.fullmatch(form["once"]) else ""


def _before(c: Connection, ticket: int, external: str) -> bool:
    where = (notes.c.ticket_id == ticket, notes.c.external_id == external)
    return bool(external) and c.execute(select(notes.c.id).where(*where)).first() is not None


def _as_wanted(there: Whole, what: str, agent: Agent, form: Form, say: Say) -> bool:
    """Pressed twice: it is so already."""
    if what == "take":
        return there.head.agent == (0 if form["off"] else agent.id) or (bool(form["off"]) and there.head.agent is None)
    if what == "promise":
        return there.head.promised_at == (say.typed(form["at"]) if form["at"] else None)
    return what == "state" and there.head.status == form["state"]


def _text(form: Form) -> str:
    text = form["text"].replace("\r\n", "\n").strip()
    if not text:
        raise DeskRefusal(422, "text_missing")
    if len(text) > LONGEST:
        raise DeskRefusal(422, "text_long")
    return text


def _said(what: str, *, asks: bool = False, internal: bool = False) -> Does:
    def do(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
        new = NewNote(_text(form), "agent", agent.shown or agent.login, _external(agent, form, what), "agent",
                      asks, internal, agent.id)  # fmt: skip
        tickets.note(c, there.head.id, new, say.now)

    return do


def _answer(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    """With a date where one was chosen: an answer that promises is one form."""
    _said("answer")(c, there, agent, form, say)
    if form["promise"]:
        _promise(c, there, agent, Form([("at", form["promise"])]), say)


def _hand(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    """The reason is for whoever takes it on; the subscriber is told that it was handed on, and whom to."""
    if form["to"] not in TO:
        raise DeskRefusal(422, "hand_whom")
    to, theirs = form["to"], Say(ready.language_of(there.head), say.now, say.zone)
    text = f"{say.t('hand.note', to=say.t(f'hand.to.{to}'))}\n\n{_text(form)}"
    external = _external(agent, form, "hand")
    new = NewNote(text, "agent", agent.shown or agent.login, external, "agent", internal=True, agent=agent.id)
    tickets.note(c, there.head.id, new, say.now)
    told = theirs.t(f"hand.told.{to}")
    tickets.change(c, there.head.id, Change(agent.name, status=State.HELD, reason=told), say.now)


def _promise(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    at, now = say.typed(form["at"]) if form["at"] else 0, say.now
    if at is None or (at and not now - 60_000 <= at <= now + 366 * 86_400_000):
        raise DeskRefusal(422, "moment_odd")
    tickets.change(c, there.head.id, Change(agent.name, promised=at), now)


def _state(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    wanted = next((one for one in OPEN if one.value == form["state"]), None)
    if wanted is None:
        raise DeskRefusal(422, "state_not_possible")
    tickets.change(c, there.head.id, Change(agent.name, status=wanted), say.now)


def _close(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    """The reason is told to the subscriber: an end without a word is none."""
    wanted = next((one for one in CLOSINGS if one.value == form["state"]), State.RESOLVED)
    text = _text(form)
    external = _external(agent, form, "close")
    tickets.note(
        c, there.head.id, NewNote(text, "agent", agent.shown or agent.login, external, "agent", agent=agent.id), say.now
    )
    tickets.change(c, there.head.id, Change(agent.name, status=wanted, reason=text[:500]), say.now)


def _take(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    tickets.change(c, there.head.id, Change(agent.name, agent=0 if form["off"] else agent.id), say.now)


def _merge(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    keep = found.id_of(c, form["into"])
    if keep is None or keep == there.head.id:
        raise DeskRefusal(422, "merge_odd")
    tickets.merge(c, keep, there.head.id, agent.name, say.now)


def _link(c: Connection, there: Whole, agent: Agent, form: Form, say: Say) -> None:
    """Without an outage: it was another fault, and it is taken out of the one it is in."""
    if form["outage"]:
        outages.link(c, there.head.id, form["outage"], say.now)
    else:
        outages.unlink(c, there.head.id, say.now)


_ACTS: dict[str, tuple[Act, Does]] = {
    "answer": (Act.ANSWER, _answer), "ask": (Act.ANSWER, _said("ask", asks=True)),
    "note": (Act.ANSWER, _said("note", internal=True)), "promise": (Act.ANSWER, _promise),
    "state": (Act.ANSWER, _state), "close": (Act.ANSWER, _close), "take": (Act.ANSWER, _take),
    "link": (Act.ANSWER, _link), "hand": (Act.ANSWER, _hand), "merge": (Act.MERGE, _merge),
}  # fmt: skip
