"""``selfcare desk lines FILE.csv``: which access node each line hangs on; the whole register; open tickets follow."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.desk_open import told, with_desk
from selfcare.contract import ExitCode

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from selfcare.deskserver.context import Desk


def run(arguments: argparse.Namespace, services: Services) -> int:
    """In place of the register there was, in one transaction: a file that is wrong in its middle changes nothing."""
    from selfcare.cli.desk_people import WHO
    from selfcare.deskserver.access.audit import told_as
    from selfcare.deskserver.core.lines import again, of_csv, replace

    path = Path(arguments.file)

    def kept(c: Connection, now: int) -> int:
        with path.open(encoding="utf-8", newline="") as text:
            count = replace(c, of_csv(text))
        told_as(c, WHO, "lines", "lines", now, str(count))
        return count

    async def work(desk: Desk) -> int:
        count = await desk.database.write(lambda c: kept(c, desk.now()))
        out.line(services.catalogue.text("cli.desk.lines_kept", count=count))
        after, moved, looked = 0, 0, 1
        while looked:  # a piece at a time: the desk that serves writes in between
            after, looked, some = await desk.database.write(partial(again, after=after, now=desk.now()))
            moved += some
        if moved:
            out.line(services.catalogue.text("cli.desk.lines_moved", count=moved))
        return ExitCode.OK

    try:
        if not path.is_file():
            return told(services, ExitCode.USAGE, "cli.desk.file", what=str(path))
        return with_desk(arguments, services, work)
    except UnicodeDecodeError as error:
        return told(services, ExitCode.USAGE, "cli.desk.file", what=str(error))
