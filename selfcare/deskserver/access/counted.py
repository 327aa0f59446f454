"""How often something was tried, in the database: all processes that share it count as one, after a restart too.

For what is written anyway (a wrong login, a code that is asked for): no commit of its own. What only spares a
process's own processor (``pace.py``) it counts by itself.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import Connection, and_, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from selfcare.deskserver.schema import paces


def name_of(secret: bytes, kind: str, what: str) -> str:
    """Under which it is counted: an address, or what somebody typed as a login, stands nowhere as it is."""
    return f"{kind}:" + hmac.new(secret, f"{kind}\0{what}".encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def again(c: Connection, what: str, now: int, every: int) -> tuple[int, int]:
    """One more; how many there are now in this window of ``every`` ms, and how long it still lasts (ms)."""
    running = and_(paces.c.until > now, paces.c.until <= now + every)  # not of a clock that was ahead
    count, until = case((running, paces.c.count + 1), else_=1), case((running, paces.c.until), else_=now + every)
    more = update(paces).where(paces.c.what == what).values(count=count, until=until)
    row = c.execute(more.returning(paces.c.count, paces.c.until)).first()
    if row is None:
        fresh = {"what": what, "since": now, "until": now + every, "count": 1}
        kind = postgresql if c.dialect.name == "postgresql" else sqlite
        if c.execute(kind.insert(paces).values(fresh).on_conflict_do_nothing()).rowcount:
            return 1, every
        row = c.execute(more.returning(paces.c.count, paces.c.until)).one()
    return int(row[0]), int(row[1]) - now


def forgotten(c: Connection, what: str) -> None:
    """It was the right one."""
    c.execute(delete(paces).where(paces.c.what == what))
