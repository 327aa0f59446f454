"""What somebody reads out on the telephone, or pastes from a picture: in sentences, with what proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import Connection, select
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from selfcare.deskserver.access.audit import audited
from selfcare.deskserver.access.guard import form_of, signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found
from selfcare.deskserver.intake.codes import decoded, lately, made
from selfcare.deskserver.intake.picture import MOST, from_picture
from selfcare.deskserver.model import Agent, DeskRefusal, Head
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.queue import line_of
from selfcare.deskserver.pages.say import Say
from selfcare.deskserver.schema import installs, subscribers
from selfcare.ground.install_key import fingerprint
from selfcare.model.report import Decoded
from selfcare.report.codes import MOST_TEXT

SAID = ("name", "phone", "mail", "line_number")
"""What an agent asks whoever reads digits out: they say nothing of whose they are."""
PICTURES = 8
_MOST_TICKETS, _MOST_KEYS = 20, 50


@dataclass(frozen=True, slots=True)
class Read:
    """``seal``: "known" (by a PC of whoever filed these tickets), "unknown", "changed", "none" (digits have none)."""

    lines: tuple[str, ...]
    seal: str
    fingerprint: str
    case: str
    heads: tuple[Head, ...]


async def page(request: Request) -> Response:
    """The field. ``?subscriber=…``: whose code it is, as an agent knows who is on the telephone."""
    agent = await signed_in(request, Act.READ)
    return await _drawn(request, agent, _number(request.query_params.get("subscriber", "")))


async def decode(request: Request) -> Response:
    """What it says. Posted, so that nobody's code stands in an address or in a log of addresses."""
    agent = await signed_in(request, Act.READ)
    form = await form_of(request)
    say, whose = say_of(request, agent), _number(form["subscriber"])
    text = form["text"].strip()
    try:
        if pictures := form.files("picture"):
            text = await _pictured(pictures)
        told = decoded(text, say.language) if text else None
    except DeskRefusal as error:
        await audited(request, agent, "decode", "code", error.code)
        return await _drawn(request, agent, whose, text, problem=_problem(error, say), status=error.status)
    if told is None:
        return await _drawn(request, agent, whose, problem=say.t("pages.problem.code_missing"), status=422)
    desk: Desk = request.app.state.desk
    read = await desk.database.read(lambda c: _found(c, told, text, say.now))
    await audited(request, agent, "decode", f"case:{read.case}" if read.case else "code", told.kind)
    return await _drawn(request, agent, whose, text, read)


async def make(request: Request) -> Response:
    """``POST /decode/ticket``: a ticket of it, or what is new in it for the ticket of its case."""
    agent = await signed_in(request, Act.ANSWER)
    form = await form_of(request)
    desk: Desk = request.app.state.desk
    said = {name: form[name].strip()[:200] for name in SAID}
    whose = _number(form["subscriber"])
    try:
        filed = await made(desk, form["text"].strip(), agent, whose, said)
    except DeskRefusal as error:
        problem = _problem(error, say_of(request, agent))
        return await _drawn(request, agent, whose, form["text"], problem=problem, status=error.status)
    return RedirectResponse(f"/t/{quote(filed.ref, safe='')}?done={'made' if filed.new else 'made_there'}", 303)


async def _pictured(pictures: Sequence[UploadFile]) -> str:
    """All codes of all pictures; one that is shown twice counts once."""
    found: dict[str, None] = {}
    for one in pictures[:PICTURES]:
        found |= dict.fromkeys((await from_picture(await one.read(MOST + 1))).split())
    return " ".join(found)


async def _drawn(
    request: Request, agent: Agent, whose: int | None, text: str = "", read: Read | None = None, problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    desk: Desk = request.app.state.desk
    say, person = say_of(request, agent), None
    if whose is not None:
        asked = select(subscribers.c.id, subscribers.c.name).where(subscribers.c.id == whose)
        person = await desk.database.read(lambda c: c.execute(asked).first())
    return drawn(
        request, agent, "decode.html", status, at_page="decode", read=read, text=text[:MOST_TEXT], problem=problem,
        lines=[line_of(one, say) for one in read.heads] if read else [], person=person, said=SAID,
        spoken=read is not None and read.seal == "none",
    )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _problem(error: DeskRefusal, say: Say) -> str:
    return say.t(f"refusal.{error.code}", **error.values)


def _found(c: Connection, told: Decoded, text: str, now: int) -> Read:
    case = told.data.get("case")
    case = case[:40] if isinstance(case, str) and told.signed else ""
    numbers = found.listed(c, found.Wanted(case=case, limit=_MOST_TICKETS))[0] if case else lately(c, text, now)
    heads = tuple(found.heads(c, numbers))
    owners = {one.subscriber for one in heads if one.subscriber is not None}
    keys = select(installs.c.public_key).where(
        installs.c.subscriber_id.in_(owners), installs.c.confirmed_at.is_not(None), installs.c.revoked_at.is_(None)
    ).limit(_MOST_KEYS)  # fmt: skip
    known = {fingerprint(bytes(one)) for one in c.execute(keys).scalars()} if owners else set()
    seal = "none" if told.signed is None else "changed" if not told.signed else "unknown"
    if seal == "unknown" and told.fingerprint in known:
        seal = "known"
    return Read(told.lines, seal, told.fingerprint, case, heads)
