"""uvicorn's HTTP by httptools, with what it leaves open: time for a request, size of its head, how many, who reads.

httptools reads heads of any length, and uvicorn waits for a head, for the rest of a body that was refused, and for a
reader, as long as somebody likes.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from selfcare.deskserver.serve_room import BODY, IDLE, READER, WORK, Room, Seat

HEAD = 64 * 1024
"""Octets of a request's first line and headers."""
REST_S = 5.0
"""Seconds beyond ``slow_s`` for a body: until then the application itself refuses it with a word."""
READ_EVERY = 16 * 1024
"""Octets of an answer that somebody takes in ``slow_s`` at least: a slow line has as many in a second."""
PER_ADDRESS = 200
"""Connections of one address; a household behind one has a dozen. Of loopback there is no bound: a proxy is there."""


MOST, SPARE = 1000, 100
"""Connections in all; of these so many stay free for who comes, as long as anybody waits whose turn it is to go."""


class Bounded(HttpToolsProtocol):
    """``slow_s``: seconds for a head, and for part of an answer. ``room``: of all connections together."""

    slow_s = 20.0
    room = Room(MOST, SPARE)
    _timer: asyncio.TimerHandle | None = None
    _reader: asyncio.TimerHandle | None = None
    _head = _unread = 0
    _in_head = True
    _seat: Seat

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Too many of one address are ended at once."""
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self._seat = Seat(address, transport.abort)
        local = address.startswith("127.") or address in ("", "::1")
        if not self.room.enter(self._seat) or (self.room.taken(address) > PER_ADDRESS and not local):
            transport.abort()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """One less."""
        self.room.leave(self._seat)
        self._rest()
        self._read()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._head, self._in_head = 0, True
        self._wait()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Part of it."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Part of it."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """In time; and small enough, else nobody works for it. Its body has its time too, whoever reads it."""
        self._in_head = False
        self._seat.now(BODY)
        self._wait(REST_S)
        if self._head <= HEAD:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is there; what is done with it has its own time."""
        self._rest()
        self._seat.now(WORK)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The next request is waited for; somebody signed in is known from now on."""
        self._seat.now(IDLE)
        if self.scope.get("state", {}).get("agent") is not None:
            self._seat.known = True
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """A head without an end yields no header to count: its octets are. An empty line begins nothing, and ends."""
        waiting = self._in_head
        super().data_received(data)
        if waiting and self._in_head:
            self._count(len(data))
        idle = self.cycle is None or self.cycle.response_complete  # type: ignore[redundant-expr]
        if self._timer is None and self.timeout_keep_alive_task is None and idle:
            self._wait()

    def pause_writing(self) -> None:
        """What was written waits for its reader."""
        super().pause_writing()
        self._unread = self.transport.get_write_buffer_size()
        self._seat.now(READER)
        self._read()
        self._reader = self.loop.call_later(self.slow_s, self._still_read)

    def resume_writing(self) -> None:
        """It was read."""
        self._read()
        self._seat.now(WORK)
        super().resume_writing()

    def _still_read(self) -> None:
        """An answer that nobody takes holds memory, and its connection."""
        left = self.transport.get_write_buffer_size()
        if self._unread - left < READ_EVERY:
            return self.transport.abort()
        self._unread = left
        self._reader = self.loop.call_later(self.slow_s, self._still_read)

    def _read(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def _count(self, octets: int) -> None:
        self._head += octets
        if self._head > HEAD:
            self.transport.abort()

    def _wait(self, more: float = 0.0) -> None:
        self._rest()
        self._timer = self.loop.call_later(self.slow_s + more, self.transport.abort)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def protocol(slow: float, most: int = MOST, spare: int = SPARE) -> type[HttpToolsProtocol]:
    """For ``uvicorn.Config(http=…)``. ``slow``: seconds for a head. ``most``, ``spare``: connections."""
    return type("BoundedHere", (Bounded,), {"slow_s": slow, "room": Room(most, spare)})
