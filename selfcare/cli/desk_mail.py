"""``selfcare desk mail``: one mail on the standard input, as a mail server's pipe hands it over.

Ends as sysexits.h says, so that nothing is lost: 75 (come again) for whatever is not the mail's own fault, settings
and a missing library included, since a mail server would send back to the subscriber what it hears another word about.
"""

from __future__ import annotations

import argparse
import sys

from selfcare.app.services import Services
from selfcare.cli.desk_open import settings_of, told

TAKEN, NOT_A_MAIL, COME_AGAIN = 0, 65, 75
"""EX_OK, EX_DATAERR, EX_TEMPFAIL."""


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Takes it in; committed when this ends with 0."""
    import asyncio

    try:
        return asyncio.run(_whole(arguments, services))
    except Exception as error:
        return told(services, COME_AGAIN, "cli.desk.mail_later", what=f"{type(error).__name__}: {error}")


async def _whole(arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.deskserver.intake.mail import take
    from selfcare.deskserver.model import DeskRefusal, System
    from selfcare.deskserver.opening import close_desk, open_desk

    desk = await open_desk(settings_of(arguments))
    try:
        data = sys.stdin.buffer.read(desk.settings.limits.body + 1)
        if len(data) > desk.settings.limits.body:
            return told(services, NOT_A_MAIL, "cli.desk.mail_large")
        if not data.strip():
            return told(services, NOT_A_MAIL, "cli.desk.mail_empty")
        try:
            await take(desk, data, System("mail"))
        except DeskRefusal as refused:
            if refused.status >= 500 or refused.status == 429:
                raise
            return told(services, NOT_A_MAIL, "cli.desk.refused", what=refused.code)
        return TAKEN
    finally:
        await close_desk(desk)
