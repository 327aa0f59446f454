"""What the desk's commands share: its settings, opening and closing it, and saying what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode

if TYPE_CHECKING:
    from selfcare.deskserver.context import Desk
    from selfcare.deskserver.settings import DeskSettings

_NEEDED = ("sqlalchemy", "alembic", "starlette", "uvicorn", "jwt", "multipart")


def missing() -> str:
    """The first library of the extra that is not installed, or ""."""
    return next((name for name in _NEEDED if find_spec(name) is None), "")


def settings_of(arguments: argparse.Namespace) -> DeskSettings:
    """Of ``--config``, the environment and ``--data``, in this order.

    Raises:
        SettingsError: not to be used.
    """
    from selfcare.deskserver.settings import read

    given = {"data": arguments.data} if arguments.data else {}
    return read(Path(arguments.config) if arguments.config else None, os.environ, **given)


def with_desk(arguments: argparse.Namespace, services: Services, work: Callable[[Desk], Awaitable[int]]) -> int:
    """Opens the desk, works, closes it; what cannot be is told in one line."""
    from sqlalchemy.exc import SQLAlchemyError

    from selfcare.deskserver.migrations.run import OpeningRefused
    from selfcare.deskserver.model import DeskRefusal
    from selfcare.deskserver.settings import SettingsError

    try:
        return asyncio.run(_whole(settings_of(arguments), work))
    except SettingsError as error:
        return told(services, ExitCode.USAGE, "cli.desk.settings", what=str(error))
    except DeskRefusal as refused:
        what = sentence(services, f"refusal.{refused.code}", refused.values)
        return told(services, ExitCode.REFUSED, "cli.desk.refused", what=what)
    except OpeningRefused as refused:
        what = sentence(services, f"opening.{refused.code}", refused.values)
        return told(services, ExitCode.CANNOT_TELL, "cli.desk.opening", what=what)
    except (SQLAlchemyError, OSError) as error:
        first = str(error).partition("\n")[0]
        return told(services, ExitCode.CANNOT_TELL, "cli.desk.opening", what=first or type(error).__name__)


async def _whole(settings: DeskSettings, work: Callable[[Desk], Awaitable[int]]) -> int:
    from selfcare.deskserver.opening import close_desk, open_desk

    desk = await open_desk(settings)
    try:
        return await work(desk)
    finally:
        await close_desk(desk)


def told(services: Services, code: int, key: str, **values: object) -> int:
    """A sentence on the error stream, and the exit code that goes with it."""
    sys.stderr.write("selfcare: " + out.harmless(services.catalogue.text(key, **values)) + "\n")
    return code


def sentence(services: Services, key: str, values: Mapping[str, object]) -> str:
    """Of the desk's own catalogue; its code alone where it has none."""
    from selfcare.i18n.catalogue import DESK, Catalogue

    words = Catalogue(services.catalogue.language, DESK)
    return words.first(key, key.partition(".")[2], **values)
