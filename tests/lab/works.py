"""``python -m tests.lab.works HOST BOX ADDRESS``: what works on this PC, seen without the program under test. JSON."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Thread

LIMIT_S = 4.0


def pings(address: str) -> bool:
    words = ("ping", "-c", "2", "-i", "0.3", "-W", "1", address)
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def connects(address: str, port: int = 443) -> bool:
    with socket.create_connection((address, port), timeout=3):
        return True


def resolves(host: str) -> bool:
    return bool(socket.getaddrinfo(host, 80))


def page(host: str) -> bool:
    connection = http.client.HTTPConnection(host, timeout=3)
    connection.request("GET", "/")
    return connection.getresponse().status < 400


def main(host: str, box: str, address: str) -> None:
    found: dict[str, bool] = dict.fromkeys(("box", "address", "name", "page"), False)

    def note(what: str, so: Callable[[], bool]) -> None:
        try:
            found[what] = so()
        except (OSError, http.client.HTTPException):
            found[what] = False

    asked: dict[str, Callable[[], bool]] = {
        "box": lambda: pings(box), "address": lambda: connects(address), "name": lambda: resolves(host),
        "page": lambda: page(host),
    }  # fmt: skip
    threads = [Thread(target=note, args=item, daemon=True) for item in asked.items()]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + LIMIT_S
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0))
    print(json.dumps(found), flush=True)
    os._exit(0)  # a name that is still being asked for would hold the interpreter


if __name__ == "__main__":
    main(*sys.argv[1:])
