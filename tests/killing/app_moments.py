"""The moments of the program that asks: before and after each request, proof, decision and line of the history."""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from selfcare.app import changing, repair
from selfcare.cases import history
from selfcare.hand import channel

Reached = Callable[[str], None]
WRITES = ("BEGIN", "INSERT", "COMMIT")


def name(reached: Reached) -> None:
    """Puts ``reached`` in place, in the program's own classes; a name that is no longer there is an error."""
    for owner, words in (
        (repair.Repair, ("look", "_until", "_asked", "_end_trials")),
        (changing.Changing, ("apply", "keep", "undo")),
        (channel.Channel, ("end",)),
    ):
        for word in words:
            setattr(owner, word, _around(getattr(owner, word), f"{owner.__name__}.{word}", reached))
    _name_requests(reached)
    _name_history(reached)


def _around(method: Any, title: str, reached: Reached) -> Any:
    @functools.wraps(method)
    async def named(*args: Any, **options: Any) -> Any:
        reached(f"before {title}")
        done = await method(*args, **options)
        reached(f"after {title}")
        return done

    return named


class Input:
    """What the app says to its helper: a moment before and after each request leaves."""

    def __init__(self, inner: Any, reached: Reached) -> None:
        self.inner, self.reached, self.verb = inner, reached, ""

    def write(self, line: bytes) -> None:
        self.verb = json.loads(line)["verb"]
        self.reached(f"before {self.verb}")
        self.inner.write(line)

    async def drain(self) -> None:
        await self.inner.drain()
        self.reached(f"sent {self.verb}")

    def __getattr__(self, word: str) -> Any:
        return getattr(self.inner, word)


def _name_requests(reached: Reached) -> None:
    made, exchange = channel.Channel.__init__, channel.Channel._exchange

    def init(self: channel.Channel, process: Any) -> None:
        made(self, process)
        self.input = Input(self.input, reached)  # type: ignore[assignment]

    async def exchanged(self: channel.Channel, line: bytes) -> bytes:
        said = await exchange(self, line)
        reached(f"answered {self.input.verb}")  # type: ignore[attr-defined]
        return said

    channel.Channel.__init__ = init  # type: ignore[method-assign]
    channel.Channel._exchange = exchanged  # type: ignore[method-assign]


def _name_history(reached: Reached) -> None:
    opened, write = history.History._opened, history.History._write

    def traced(statement: str) -> None:
        if statement.startswith(WRITES):
            reached(f"before sql {statement.split()[0]}")

    def opened_and_traced(self: history.History) -> sqlite3.Connection:
        connection = opened(self)
        connection.set_trace_callback(traced)
        return connection

    def written(self: history.History, kind: str, *args: Any) -> None:
        write(self, kind, *args)
        reached(f"noted {kind}")

    history.History._opened = opened_and_traced  # type: ignore[method-assign]
    history.History._write = written  # type: ignore[method-assign]
