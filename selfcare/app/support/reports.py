"""Reports of a case: what is known is gathered, redacted, built; nothing leaves by this."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from selfcare.app.support.tickets import Tickets
from selfcare.app.support.tools import HomeSeen, Tools, fresh
from selfcare.cases.worded import titled
from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.ground.logs import FILE as LOG
from selfcare.i18n import SUPPORT, Catalogue
from selfcare.isp import builtin_profiles, load_profile
from selfcare.model.case import Case
from selfcare.model.profile import Profile
from selfcare.model.report import Offline, Report, ReportOptions, Verified, Wish
from selfcare.model.ticket import Parcel
from selfcare.redaction import seen
from selfcare.redaction.known import Known, this_pc
from selfcare.redaction.vault import Kept, Vault
from selfcare.report.source import ReportSource
from selfcare.store.lines import LineHistory

LOG_MOST = 128 * 1024
CURVE_S = 30 * 86_400.0
"""Seconds of the line's history that a report draws."""
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
        if not fresh(case):
            await self._tools.parts.check()
            case = await self._case(name)
        key, profile, home = await self._tools.key(), await self._tools.profile(), await self._tools.home()
        parcels = self._tickets.box.parcels(case.head.id) if self._tickets.exists else ()
        words = Catalogue(options.language, SUPPORT)
        vault = Vault(self._tools.parts.data)

        def made() -> Report:
            told = replace(case, tried=titled(case.tried, options.language))
            source = self._source(told, vault.load(case.head.id), profile, home, parcels)
            report = build(source, options, key, words)
            vault.save(case.head.id, Kept(source.kept.key, report.tokens))
            return report

        return await asyncio.to_thread(made)

    def _source(
        self, case: Case, kept: Kept, profile: Profile, home: HomeSeen, parcels: tuple[Parcel, ...]
    ) -> ReportSource:
        parts = self._tools.parts
        lines = LineHistory(parts.data)
        box = lines.newest_box()
        known = this_pc() | Known(macs=_own_macs()) | home.names | seen.of_checks(case.checks)
        made = datetime.now().astimezone().isoformat(timespec="seconds")
        return ReportSource(
            case, str(uuid.uuid4()), made, kept, profile, lines.since(box, CURVE_S) if box else (), parcels,
            known=known, log=_tail(parts.log / LOG), access=home.access,
            version=parts.version, os=parts.os, shipped=_shipped(),
        )  # fmt: skip

    async def _case(self, name: str) -> Case:
        found = await asyncio.to_thread(self._tools.book.case, name or None)
        if found is None:
            raise SelfcareError("case_unknown", case=name[:40])
        return found

    async def save(self, report: Report, to: Path) -> Path:
        """Whole or not at all; read back and compared."""
        from selfcare.report.file import save

        return await asyncio.to_thread(save, report.archive, to, report.name)

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


@cache
def _shipped() -> tuple[Profile, ...]:
    return tuple(load_profile(name) for name in builtin_profiles())


def _own_macs() -> tuple[str, ...]:
    import psutil

    links = (one.address for several in psutil.net_if_addrs().values() for one in several)
    return tuple(text.lower().replace("-", ":") for text in links if len(text) == 17)


def _tail(path: Path) -> bytes:
    """Its end; nothing where there is none."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            file.seek(max(0, size - LOG_MOST))
            found = file.read(LOG_MOST)
            return found if size <= LOG_MOST else found.partition(b"\n")[2]  # half a line may begin with half a name
    except OSError:
        return b""
