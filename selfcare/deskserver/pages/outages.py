"""Collective outages: what may be one, what was declared, and one word to everybody in it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from selfcare.deskserver.access.audit import audited, told
from selfcare.deskserver.access.guard import form_of, signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.access.pace import address_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found, outages
from selfcare.deskserver.model import OPEN, Agent, DeskRefusal, Head
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.queue import Line, line_of
from selfcare.deskserver.pages.say import Say
from selfcare.deskserver.schema import tickets

_SHOWN, _PIECES = 60, 200
_ONCE = re.compile(r"[0-9a-f]{32}")
_TYPED = ("key", "node", "since", "text_fr", "text_en", "promised", "answering", "answer_fr", "answer_en")
_DONE = ("declared", "answered", "closed")


@dataclass(frozen=True, slots=True)
class Likely:
    """A cluster in words, with the lines of it."""

    cluster: outages.Cluster
    confidence: str
    why: tuple[str, ...]
    codes: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]


async def page(request: Request) -> Response:
    """``/outages``."""
    return await _shown(request, await signed_in(request, Act.READ))


async def _shown(
    request: Request, agent: Agent, status: int = 200, problem: str = "", *, typed: Mapping[str, str] | None = None
) -> Response:
    """Whoever comes to it by a form that was not taken reads it too."""
    desk: Desk = request.app.state.desk
    await audited(request, agent, "list", "outages")
    now, say = desk.now(), say_of(request, agent)

    def ask(c: Connection) -> tuple[list[outages.Outage], list[tuple[outages.Cluster, list[Head]]]]:
        likely = [(one, found.heads(c, one.tickets[:_SHOWN])) for one in outages.clusters(c, now)[:20]]
        return outages.current(c, now), likely

    declared, likely = await desk.database.read(ask)
    done = request.query_params.get("done", "")
    return drawn(
        request, agent, "outages.html", status, at_page="outages", declared=declared, problem=problem,
        likely=[_likely(one, heads, say) for one, heads in likely], once=secrets.token_hex(16),
        typed={name: (typed or {}).get(name, "") for name in _TYPED},
        first={one: Say(one, now).t("outage.first") for one in ("fr", "en")},
        done=say.t(f"pages.outages.done.{done}") if done in _DONE else "",
    )  # fmt: skip


def _likely(cluster: outages.Cluster, heads: list[Head], say: Say) -> Likely:
    why = tuple(say.t(f"cluster.why.{one.code}", **one.values) for one in cluster.why)
    codes = tuple((say.code(code), count)
                  for code, count in sorted(cluster.codes.items(), key=lambda one: -one[1])[:6])  # fmt: skip
    confidence = say.t(f"cluster.confidence.{cluster.confidence}")
    return Likely(cluster, confidence, why, codes, tuple(line_of(one, say) for one in heads))


async def declare(request: Request) -> Response:
    """First shows who would be answered; with ``confirm`` it is done."""
    agent = await signed_in(request, Act.DECLARE)
    form, desk, say = await form_of(request), request.app.state.desk, say_of(request, agent)
    typed = {name: form[name].strip() for name in ("key", "node", "since", "text_fr", "text_en", "promised")}
    since, promised = say.typed(typed["since"]), say.typed(typed["promised"]) if typed["promised"] else None
    if form["edit"]:
        return await _shown(request, agent, typed=typed)
    now, address = desk.now(), address_of(request)
    bad = not typed["node"] or since is None or since > now or not (typed["text_fr"] and typed["text_en"])
    if bad or (typed["promised"] and (promised is None or promised < now)):
        return await _shown(request, agent, 422, say.t("pages.outages.incomplete"), typed=typed)
    assert since is not None
    if not form["confirm"]:
        heads = await desk.database.read(lambda c: _reached(c, typed["node"]))
        await audited(request, agent, "list", f"node:{typed['node']}")
        return drawn(request, agent, "declare.html", at_page="outages", typed=typed, since=since, promised=promised,
                     lines=[line_of(one, say) for one in heads], most=_SHOWN)  # fmt: skip

    def write(c: Connection) -> str:
        ref = outages.declare(c, typed["node"], since, typed["text_fr"], typed["text_en"], promised, agent.id, now)
        told(c, agent, "declare", f"outage:{ref}", now, typed["node"], address)
        return ref

    try:
        ref = await desk.database.write(write)
    except DeskRefusal as refusal:
        if refusal.code not in ("outage_there", "outage_bad"):
            raise
        problem = say.t(f"refusal.{refusal.code}", **refusal.values)
        return await _shown(request, agent, refusal.status, problem, typed=typed)
    return _back(desk, "declared", ref)


def _reached(c: Connection, node: str) -> list[Head]:
    """Open tickets of this node that are in no outage yet: more than are answered, never fewer."""
    where = (tickets.c.node == node, tickets.c.status.in_([one.value for one in OPEN]), tickets.c.outage_id.is_(None))
    return found.heads(c, list(c.execute(select(tickets.c.id).where(*where).limit(_SHOWN)).scalars()))


async def answer(request: Request) -> Response:
    """The same word to all of it, once however often it is pressed."""
    agent = await signed_in(request, Act.DECLARE)
    form, desk = await form_of(request), request.app.state.desk
    ref, now, say = request.path_params["ref"], desk.now(), say_of(request, agent)
    texts = {name: form[f"text_{name}"].replace("\r\n", "\n").strip() for name in ("fr", "en")}
    if not all(texts.values()) or max(map(len, texts.values())) > outages.LONGEST or not _ONCE.fullmatch(form["once"]):
        return await _shown(request, agent, 422, say.t("pages.outages.texts"),
                            typed={"answering": ref, "answer_fr": texts["fr"], "answer_en": texts["en"]})  # fmt: skip
    await _pieces(desk, lambda c: outages.answer_all(c, ref, texts, form["once"], agent.id, now))
    await audited(request, agent, "answer_all", f"outage:{ref}")
    return _back(desk, "answered", ref)


async def close(request: Request) -> Response:
    """It is over: everybody is told, and each ticket of it is resolved."""
    agent = await signed_in(request, Act.DECLARE)
    await form_of(request)
    desk, ref = request.app.state.desk, request.path_params["ref"]
    now = desk.now()
    await _pieces(desk, lambda c: outages.close(c, ref, agent.id, now))
    await audited(request, agent, "close", f"outage:{ref}")
    return _back(desk, "closed", "")


async def _pieces(desk: Desk, do: Callable[[Connection], int]) -> None:
    """Each a transaction of its own, so that others write in between; the rest the desk does itself."""
    for _ in range(_PIECES):
        if await desk.database.write(do) == 0:
            return


def _back(desk: Desk, done: str, ref: str) -> Response:
    desk.wake("events")
    desk.wake("mail")
    mark = f"#{quote(ref, safe='')}" if ref else ""
    return RedirectResponse(f"/outages?done={done}{mark}", 303)
