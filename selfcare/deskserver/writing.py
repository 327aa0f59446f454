"""Writing in groups: what waits is done in one transaction and one commit.

First without savepoints, as nearly all of it is well; where somebody's is refused, all of the group is taken back and
done again, each in a savepoint of its own. Where another process holds what this one wants next, and wants what this
one holds (PostgreSQL: a deadlock), each is done again in a transaction of its own, so that nobody holds two's things.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction, text
from sqlalchemy.exc import DBAPIError

from selfcare.deskserver.model import DeskRefusal

T = TypeVar("T")
TOGETHER = 64  # transactions in a commit at the most
TOGETHER_S = 0.05  # and this long at the most, so that the first of them does not wait for the last
TRIES = 6  # of a group that was certainly not kept; the pauses between them add up to 1.5 s, a server's quick restart
PAUSE_S = 0.05
AGAIN = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
HELD = "55P03"  # PostgreSQL: somebody holds the lock for longer than we wait
_LOCK = text("SELECT pg_advisory_xact_lock(one) FROM unnest(CAST(:keys AS bigint[])) AS one")
log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Wanted:
    do: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = field(default=None)

    def tell(self) -> None:
        """In its loop."""
        if self.answer.done():  # who asked has gone
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class _Broken(Exception):
    """The whole transaction is gone, not one savepoint; nothing of it was kept."""


class _Crossed(_Broken):
    """As it is, by another process that took the same things in another order."""


class _Unsure(Exception):
    """The commit was sent and not answered."""


class Writer:
    """One thread, one connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Wanted] = deque()
        self._some = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="desk-write", daemon=True)
        self._thread.start()

    async def write(self, do: Callable[[Connection], T]) -> T:
        """See :meth:`selfcare.deskserver.database.Database.write`."""
        loop = asyncio.get_running_loop()
        wanted = _Wanted(do, loop, loop.create_future())
        with self._some:
            if self._closed:
                raise DeskRefusal(503, "database_away")
            self._waiting.append(wanted)
            self._some.notify()
        result: T = await wanted.answer
        return result

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    def close(self) -> None:
        """After what waits."""
        with self._some:
            self._closed = True
            self._some.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._some:
                while not self._waiting and not self._closed:
                    self._some.wait()
                if not self._waiting:
                    return
            group: list[_Wanted] = []
            try:
                self._group(group)
            except BaseException as error:  # whatever it was: who waits is told
                log.exception("writing failed")
                _fail(group, error)
            _answer(group)

    def _group(self, group: list[_Wanted]) -> None:
        """What waits, tried until it is kept, or certainly not, or nobody knows."""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(PAUSE_S * attempt * attempt / 2)
            try:
                return self._try(group)
            except _Unsure as error:
                log.warning("a commit was not answered: %s", error.__cause__)
                return _fail(group, DeskRefusal(503, "database_unsure"))
            except (_Broken, DBAPIError) as error:
                if isinstance(error, _Crossed) and len(group) > 1:
                    return self._one_by_one(group)
                refusal = _refusal(error)
                if refusal.code != "database_away" or attempt == TRIES - 1:
                    log.warning("not written: %s", error.__cause__ or error)
                    return _fail(self._or_all(group), refusal)

    def _one_by_one(self, group: list[_Wanted]) -> None:
        """Each in a transaction of its own, and told at once: what went wrong with a later one is not theirs."""
        log.info("a group of %d met another process's: one by one", len(group))
        for wanted in group[:]:
            self._group([wanted])
            if isinstance(wanted.error, DeskRefusal) and wanted.error.code == "database_away":
                return _fail(group, wanted.error)
            _answer([wanted])
            group.remove(wanted)

    def _or_all(self, group: list[_Wanted]) -> list[_Wanted]:
        """No connection, or no lock, could be had: all who wait are told, else each would wait for those before."""
        if not group:
            with self._some:
                group.extend(self._waiting)
                self._waiting.clear()
        return group

    def _try(self, group: list[_Wanted]) -> None:
        if not group and self._plain(group):
            return
        with self._engine.connect() as connection:
            try:
                transaction = connection.begin()
                wanted = [one for one in group or self._next(group) if not one.answer.cancelled()]
                lock(connection, wanted)
                for one in wanted:
                    _do(one, connection)
            except DBAPIError as error:
                raise _broken(error) from error
            _commit(transaction)

    def _plain(self, group: list[_Wanted]) -> bool:
        """Without savepoints. False: something of it was refused, and nothing was kept."""
        with self._engine.connect() as connection:
            connection = connection.execution_options(done_again=True)
            try:
                transaction = connection.begin()
                self._all(connection, group)
                connection.exec_driver_sql("SELECT 1")  # PostgreSQL says here what somebody's ``do`` has hidden
            except BaseException as error:  # its own turn, in a savepoint, tells whose it is
                if _state(error) in AGAIN:
                    raise _Crossed from error
                return False
            _commit(transaction)
        return True

    def _all(self, connection: Connection, group: list[_Wanted]) -> None:
        """Those that can be done together first; the others as long as there is time, the rest has the next turn."""
        wanted = [one for one in self._next(group) if not one.answer.cancelled()]
        lock(connection, wanted)
        alike: dict[Any, list[_Wanted]] = {}
        for one in wanted:
            alike.setdefault(getattr(one.do, "many", one), []).append(one)
        until = time.monotonic() + TOGETHER_S
        for place, (many, ones) in enumerate(sorted(alike.items(), key=lambda one: isinstance(one[0], _Wanted))):
            if place and time.monotonic() > until:
                self._later(group, ones)
            elif isinstance(many, _Wanted):
                many.result, many.error = many.do(connection), None
            else:
                for one, told in zip(ones, many(connection, [one.do for one in ones]), strict=True):
                    one.result, one.error = (None, told) if isinstance(told, DeskRefusal) else (told, None)

    def _next(self, group: list[_Wanted]) -> list[_Wanted]:
        """What waits, as far as there is room."""
        with self._some:
            while self._waiting and len(group) < TOGETHER:
                group.append(self._waiting.popleft())
        return group

    def _later(self, group: list[_Wanted], ones: Sequence[_Wanted]) -> None:
        with self._some:
            self._waiting.extendleft(reversed(ones))
        for one in ones:
            group.remove(one)


def lock(c: Connection, wanted: Iterable[_Wanted]) -> None:
    """Before anything is done, all that they say they need, in one order: two processes can not cross."""
    held(c, {key for one in wanted for key in getattr(one.do, "locks", ())})


def held(c: Connection, keys: Iterable[int]) -> None:
    """Nobody else, in no process, has these until this transaction ends. SQLite: it has one writer anyway."""
    if c.dialect.name == "postgresql" and (every := sorted(set(keys))):
        c.execute(_LOCK, {"keys": every}).all()


def done_again(c: Connection) -> bool:
    """Whether what is done here now is done once more, carefully, if anything goes wrong: no savepoint is needed."""
    return bool(c.get_execution_options().get("done_again"))


def _commit(transaction: RootTransaction) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        raise _judged(error) from error


def _do(wanted: _Wanted, connection: Connection) -> None:
    """Its error is its own, unless it took the transaction with it."""
    wanted.result, wanted.error = None, None
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        wanted.result = wanted.do(connection)
        connection.exec_driver_sql("RELEASE SAVEPOINT one")
    except BaseException as error:
        if isinstance(error, DBAPIError) and (error.connection_invalidated or _state(error) in AGAIN):
            raise _broken(error) from error
        wanted.result, wanted.error = None, error
        _back(connection, error)


def _back(connection: Connection, error: BaseException) -> None:
    """SQLite undoes everything by itself where the disk is full: then there is no savepoint to go back to."""
    try:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
        connection.exec_driver_sql("RELEASE SAVEPOINT one")
    except DBAPIError:
        raise _Broken from error


def _broken(error: DBAPIError) -> _Broken:
    return _Crossed() if _state(error) in AGAIN else _Broken()


def _state(error: BaseException) -> str:
    """PostgreSQL's; of an error as it is, or in SQLAlchemy's wrapping."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")


def _judged(error: DBAPIError) -> Exception:
    """Of a commit that failed: the server said no (nothing was kept), or it said nothing."""
    said = str(error.orig)
    if _state(error) or "full" in said or "locked" in said:
        return _broken(error)
    return _Unsure()


def _refusal(error: BaseException) -> DeskRefusal:
    """Nothing was kept. ``database_away``: worth another try."""
    cause = error.__cause__ or error
    said = str(getattr(cause, "orig", cause))
    if "is full" in said or _state(cause) == "53100":
        return DeskRefusal(507, "storage_full")
    if "is locked" in said or _state(cause) == HELD:
        return DeskRefusal(503, "database_busy")
    return DeskRefusal(503, "database_away")


def _fail(group: list[_Wanted], error: BaseException) -> None:
    for wanted in group:
        wanted.result, wanted.error = None, error


def _answer(group: list[_Wanted]) -> None:
    """Each loop is woken once."""
    for loop in {wanted.loop for wanted in group}:
        mine = [wanted for wanted in group if wanted.loop is loop]
        try:
            loop.call_soon_threadsafe(_tell, mine)
        except RuntimeError:  # closed: nobody waits any more
            log.debug("nobody waits for what was written")


def _tell(group: list[_Wanted]) -> None:
    for wanted in group:
        wanted.tell()
