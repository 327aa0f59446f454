"""A code that came without the PC: a phone's tap on the page behind a QR picture, or an agent who was shown or told it.

A picture is signed by the PC that made it. Whose PC that is, the register says; of a key that nobody registered the
ticket is of ``key:<public key>``, not proven, and becomes that PC's subscriber's when the key is registered. Digits
that were read out are signed by nobody: an agent alone makes a ticket of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from selfcare.cases.ids import parse as case_of
from selfcare.deskserver.access import households
from selfcare.deskserver.access.audit import told as audited
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core.putting import unpacked
from selfcare.deskserver.core.tickets import CASE, file
from selfcare.deskserver.intake.codes_facts import contact, facts, severity, spoken_facts
from selfcare.deskserver.model import Agent, Caller, DeskRefusal, External, Filed, Filing
from selfcare.deskserver.schema import external_ids, subscribers, tickets
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import Catalogue
from selfcare.i18n.catalogue import DESK, LANGUAGES
from selfcare.model.report import Decoded
from selfcare.report import codes
from selfcare.report.spoken import plain

CODE = "selfcare.code"
"""Type of the external id that is a code's digest: the same picture again is the same ticket."""
LATELY_MS = 30 * 60_000
"""Milliseconds in which the same digits may be the same call: a line that broke, a colleague who took over."""
_TEXT = 20_000


def decoded(text: str, language: str = "fr", trusted: frozenset[bytes] | None = None) -> Decoded:
    """16 digits, or what stood in all pictures of one code, for somebody at the desk.

    Raises:
        DeskRefusal: 422 with the code of what is wrong (see ``selfcare.report.codes.decode``).
    """
    try:
        return codes.decode(text, language, trusted)
    except SelfcareError as error:
        raise DeskRefusal(422, error.code, **error.values) from None


async def take(desk: Desk, text: str, caller: Caller) -> Filed:
    """Makes a ticket of pictures' text, or adds it to the one of the same case. Durable when this returns.

    Raises:
        DeskRefusal: 422 it is none, was changed, or parts are missing; 429 too many of one PC.
    """
    return (await take_from(desk, text, caller))[0]


async def take_from(
    desk: Desk, text: str, caller: Caller, address: str = "", strangers: bool = True
) -> tuple[Filed, bool]:
    """As :func:`take`, and whether its PC is registered. Without ``strangers``, a new one of another PC is 429."""
    digest, key, data = _opened(text)
    lines = _lines(text, desk.settings.language)
    now = desk.now()

    def write(c: Connection) -> tuple[Filed, bool]:
        known = households.of_key(c, key)
        scope = known[1] if known is not None else households.stranger_of(key)
        filed = _again(c, scope, digest)
        if filed is None and known is None and not strangers:
            raise DeskRefusal(429, "intake_often")
        if filed is None:
            whose = known or (households.named(c, scope, now), scope)
            filed = file(c, _filing(data, digest, lines, whose), now, desk.settings.limits)
        audited(c, caller, "code", f"ticket:{filed.ref}", now, "new" if filed.new else "again", address)
        return filed, known is not None

    done = await desk.database.write(write)
    desk.wake("events")
    return done


async def made(
    desk: Desk, text: str, agent: Agent, subscriber: int | None = None, said: Mapping[str, str] | None = None
) -> Filed:
    """The same by an agent on the phone; digits too. ``subscriber``, ``said`` (a contact): as the caller told.

    Raises:
        DeskRefusal: as :func:`take`; 404 ``subscriber_unknown``.
    """
    if not plain(text):
        return await take(desk, text, agent)
    told, now = decoded(text, desk.settings.language), desk.now()

    def write(c: Connection) -> Filed:
        scope = "desk" if subscriber is None else c.execute(
            select(subscribers.c.key).where(subscribers.c.id == subscriber)).scalar()  # fmt: skip
        if scope is None:
            raise DeskRefusal(404, "subscriber_unknown")
        filing = _spoken(desk, told, text, str(scope), subscriber, said or {})
        filed = _pressed_twice(c, filing, text, now) or file(c, filing, now, desk.settings.limits)
        audited(c, agent, "code", f"ticket:{filed.ref}", now, "spoken" if filed.new else "again")
        return filed

    filed = await desk.database.write(write)
    desk.wake("events")
    return filed


def _opened(text: str) -> tuple[str, bytes, dict[str, Any]]:
    """The code's digest (hex), the key that signed it, and what it says."""
    if plain(text):
        raise DeskRefusal(422, "code_spoken")
    try:
        opened, data = codes.unsealed(text)
    except SelfcareError as error:
        raise DeskRefusal(422, error.code, **error.values) from None
    if not opened.signed:
        raise DeskRefusal(422, "code_changed")
    return hashlib.sha256(opened.key + opened.data).hexdigest(), opened.key, data


def _lines(text: str, language: str) -> tuple[str, ...]:
    return decoded(text, language).lines


def lately(c: Connection, text: str, now: int) -> list[int]:
    """Open tickets that agents made of these digits a moment ago, newest first.

    Digits say what was found and not whose they are: two homes in one outage have the same. So they are offered.
    """
    if not plain(text):
        return []
    where = (tickets.c.created_at > now - LATELY_MS, tickets.c.channel == "spoken", tickets.c.waiting != "",
             tickets.c.description.contains(_spaced(text), autoescape=True))  # fmt: skip
    return list(c.execute(select(tickets.c.id).where(*where).order_by(tickets.c.id.desc()).limit(20)).scalars())


def _pressed_twice(c: Connection, filing: Filing, text: str, now: int) -> Filed | None:
    """The same digits of the same person, as far as was told: two presses, or two agents, are one ticket."""
    for number in lately(c, text, now):
        row = c.execute(select(tickets).where(tickets.c.id == number)).mappings().one()
        if (row["scope"], unpacked(row["contact"])) == (filing.scope, dict(filing.contact)):
            return Filed(number, row["ref"], new=False)
    return None


def _spaced(text: str) -> str:
    digits = "".join(one for one in text if one.isdigit())
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _again(c: Connection, scope: str, digest: str) -> Filed | None:
    """This very picture was here before."""
    row = c.execute(
        select(tickets.c.id, tickets.c.ref).join(external_ids, external_ids.c.ticket_id == tickets.c.id)
        .where(external_ids.c.scope == scope, external_ids.c.type == CODE, external_ids.c.value == digest)
    ).first()  # fmt: skip
    return Filed(int(row.id), str(row.ref), new=False) if row is not None else None


def _filing(data: Mapping[str, Any], digest: str, lines: tuple[str, ...], whose: tuple[int, str]) -> Filing:
    case = case_of(str(data.get("case", ""))) or ""
    ids = (External(digest, CODE, "selfcare"), *((External(case, CASE, "selfcare"),) if case else ()))
    language = str(data.get("language", ""))
    return Filing(
        scope=whose[1], subscriber=whose[0], name=(lines[1] if len(lines) > 1 else lines[0])[:120],
        description="\n".join(lines)[:_TEXT], severity=severity(data), kind="fault", channel="qr", externals=ids,
        case=case, language=language if language in LANGUAGES else LANGUAGES[0], contact=contact(data),
        facts=facts(data),
    )  # fmt: skip


def _spoken(
    desk: Desk, told: Decoded, text: str, scope: str, subscriber: int | None, said: Mapping[str, str]
) -> Filing:  # fmt: skip
    language = desk.settings.language
    first = Catalogue(language, DESK).text("intake.code.spoken", digits=_spaced(text))
    return Filing(
        scope=scope, subscriber=subscriber, name=told.lines[0][:120], description="\n".join((first, *told.lines)),
        severity="major", kind="fault", channel="spoken", language=language,
        contact={name: str(value)[:200] for name, value in said.items() if value}, facts=spoken_facts(told.data),
    )  # fmt: skip
