"""A ticket's files: a report is drawn again from its data, in a frame that may do nothing; others are downloads."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from selfcare.deskserver.access.audit import audited
from selfcare.deskserver.access.guard import signed_in
from selfcare.deskserver.access.may import Act
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found
from selfcare.deskserver.intake.reading import Opened, opened
from selfcare.deskserver.model import DeskRefusal, File, Whole
from selfcare.deskserver.pages.draw import drawn, say_of
from selfcare.deskserver.pages.say import Say
from selfcare.report.page import page as report_page

FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


async def newest(desk: Desk, whole: Whole) -> tuple[File | None, Opened | None]:
    """The last report that can be read, opened; else the last one, and why not."""
    given = [one for one in whole.files if one.kind == "report"]
    worst: tuple[File | None, Opened | None] = (None, None)
    for one in given[:-4:-1]:
        found = await open_file(desk, one)
        if found.document is not None:
            return one, found
        worst = worst if worst[0] else (one, found)
    return worst


async def open_file(desk: Desk, file: File) -> Opened:
    """By the process that may die of it."""
    try:
        data = await desk.blobs.get(file.sha256)
    except KeyError:
        return Opened("odd", "file_gone")
    return await opened(data)


@dataclass(frozen=True, slots=True)
class Seal:
    """How far a report can be believed: ``tone`` good, warn or bad, and the sentences for it."""

    tone: str
    lines: tuple[str, ...]


def seal(file: File, there: Opened, say: Say) -> Seal:
    """``flags``: what reading it found against it (another's key, another case), once it was read."""
    flags = [one for one in file.read.get("flags", ()) if isinstance(one, str)]
    if there.state == "report" and not flags:
        return Seal("good", (say.t("pages.seal.report", fingerprint=say.plain(there.fingerprint, 60)),))
    flags = flags if there.state == "report" else [there.reason] if there.state == "odd" else []
    case = say.plain(file.read.get("case", ""), 40)
    told = tuple(say.t(f"reading.{one}", case=case) for one in flags if say.desk.has(f"reading.{one}"))
    first = () if there.state == "report" else (say.t(f"pages.seal.{there.state}"),)
    return Seal("bad" if there.state == "changed" else "warn", (*first, *told))


async def one_of(request: Request) -> tuple[Whole, File]:
    """The ticket and its file that the address names; a file of another ticket is none."""
    desk: Desk = request.app.state.desk
    ref, name = request.path_params["ref"], request.path_params["file"]

    def ask(c: Any) -> Whole | None:
        ticket = found.id_of(c, ref)
        return None if ticket is None else found.whole(c, ticket)

    whole = await desk.database.read(ask)
    file = next((one for one in whole.files if one.ref == name), None) if whole else None
    if whole is None or file is None:
        raise DeskRefusal(404, "file_unknown")
    return whole, file


async def page(request: Request) -> Response:
    """The report with what is known of its signature around it."""
    agent = await signed_in(request, Act.READ)
    whole, file = await one_of(request)
    there = await open_file(request.app.state.desk, file)
    await audited(request, agent, "read", f"attachment:{file.ref}", whole.head.ref)
    return drawn(request, agent, "report.html", at_page="queue", whole=whole, file=file, there=there,
                 seal=seal(file, there, say_of(request, agent)))  # fmt: skip


async def frame(request: Request) -> Response:
    """What stands in the frame: no script, nothing fetched, an origin of its own."""
    agent = await signed_in(request, Act.READ)
    whole, file = await one_of(request)
    there = await open_file(request.app.state.desk, file)
    if there.document is None:
        raise DeskRefusal(422, "report_unreadable")
    await audited(request, agent, "read", f"attachment:{file.ref}", whole.head.ref)
    text = await asyncio.to_thread(report_page, there.document, agent.language)
    return Response(text, headers={**_quiet(FRAME_POLICY), "content-type": "text/html; charset=utf-8"})


async def download(request: Request) -> Response:
    """As it came, to be saved: never shown by the browser here."""
    agent = await signed_in(request, Act.READ)
    whole, file = await one_of(request)
    desk: Desk = request.app.state.desk
    try:
        data = await desk.blobs.get(file.sha256)
    except KeyError:
        raise DeskRefusal(404, "file_gone") from None
    await audited(request, agent, "read", f"attachment:{file.ref}", whole.head.ref)
    plain = _PLAIN.sub("_", file.name).strip("._")[:80] or "file"
    told = quote(file.name[:120].encode("utf-8", "replace"), safe="")
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{told}"
    headers = {**_quiet(FILE_POLICY), "content-disposition": named, "content-type": "application/octet-stream"}
    return Response(data, headers=headers)


def _quiet(policy: str) -> dict[str, str]:
    return {"content-security-policy": policy, "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
            "referrer-policy": "no-referrer"}  # fmt: skip
