"""Signing in by login, password and code: one question, one answer, whatever of it was wrong."""

from __future__ import annotations

from sqlalchemy import Connection, select
from starlette.requests import Request

from selfcare.deskserver.access import agents, counted, sessions, totp
from selfcare.deskserver.access.audit import told_as
from selfcare.deskserver.access.pace import LOGIN_TRIES, LOGIN_WINDOW, Pace
from selfcare.deskserver.access.passwords import Passwords
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, DeskRefusal
from selfcare.deskserver.schema import audit

_KNOWN_MS = 30 * 24 * 3_600_000
"""How long an address is one that an agent has signed in from."""


class Signing:
    """Of one process: what it counts, and its threads for passwords."""

    def __init__(self, desk: Desk, passwords: Passwords | None = None) -> None:
        self.desk = desk
        self.passwords = passwords or Passwords()
        self.pace = Pace(desk.settings.limits.logins_a_minute)

    def held_up(self, address: str) -> None:
        """Raises :class:`DeskRefusal` 429 before anything of a request was read: that costs nothing."""
        _demand(self.pace.wait(address, self.desk.now()))

    async def sign_in(self, login: str, password: str, typed: str, address: str, before: str = "") -> str:
        """A session's secret; ``before``: the hash of one this browser had.

        Raises:
            DeskRefusal: 403 ``wrong``, 429 ``too_often``, 503 ``busy``.
        """
        login = agents.plain_login(login)
        agent, step = await self._right(login, password, typed, address)
        now = self.desk.now()

        def started(c: Connection) -> str:
            counted.forgotten(c, self._counted(login))
            return _started(c, agent, step, login, address, before, now)

        secret = await self.desk.database.write(started)
        self.pace.right(address, login)
        return secret

    async def prove(self, agent: Agent, password: str, typed: str, address: str) -> None:
        """As :meth:`sign_in`, of who is signed in: for what only a fresh proof allows."""
        found, step = await self._right(agent.login, password, typed, address)
        now = self.desk.now()

        def done(c: Connection) -> None:
            if found != agent.id or not agents.used(c, found, step):
                raise DeskRefusal(403, "wrong")
            sessions.prove(c, agent.session, now)
            told_as(c, agent.name, "prove", "desk", now, address=address)

        await self.desk.database.write(done)
        self.pace.right(address, agent.login)

    def _counted(self, login: str) -> str:
        return counted.name_of(self.desk.secret, "login", login)

    async def _right(self, login: str, password: str, typed: str, address: str) -> tuple[int, int]:
        now = self.desk.now()
        found = await self.desk.database.read(lambda c: agents.keys(c, login))
        _demand(self.pace.wait(address, now))
        wait = max(self.pace.wait_login(login, now), min((found.locked_until or 0) - now, LOGIN_WINDOW))
        if wait > 0 and not await self.desk.database.read(lambda c: _known(c, login, address, now)):
            _demand(wait)
        self.pace.tried(address, login, now)
        right = await self.passwords.right(password, found.password)
        secret = totp.opened(self.desk.secret, login, found.totp) or bytes(20)
        step = totp.step_of(secret, typed, self.desk.now())
        if right and step is not None and step > (found.last if found.last is not None else -1):
            return found.id, step
        await self._wrong(found.id, login, address, now)
        raise DeskRefusal(403, "wrong")

    async def _wrong(self, agent: int, login: str, address: str, now: int) -> None:
        wait = self.pace.wait_login(login, now)

        def write(c: Connection) -> None:
            tries, left = counted.again(c, self._counted(login), now, LOGIN_WINDOW)  # in all processes
            until = now + max(wait, left if tries >= LOGIN_TRIES else 0)
            agents.failed(c, agent, until if until > now else None)  # of nobody: no row, the same time
            # what is no agent's login may be a password that was typed into the wrong field
            told_as(c, f"agent:{login}" if agent else "anybody", "login_wrong", "desk", now, address=address)

        await self.desk.database.write(write)


def _started(c: Connection, agent: int, step: int, login: str, address: str, before: str, now: int) -> str:
    if not agents.used(c, agent, step):  # two at the same moment with one code: one of them is in
        raise DeskRefusal(403, "wrong")
    told_as(c, f"agent:{login}", "login", "desk", now, address=address)
    return sessions.start(c, agent, now, before)


def _demand(wait: int) -> None:
    if wait > 0:
        seconds = -(-wait // 1000)
        raise DeskRefusal(429, "too_often", minutes=max(1, -(-seconds // 60)), seconds=seconds)


def _known(c: Connection, login: str, address: str, now: int) -> bool:
    """Whether this agent has signed in from there lately."""
    query = select(audit.c.id).where(audit.c.who == f"agent:{login}", audit.c.what == "desk", audit.c.did == "login",
                                     audit.c.address == address[:60], audit.c.at > now - _KNOWN_MS)  # fmt: skip
    return bool(address) and c.execute(query.limit(1)).first() is not None


def signing_of(request: Request) -> Signing:
    """This application's; made when it is first asked for."""
    state = request.app.state
    if not hasattr(state, "signing"):
        state.signing = Signing(state.desk)
    found: Signing = state.signing
    return found
