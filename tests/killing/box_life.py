"""A life of the program that changes the box: forked, killed at a moment, followed by another that starts anew."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import traceback
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.cases import box_journal
from selfcare.cases.box_journal import BoxJournal
from selfcare.ground.atomic import write_atomic
from selfcare.model.box import Wish
from tests.app.box_bench import Time, yes

LIMIT_S = 20.0
Act = Callable[[BoxChanges], Coroutine[Any, Any, Any]]
Enter = Callable[[Place], AbstractAsyncContextManager[Any]]


class Moments:
    """Before and after everything that the program itself writes. ``strike``: at which of them it dies."""

    def __init__(self, strike: tuple[int, str] | None) -> None:
        self.count, self.strike = 0, strike

    def __call__(self, act: Callable[[], None]) -> None:
        self.count += 1
        mine = self.count
        if self.strike == (mine, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        act()
        if self.strike == (mine, "after"):
            os.kill(os.getpid(), signal.SIGKILL)


class FileStore:
    """A keyring that outlives the program."""

    def __init__(self, path: Path, moments: Moments) -> None:
        self._path, self._moments = path, moments

    def _kept(self) -> dict[str, str]:
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def get(self, name: str) -> Secret | None:
        kept = self._kept()
        return Secret(kept[name]) if name in kept else None

    def put(self, name: str, secret: Secret) -> None:
        self._write({**self._kept(), name: secret.reveal()})

    def delete(self, name: str) -> None:
        self._write({k: v for k, v in self._kept().items() if k != name})

    def _write(self, kept: dict[str, str]) -> None:
        self._moments(lambda: write_atomic(self._path, json.dumps(kept).encode()))


@dataclass(frozen=True)
class Lived:
    """``code``: of the process, negative for a signal. ``said``: what it came to. ``moments``: of its own writes."""

    code: int
    said: Any
    moments: int


@dataclass
class Lives:
    """Where they live, and how the box is entered."""

    folder: Path
    place: Place
    enter: Enter

    def changes(self, moments: Moments) -> BoxChanges:
        box_journal.write_atomic = lambda path, data: moments(lambda: write_atomic(path, data))
        return BoxChanges(
            lambda: self.enter(self.place),
            BoxJournal(self.folder / "box-changes"),
            FileStore(self.folder / "keys", moments),
            clock=Time().clock(),
        )

    async def change(self, changes: BoxChanges, wish: Wish) -> Any:
        done = await changes.carry_out(await changes.propose(wish), yes)
        return done.outcome.value

    async def undo(self, changes: BoxChanges) -> Any:
        entries, _ = changes.changes()
        return (await changes.undo(entries[0].name, yes)).outcome.value

    async def settle(self, changes: BoxChanges) -> Any:
        return asdict(await changes.settle())

    def live(
        self,
        act: Callable[[BoxChanges], Coroutine[Any, Any, Any]],
        strike: tuple[int, str] | None = None,
        arm: Callable[[int], None] = lambda _pid: None,
    ) -> Lived:
        """One process. ``arm`` is told its number before it begins."""
        go, gone = os.pipe()
        out, into = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(gone)
            os.close(out)
            self._live(act, Moments(strike), go, into)
        os.close(go)
        os.close(into)
        arm(pid)
        os.write(gone, b"!")
        os.close(gone)
        told = _read(out, pid)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said, moments = json.loads(told) if told else (None, 0)
        return Lived(code, said, moments)

    def _live(
        self, act: Callable[[BoxChanges], Coroutine[Any, Any, Any]], moments: Moments, go: int, into: int
    ) -> None:
        code = 70
        try:
            os.read(go, 1)
            said = asyncio.run(act(self.changes(moments)))
            os.write(into, json.dumps([said, moments.count]).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)


def _read(handle: int, pid: int) -> bytes:
    told = b""
    with os.fdopen(handle, "rb", buffering=0) as pipe:
        while True:
            if not select.select([pipe], [], [], LIMIT_S)[0]:
                os.kill(pid, signal.SIGKILL)
            more = pipe.read(65536)
            if not more:
                return told
            told += more
