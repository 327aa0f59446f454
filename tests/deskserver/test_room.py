"""Nearly too many connections: who holds most of them makes room, whoever works or is signed in stays."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selfcare.deskserver.serve_http import protocol
from tests.deskserver.bench import running

MOST, SPARE = 60, 10
GREEDY = [f"127.0.0.{number}" for number in range(11, 16)]
BEGUN = {
    "silent": b"",
    "head": b"GET /health HTTP/1.1\r\nHost: a\r\nX: ",
    "body": b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 90\r\n\r\n{",
}


def one_at(port: int, address: str, sent: bytes = b"") -> socket.socket:
    found = socket.create_connection(("127.0.0.1", port), 5, (address, 0))
    found.sendall(sent)
    return found


def asked(wire: socket.socket, path: str = "/health") -> int:
    """Its status; 0: it was ended."""
    wire.settimeout(5)
    try:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        return int((wire.recv(65536).split() or [b"", b"0"])[1])
    except OSError:
        return 0


def ended(wire: socket.socket) -> bool:
    wire.setblocking(False)
    try:
        return not wire.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextmanager
def small_desk() -> Iterator[int]:
    async def health(_request: Request) -> Response:
        return Response(status_code=204)

    async def signed_in(request: Request) -> Response:
        request.state.agent = "lea"
        return Response(status_code=204)

    async def body(request: Request) -> Response:
        return Response(await request.body())

    routes = [Route("/health", health), Route("/in", signed_in), Route("/body", body, methods=["POST"])]
    with running(Starlette(routes=routes), http=protocol(20.0, MOST, SPARE), limit_concurrency=MOST) as url:
        yield int(url.rpartition(":")[2])


@pytest.mark.parametrize("how", list(BEGUN))
def test_five_addresses_that_take_all_there_is_do_not_keep_a_sixth_out(how: str) -> None:
    with small_desk() as port:
        agent = one_at(port, GREEDY[0])  # behind the same address as a greedy one
        assert asked(agent, "/in") == 204
        held = [one_at(port, address, BEGUN[how]) for _ in range(MOST // 5) for address in GREEDY]
        others = []
        for number in range(20, 40):  # twenty homes, each of its own address
            others.append(one_at(port, f"127.0.0.{number}"))
            assert asked(others[-1]) == 204
        assert asked(agent) == 204 and all(asked(one) == 204 for one in others)
        time.sleep(0.05)
        gone = [ended(one) for one in held]
        assert sum(gone) >= 30 and sum(gone[:30]) > 2 * sum(gone[30:])  # those that have waited longest
        for one in (agent, *held, *others):
            one.close()


def test_who_holds_many_pushes_out_its_own_and_none_of_the_others() -> None:
    with small_desk() as port:
        quiet = [one_at(port, f"127.0.0.{number}") for number in range(20, 40)]
        flood = [one_at(port, GREEDY[0]) for _ in range(200)]
        time.sleep(0.1)
        assert not any(map(ended, quiet)) and sum(map(ended, flood)) >= 200 - MOST + len(quiet)
        for one in (*quiet, *flood):
            one.close()
