"""``selfcare desk agent …`` and ``selfcare desk token …``: who may sit at the desk, and which programs may ask it.

An agent is invited by a link that works once; no password goes through a command line, where others could read it.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.desk_open import told, with_desk
from selfcare.contract import ExitCode

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from selfcare.deskserver.access.agents import Person
    from selfcare.deskserver.context import Desk

T = TypeVar("T")
DAY_S = 86_400
WHO = "command"
"""In the audit: whoever may run commands on the desk's own machine."""


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of its inner words."""
    if arguments.word == "token" and getattr(arguments, "days", 1) < 1:
        return told(services, ExitCode.USAGE, "cli.desk.days")
    words: dict[tuple[str, str], Callable[[Desk], Awaitable[int]]] = {
        ("agent", "add"): lambda desk: _add(arguments, services, desk),
        ("agent", "list"): lambda desk: _agents(services, desk),
        ("agent", "reset"): lambda desk: _reset(arguments, services, desk),
        ("agent", "disable"): lambda desk: _disable(arguments, services, desk),
        ("token", "new"): lambda desk: _token(arguments, services, desk),
        ("token", "list"): lambda desk: _tokens(services, desk),
        ("token", "revoke"): lambda desk: _revoke(arguments, services, desk),
    }
    return with_desk(arguments, services, words[arguments.word, arguments.inner])


async def _did(desk: Desk, did: str, what: str, do: Callable[[Connection], T]) -> T:
    """Done, and in the audit, or neither."""
    from selfcare.deskserver.access.audit import told_as

    def both(c: Connection) -> T:
        done = do(c)
        told_as(c, WHO, did, what, desk.now())
        return done

    return await desk.database.write(both)


async def _add(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import agents
    from selfcare.deskserver.model import Role

    login = agents.plain_login(arguments.name)
    role, shown = Role(arguments.role), arguments.shown or login
    secret = await _did(desk, "invite", f"agent:{login}", lambda c: agents.invite(c, login, shown, role, desk.now()))
    return _link(services, desk, login, secret)


def _link(services: Services, desk: Desk, login: str, secret: str) -> int:
    link = f"{desk.settings.url.rstrip('/')}/welcome/{secret}"
    out.line(services.catalogue.text("cli.desk.invited", login=login))
    out.line(link)
    return ExitCode.OK


async def _agents(services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import agents

    text = services.catalogue.text
    for one in await desk.database.read(agents.everybody):
        state = "disabled" if one.disabled_at is not None else "ready" if one.ready else "waiting"
        seen = _day(one.seen_at, desk.settings.zone) or text("cli.desk.never")
        cells = (one.login, one.name, str(one.role), text(f"cli.desk.agent_is_{state}"), seen)
        out.line("\t".join(out.harmless_name(cell) for cell in cells))
    return ExitCode.OK


async def _one(desk: Desk, login: str) -> Person | None:
    from selfcare.deskserver.access import agents

    plain = agents.plain_login(login)
    return next((one for one in await desk.database.read(agents.everybody) if one.login == plain), None)


async def _reset(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import agents

    one = await _one(desk, arguments.name)
    if one is None:
        return told(services, ExitCode.USAGE, "cli.desk.agent_unknown", login=arguments.name)
    secret = await _did(desk, "recover", f"agent:{one.login}", lambda c: agents.recover(c, one.id, desk.now()))
    return _link(services, desk, one.login, secret)


async def _disable(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import agents

    one = await _one(desk, arguments.name)
    if one is None:
        return told(services, ExitCode.USAGE, "cli.desk.agent_unknown", login=arguments.name)
    await _did(desk, "disable", f"agent:{one.login}", lambda c: agents.disable(c, one.id, desk.now()))
    out.line(services.catalogue.text("cli.desk.disabled", login=one.login))
    return ExitCode.OK


async def _token(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import tokens

    name, seconds = arguments.name, arguments.days * DAY_S
    secret = await _did(desk, "token", f"system:{name}", lambda c: tokens.make_system(c, name, desk.now(), seconds))
    out.line(services.catalogue.text("cli.desk.token_once", name=out.harmless_name(name), days=arguments.days))
    out.line(secret)
    return ExitCode.OK


async def _tokens(services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import tokens

    text, now = services.catalogue.text, desk.now()
    for one in await desk.database.read(tokens.listed):
        over = one.until is not None and one.until <= now
        state = "revoked" if one.revoked_at is not None else "over" if over else "good"
        until = _day(one.until, desk.settings.zone) or text("cli.desk.never")
        out.line("\t".join((out.harmless_name(one.name), text(f"cli.desk.token_is_{state}"), until)))
    return ExitCode.OK


async def _revoke(arguments: argparse.Namespace, services: Services, desk: Desk) -> int:
    from selfcare.deskserver.access import tokens

    name = arguments.name
    count = await _did(desk, "revoke", f"system:{name}", lambda c: tokens.revoke_named(c, "system", name, desk.now()))
    if not count:
        return told(services, ExitCode.USAGE, "cli.desk.token_unknown", name=name)
    out.line(services.catalogue.text("cli.desk.revoked", name=out.harmless_name(name)))
    return ExitCode.OK


def _day(ms: int | None, zone: tzinfo) -> str:
    return "" if ms is None else datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d")
