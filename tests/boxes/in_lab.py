"""On the PC of the lab, one session with a gateway: ``python -m tests.boxes.in_lab igd '[["wan"], ["put", {…}]]'``.

Prints one JSON line per item: what came, or ``{"error": code, "number": …}``.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from typing import Any

from selfcare.boxes.errors import BoxError
from selfcare.boxes.igd import DRIVER as IGD
from selfcare.boxes.natpmp import DRIVER as NATPMP
from selfcare.boxes.ssdp import local_address
from selfcare.boxes.wire import Place
from selfcare.model.box import PortMapping, Protocol

GATEWAY = "192.168.1.1"


def mapping(external: int, internal: int = 22, protocol: str = "tcp", **more: Any) -> PortMapping:
    more.setdefault("internal_client", local_address(GATEWAY))
    return PortMapping(external, internal, protocol=Protocol(protocol), **more)


def plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]


async def ask(session: Any, name: str, arguments: dict[str, Any]) -> Any:
    verbs = {"put": "put_forward", "delete": "delete_forward", "any": "any_forward", "traffic": "wan_traffic"}
    method = getattr(session, verbs.get(name, name))
    return await (method(mapping(**arguments)) if name in ("put", "delete", "any") else method())


async def main(kind: str, told: str) -> None:
    driver = IGD if kind == "igd" else NATPMP
    place = Place(GATEWAY)
    for _ in range(20):  # the daemon has just been started
        found = await driver.recognise(place)
        if found is not None:
            break
        await asyncio.sleep(0.1)
    session: Any = driver.open(place)
    if kind == "natpmp":
        session._pcp = False
    for name, *arguments in json.loads(told):
        try:
            answer = plain(await ask(session, name, *(arguments or [{}])))
        except BoxError as error:
            answer = {"error": error.code, "number": error.values.get("number")}
        print(json.dumps(answer), flush=True)
    await session.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
