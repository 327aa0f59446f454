"""Writing in groups: what waits is done in one transaction and one commit.

First without savepoints, as nearly all of it is well; where somebody's is refused, all of the group is taken back and
done again, each in a savepoint of its own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from selfcare.deskserver.model import DeskRefusal

T = TypeVar("T")
TOGETHER = 64  # transactions in a commit at the most
TOGETHER_S = 0.05  # and this long at the most, so that the first of them does not wait for the last
TRIES = 6  # of a group that was certainly not kept; the pauses between them add up to 1.5 s, a server's quick restart
PAUSE_S = 0.05
AGAIN = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
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
                refusal = _refusal(error)
                if refusal.code != "database_away" or attempt == TRIES - 1:
                    log.warning("not written: %s", error.__cause__ or error)
                    return _fail(self._or_all(group), refusal)

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
                for wanted in self._next(group):
                    _do(wanted, connection)
            except DBAPIError as error:
                raise _Broken from error
            _commit(transaction)

    def _plain(self, group: list[_Wanted]) -> bool:
        """Without savepoints. False: something of it was refused, and nothing was kept."""
        with self._engine.connect() as connection:
            connection = connection.execution_options(done_again=True)
            try:
                transaction = connection.begin()
                for wanted in self._next(group):
                    wanted.result, wanted.error = wanted.do(connection), None
                connection.exec_driver_sql("SELECT 1")  # PostgreSQL says here what somebody's ``do`` has hidden
            except BaseException:  # its own turn, in a savepoint, tells whose it is
                return False
            _commit(transaction)
        return True

    def _next(self, group: list[_Wanted]) -> Iterable[_Wanted]:
        """First those of a group that is tried again, then what waits, as long as there is room and time."""
        yield from [wanted for wanted in group if not wanted.answer.cancelled()]
        until = time.monotonic() + TOGETHER_S
        while len(group) < TOGETHER and (not group or time.monotonic() < until):
            with self._some:
                if not self._waiting:
                    return
                wanted = self._waiting.popleft()
            group.append(wanted)
            if not wanted.answer.cancelled():
                yield wanted


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
            raise _Broken from error
        wanted.result, wanted.error = None, error
        _back(connection, error)


def _back(connection: Connection, error: BaseException) -> None:
    """SQLite undoes everything by itself where the disk is full: then there is no savepoint to go back to."""
    try:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
        connection.exec_driver_sql("RELEASE SAVEPOINT one")
    except DBAPIError:
        raise _Broken from error


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _judged(error: DBAPIError) -> Exception:
    """Of a commit that failed: the server said no (nothing was kept), or it said nothing."""
    said = str(error.orig)
    if _state(error) or "full" in said or "locked" in said:
        return _Broken()
    return _Unsure()


def _refusal(error: BaseException) -> DeskRefusal:
    """Nothing was kept. ``database_away``: worth another try."""
    cause = error.__cause__ or error
    said = str(getattr(cause, "orig", cause))
    if "is full" in said or "53100" in str(getattr(getattr(cause, "orig", None), "sqlstate", "")):
        return DeskRefusal(507, "storage_full")
    if "is locked" in said:
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
