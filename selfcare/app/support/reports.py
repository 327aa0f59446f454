"""Reports of a case: what is known is gathered, redacted, built; nothing leaves by this."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from selfcare.app.support.tickets import Tickets
from selfcare.app.support.tools import Tools
from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.model.case import Case
from selfcare.model.report import Offline, Report, ReportOptions, Verified, Wish

FRESH = timedelta(minutes=30)
"""A check that old still tells how things are; a report without one begins with a check (some two seconds)."""
LOG_MOST = 128 * 1024
ZIP_MOST = 4 * 1024 * 1024
"""Bytes of a file that is looked at: four times the largest report."""


class Reports:
    """For one loop."""

    def __init__(self, tools: Tools, tickets: Tickets) -> None:
        self._tools, self._tickets = tools, tickets

    async def make(self, name: str, options: ReportOptions) -> Report:
        """Anew, from what is known now."""
        from selfcare.report.build import build

        case = await self._case(name)
        if not _fresh(case):
            await self._tools.parts.check()
            case = await self._case(name)
        key, source = await self._tools.key(), await self._source(case)
        report = await asyncio.to_thread(build, source, options, key)
        await asyncio.to_thread(self._keep_tokens, case.head.id, source)
        return report

    async def _case(self, name: str) -> Case:
        found = await asyncio.to_thread(self._tools.book.case, name or None)
        if found is None:
            raise SelfcareError("case_unknown", case=name[:40])
        return found

    async def save(self, report: Report, to: Path) -> Path:
        """Whole or not at all; read back and compared."""
        from selfcare.report.file import save

        return await asyncio.to_thread(save, report, to)

    async def verify(self, path: Path) -> Verified:
        """A file somebody gives us."""
        from selfcare.report.verify import verify

        def read() -> bytes:
            try:
                with path.open("rb") as file:
                    return file.read(ZIP_MOST + 1)
            except OSError as error:
                raise folder_error(error, path) from error

        return await asyncio.to_thread(lambda: verify(read()))

    async def offline(self, report: Report) -> Offline:
        """What gets out without a line."""
        from selfcare.report.codes import offline

        page = (await self._tools.profile()).support.page
        key = await self._tools.key()
        return await asyncio.to_thread(offline, report.document, key, page)

    async def draft(self, report: Report, wish: Wish, to: Path) -> Path:
        """For the user's own mail program."""
        from selfcare.app.support.filing import ticket_of
        from selfcare.desks.mail import draft
        from selfcare.ground.atomic import write_atomic

        desk = (await self._tools.profile()).support.desk
        data = draft(ticket_of(report, wish, self._tools.words), desk.to if desk is not None else "")
        path = to if to.suffix else to / f"{report.case}.eml"
        await asyncio.to_thread(write_atomic, path, data)
        return path


def _fresh(case: Case) -> bool:
    """Whether a check of this case is of just now. A clock that was set since: it is not."""
    if not case.checks:
        return False
    try:
        began = datetime.fromisoformat(str(case.checks[0].get("started", "")))
        return timedelta(0) <= datetime.now().astimezone() - began <= FRESH
    except (ValueError, TypeError):
        return False
