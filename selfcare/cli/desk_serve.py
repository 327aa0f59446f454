"""``selfcare desk serve`` and ``selfcare desk migrate``."""

from __future__ import annotations

import argparse
import logging
import os
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.desk_open import sentence, told, with_desk
from selfcare.contract import ExitCode

if TYPE_CHECKING:
    from selfcare.deskserver.context import Desk


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Until it is told to stop (SIGTERM, Ctrl-C); or only the database brought to the newest form."""
    if arguments.word == "migrate":
        return with_desk(arguments, services, lambda desk: _migrated(services, desk))
    return with_desk(arguments, services, lambda desk: _serve(services, desk))


async def _migrated(services: Services, desk: Desk) -> int:
    """Opening it did so."""
    out.line(services.catalogue.text("cli.desk.migrated", kind=desk.database.engine.dialect.name))
    return ExitCode.OK


async def _serve(services: Services, desk: Desk) -> int:
    from selfcare.deskserver.serve import ServeRefused, assemble, serve
    from selfcare.deskserver.serve_tasks import everything

    def listening(address: str, port: int) -> None:
        where = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
        out.line(services.catalogue.text("cli.desk.serving", url=desk.settings.url, where=where))
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            told(services, ExitCode.OK, "cli.desk.as_root")

    _warn()
    app = assemble(desk)
    try:
        await serve(desk, app, everything(app), listening)
    except ServeRefused as refused:
        return told(
            services,
            ExitCode.REFUSED,
            "cli.desk.opening",
            what=sentence(services, f"serve.{refused.code}", refused.values),
        )
    return ExitCode.OK


def _warn() -> None:
    """On the error stream, beside the program's own log: with that one there, ``basicConfig`` would do nothing."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
