"""What one process does for all that share a database: who has it, and until when. Whoever is killed has it no more."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, text, update
from sqlalchemy.dialects import postgresql, sqlite

from selfcare.deskserver.schema import leases

_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")


def mine(c: Connection, name: str, owner: str, now: int, for_ms: int) -> bool:
    """Whether ``owner`` has it, from now on for so long. Nobody else's is taken before its time is over.

    On PostgreSQL by the database's own clock: those of the machines need not agree.
    """
    if c.dialect.name == "postgresql":
        now = int(c.execute(_CLOCK).scalar_one())
    free = or_(leases.c.owner == owner, leases.c.until <= now, leases.c.until > now + 10 * for_ms)  # a clock ahead
    values = {"owner": owner, "until": now + for_ms}
    if c.execute(update(leases).where(leases.c.name == name, free).values(values)).rowcount:
        return True
    if c.dialect.name == "postgresql":
        made = postgresql.insert(leases).values(name=name, **values).on_conflict_do_nothing()
        return bool(c.execute(made).rowcount)
    return bool(c.execute(sqlite.insert(leases).values(name=name, **values).on_conflict_do_nothing()).rowcount)


def given_back(c: Connection, name: str, owner: str) -> None:
    """Another may have it at once."""
    c.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
