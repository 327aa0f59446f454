"""``selfcare desk retain``, ``erase`` and ``export``: what is kept of people, how long, and giving it to them."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.desk_open import told, with_desk
from selfcare.contract import ExitCode

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from selfcare.deskserver.context import Desk


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of its words."""
    words = {"retain": _retain, "erase": _erase, "export": _export}
    return with_desk(arguments, services, lambda desk: words[arguments.word](arguments, services, desk))


async def _retain(_arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from selfcare.deskserver.serve_tasks import erased

    gone = await erased(desk)
    told_of = ", ".join(f"{name} {count}" for name, count in sorted(gone.items()) if count) or "0"
    out.line(services.catalogue.text("cli.desk.retained", count=told_of))
    return ExitCode.OK


def _matching(c: Connection, who: str) -> list[tuple[int, str]]:
    """By number, else by what is known of them."""
    from sqlalchemy import or_, select

    from selfcare.deskserver.schema import subscribers as s

    number = int(who) if who.isascii() and who.isdigit() and len(who) < 18 else -1
    query = select(s.c.id, s.c.key)
    if found := c.execute(query.where(s.c.id == number)).all():
        return [(row.id, row.key) for row in found]
    named = or_(s.c.mail == who.lower(), s.c.mail == who, s.c.contract == who, s.c.phone == who, s.c.key == who)
    return [(row.id, row.key) for row in c.execute(query.where(named).limit(20))]


async def _one(services: Services, desk: Desk, who: str) -> tuple[int, str] | None:
    """Told where there is not exactly one: nobody is erased by a resemblance."""
    found = await desk.database.read(lambda c: _matching(c, who))
    if len(found) == 1:
        return found[0]
    ids = ", ".join(str(number) for number, _ in found)
    told(services, ExitCode.USAGE, f"cli.desk.subscriber_{'many' if found else 'unknown'}", who=who, ids=ids)
    return None


async def _erase(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from sqlalchemy import func, select

    from selfcare.cli.desk_people import WHO
    from selfcare.deskserver.core.retention import erase_subscriber
    from selfcare.deskserver.schema import tickets

    one = await _one(services, desk, arguments.subscriber)
    if one is None:
        return ExitCode.USAGE
    number, key = one
    if not arguments.yes:
        query = select(func.count()).where(tickets.c.subscriber_id == number)
        count = await desk.database.read(lambda c: c.execute(query).scalar())
        asked = services.catalogue.text("cli.desk.erase_ask", id=number, who=out.harmless_name(key), count=count)
        sys.stderr.write(asked)
        sys.stderr.flush()
        if sys.stdin.readline().strip() != str(number):
            return told(services, ExitCode.REFUSED, "cli.desk.erase_no")
    digests = await desk.database.write(lambda c: erase_subscriber(c, number, WHO, desk.now()))
    out.line(services.catalogue.text("cli.desk.erased", id=number, count=len(digests)))
    return ExitCode.OK


async def _export(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    """A JSON document, and each file under its digest; in the audit like any other reading."""
    from selfcare.cli.desk_people import WHO
    from selfcare.deskserver.access.audit import told_as
    from selfcare.deskserver.core.retention import export

    one = await _one(services, desk, arguments.subscriber)
    if one is None:
        return ExitCode.USAGE
    folder = Path(arguments.out)
    try:
        await asyncio.to_thread(folder.mkdir, mode=0o700)
    except FileExistsError:
        return told(services, ExitCode.USAGE, "cli.desk.export_there", folder=str(folder))
    await desk.database.write(lambda c: told_as(c, WHO, "export", f"subscriber:{one[0]}", desk.now()))
    found = await desk.database.read(lambda c: export(c, one[0]))
    document = found or {}
    text = json.dumps(document, ensure_ascii=False, indent=1)
    (folder / "export.json").write_text(text + "\n", encoding="utf-8")
    files = await _files(desk, folder, document)
    shown = {"folder": str(folder), "tickets": len(document.get("tickets", ())), "files": files}
    out.line(services.catalogue.text("cli.desk.exported", **shown))
    return ExitCode.OK


async def _files(desk: Desk, folder: Path, document: dict[str, Any]) -> int:
    """Named by digest: a name of a stranger's makes no path here."""
    digests = {one["sha256"] for ticket in document.get("tickets", ()) for one in ticket.get("files", ())}
    count = 0
    for digest in sorted(digests):
        try:
            (folder / digest).write_bytes(await desk.blobs.get(digest))
            count += 1
        except KeyError:
            continue
    return count
