"""The operator's ticket desk on the lab's Internet: ``tests/desks/tmf_server.py`` as a program, and a hand on it.

By its address it speaks http, and needs no names; by its name it speaks TLS, with a root the PC's store has.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.desks.tmf_server import BASES, Fault, TmfServer
from tests.lab import plan
from tests.lab.mounts import REPO, SHARED
from tests.lab.services import wait_for
from tests.lab.world.ca import Authority

if TYPE_CHECKING:
    from tests.lab.lab import Lab

SOCKET = "desk.sock"


class LabDesk:
    """Started in a running lab; whoever runs the program there then has it in the profile."""

    def __init__(self, lab: Lab, *, by_name: bool = False) -> None:
        self._lab = lab
        lab.spaces.net.ip(f"addr replace {plan.DESK}/32 dev lo")
        path = os.pathsep.join(filter(None, [str(REPO), os.environ.get("PYTHONPATH")]))
        lab.services.start("desk", lab.spaces.net, sys.executable, "-m", "tests.lab.desk", PYTHONPATH=path)
        wait_for("the desk listens", lab.spaces.path(SOCKET).exists, 10)
        self.use(by_name=by_name)

    def use(self, *, by_name: bool = False, **more: str) -> None:
        """What the profile says of it from now on: by its name, else by its address. ``more``: keys of the desk."""
        root = f"https://{plan.DESK_NAME}:{plan.DESK_TLS_PORT}" if by_name else f"http://{plan.DESK}:{plan.DESK_PORT}"
        lines = ["", "[support.desk]", 'kind = "tmf621-v5"', f'url = "{root}{BASES["v5"]}"']
        lines += [f"{name} = {json.dumps(value)}" for name, value in more.items()]
        self._profile("desk.toml", plan.PROFILE.read_text(encoding="utf-8") + "\n".join(lines) + "\n")

    def _profile(self, name: str, text: str) -> None:
        path = self._lab.spaces.path(name)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        self._lab.variables["SELFCARE_PROFILE"] = f"{SHARED}/{name}"

    def fault(self, method: str, when: str, does: int | str | float, times: int = 1) -> None:
        """See ``tmf_server.Fault``."""
        self._ask({"fault": [method, when, does, times]})

    def says(self, text: str, **fields: Any) -> None:
        """An agent writes on the newest ticket, and changes it."""
        self._ask({"says": text, "fields": fields})

    @property
    def tickets(self) -> list[dict[str, Any]]:
        """As the desk has them."""
        found: list[dict[str, Any]] = self._ask({})["tickets"]
        return found

    @property
    def seen(self) -> list[str]:
        """``POST /…`` for each request that arrived, however it ended."""
        found: list[str] = self._ask({})["seen"]
        return found

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
            channel.settimeout(10)
            channel.connect(str(self._lab.spaces.path(SOCKET)))
            channel.sendall(json.dumps(what).encode() + b"\n")
            with channel.makefile("rb") as answer:
                told: dict[str, Any] = json.loads(answer.read())
                return told


# -- the program ------------------------------------------------------------------------------------


def _trusted() -> Authority:
    authority = Authority("Guichet (laboratory)")
    with Path(SHARED, "store.pem").open("ab") as store:
        store.write(authority.pem())
    return authority


async def _serve(authority: Authority) -> None:
    async with TmfServer("v5", at=(plan.DESK, plan.DESK_PORT)) as server:
        await server.also(plan.address4(plan.DESK_NAME), plan.DESK_TLS_PORT, authority.context(plan.DESK_NAME))

        async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            _act(server, json.loads(await reader.readline()))
            seen = [f"{one.method} {one.path} {one.status}" for one in server.seen]
            writer.write(json.dumps({"tickets": server.tickets, "seen": seen}).encode())
            await writer.drain()
            writer.close()

        control = await asyncio.start_unix_server(hear, f"{SHARED}/{SOCKET}")
        await control.serve_forever()


def _act(server: TmfServer, what: dict[str, Any]) -> None:
    if "fault" in what:
        server.faults.append(Fault(*what["fault"]))
    if "says" in what:
        ref = server.tickets[-1]["id"]
        if what["says"]:
            server.say(ref, what["says"])
        if what["fields"]:
            server.set(ref, **what["fields"])


if __name__ == "__main__":
    asyncio.run(_serve(_trusted()))
