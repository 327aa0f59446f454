"""The queue: what can be acted on first, and why each line stands where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access.audit import audited
from selfcare.deskserver.access.guard import signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import acting, clusters, queue
from selfcare.deskserver.model import Head
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.likely import likely_of
from selfcare.deskserver.pages.say import Say

VIEWS = ("act", "late", "soon", "unread", "asked", "outage", "mine", "all", "over")
SIZE = 50
_LONGEST, _MOST_CLUSTERS = 120, 3
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

    def ask(c: Connection) -> tuple[queue.Page, dict[str, int], list[clusters.Cluster]]:
        likely = [] if text or after or before else seen.of(c, now)[:_MOST_CLUSTERS]
        return (
            queue.page(c, view, now, after, SIZE, text, agent.id, before),
            dict(queue.counts(c, now, agent.id)),
            likely,
        )

    there, counts, likely = await desk.database.read(ask)
    await audited(request, agent, "list", f"queue:{view}", text)
    return drawn(
        request, agent, "queue.html", at_page="queue", view=view, views=VIEWS, counts=counts, text=text,
        lines=[line_of(one, say) for one in there.heads], clusters=likely,
        next_page=_address(view, text, after=there.after) if there.after else "",
        before_page=_address(view, text, before=there.before) if there.before else "",
        first_page=_address(view, text) if there.before else "",
    )  # fmt: skip


def line_of(head: Head, say: Say) -> Line:
    """In words."""
    why = acting.reason(head, say.now)
    return Line(
        head, say.verdict(head), say.side(head.side), say.band(head.verdict_band), _SURE.get(head.verdict_band, ""),
        standing(why, say), {"promise_late": "late", "promise_soon": "soon", "remind": "soon"}.get(why.code, ""),
        say.named("channel", head.channel),
    )  # fmt: skip


def standing(why: acting.Reason, say: Say) -> str:
    """Why a ticket stands where it stands."""
    ms = why.values.get("ms", 0)
    lasting = say.lasting(int(ms))
    proof = say.named("pages.proof", why.values["proof"]) if "proof" in why.values else ""
    return say.t(f"pages.standing.{why.code}", lasting=lasting, proof=proof)


def _address(view: str, text: str, **mark: str) -> str:
    return "/?" + urlencode({name: value for name, value in {"view": view, "text": text, **mark}.items() if value})
