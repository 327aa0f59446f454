"""The queue: what can be acted on first, and why each line stands where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from selfcare.deskserver.access.audit import audited
from selfcare.deskserver.access.guard import signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import acting, beside, clusters, found, queue
from selfcare.deskserver.model import Head
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.likely import likely_of
from selfcare.deskserver.pages.say import Say

VIEWS = ("act", "late", "soon", "unread", "asked", "outage", "mine", "all", "over")
SIZE = 50
_LONGEST, _MOST_CLUSTERS, _MOST_PEOPLE = 120, 3, 8
_SURE = {"certain": "bad", "likely": "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket as a line of a list. ``tone``: of how sure it is; ``row``: "late", "soon" or ""."""

    head: Head
    what: str
    side: str
    band: str
    tone: str
    why: str
    row: str
    channel: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that the database is asked for one page. ``named``: the ticket whose number was typed."""

    page: queue.Page = field(default_factory=lambda: queue.Page(()))
    counts: Mapping[str, int] = field(default_factory=dict)
    likely: Sequence[clusters.Cluster] = ()
    owners: Mapping[int, str] = field(default_factory=dict)
    readers: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    named: str = ""


async def page(request: Request) -> Response:
    """``/?view=act&after=…&text=…``."""
    agent = await signed_in(request, Act.READ)
    desk: Desk = request.app.state.desk
    asked = request.query_params
    text = asked.get("text", "")[:_LONGEST].strip()
    after, before = asked.get("after", "")[:200], asked.get("before", "")[:200]
    view = asked.get("view", "act")
    view = view if view in VIEWS else "act"
    now, say = desk.now(), say_of(request, agent)

    seen = likely_of(request.app.state)

    def ask(c: Connection) -> _Asked:
        if text and found.id_of(c, text) is not None:
            return _Asked(named=text.upper())
        likely = [] if text or after or before else seen.of(c, now)[:_MOST_CLUSTERS]
        there = queue.page(c, view, now, after, SIZE, text, agent.id, before)
        readers = beside.readers(c, [one.ref for one in there.heads], now, agent.name)
        return _Asked(there, dict(queue.counts(c, now, agent.id)), likely, beside.owners(c, there.heads), readers)

    got = await desk.database.read(ask)
    await audited(request, agent, "list", f"queue:{view}", text)
    if got.named:  # a number names one ticket: there is nothing to choose from
        return RedirectResponse(f"/t/{quote(got.named, safe='')}", 303)
    there = got.page
    return drawn(
        request, agent, "queue.html", at_page="queue", view=view, views=VIEWS, counts=got.counts, text=text,
        lines=[line_of(one, say) for one in there.heads], clusters=got.likely, owners=got.owners, readers=got.readers,
        people=_people(there.heads) if text else [], on="" if text else f"?view={view}",
        next_page=_address(view, text, after=there.after) if there.after else "",
        before_page=_address(view, text, before=there.before) if there.before else "",
        first_page=_address(view, text) if there.before else "",
    )  # fmt: skip


async def following(request: Request) -> Response:
    """``/next?view=…&after=…|but=…``: the ticket to open next, that nobody else has open."""
    agent = await signed_in(request, Act.READ)
    desk: Desk = request.app.state.desk
    view, now = view_of(request) or "act", desk.now()
    after, but = (request.query_params.get(name, "")[:40] for name in ("after", "but"))
    ref = await desk.database.read(lambda c: beside.following(c, view, now, agent.id, agent.name, after, but))
    return RedirectResponse(f"/t/{quote(ref, safe='')}?view={view}" if ref else f"/?view={view}", 303)


def view_of(request: Request) -> str:
    """The list that somebody came from; "" for none of ours."""
    view = request.query_params.get("view", "")
    return view if view in VIEWS else ""


def _people(heads: Sequence[Head]) -> list[tuple[int, str, int]]:
    """Whose the tickets are that a search has found: number, name, how many of these."""
    found_: dict[int, tuple[str, int]] = {}
    for one in heads:
        if one.subscriber is not None:
            name, count = found_.get(one.subscriber, ("", 0))
            found_[one.subscriber] = (name or one.who, count + 1)
    return [(number, name, count) for number, (name, count) in found_.items()][:_MOST_PEOPLE]


def line_of(head: Head, say: Say) -> Line:
    """In words."""
    why = acting.reason(head, say.now)
    sure = "warn" if head.verdict_band == "certain" and _dictated(head) else _SURE.get(head.verdict_band, "")
    return Line(
        head, say.verdict(head), say.side(head.side), say.band(head.verdict_band), sure,
        standing(head, say), {"promise_late": "late", "promise_soon": "soon", "remind": "soon"}.get(why.code, ""),
        say.named("channel", head.channel),
    )  # fmt: skip


def standing(head: Head, say: Say) -> str:
    """Why a ticket stands where it stands. What no report says is said, and not proven."""
    why = acting.reason(head, say.now)
    lasting, proof = say.lasting(int(why.values.get("ms", 0))), str(why.values.get("proof", ""))
    if proof in ("ours", "home") and not head.reports:
        proof = f"{proof}_said"
    return say.t(f"pages.standing.{why.code}", lasting=lasting, proof=say.named("pages.proof", proof) if proof else "")


def _dictated(head: Head) -> bool:
    """Digits read out on the telephone, and no report yet."""
    return head.channel == "spoken" and not head.reports


def _address(view: str, text: str, **mark: str) -> str:
    return "/?" + urlencode({name: value for name, value in {"view": view, "text": text, **mark}.items() if value})
