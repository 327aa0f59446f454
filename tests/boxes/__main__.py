"""``python -m tests.boxes freebox --port 8080 --fault dark-fibre``: a simulated box to be looked at by hand."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib

from tests.boxes.base import Simulator, serving
from tests.boxes.home import FAULTS, Home

FAMILIES = ("freebox", "livebox", "sfr", "bbox", "fritz", "igd", "natpmp")


def simulator(family: str, home: Home, latency_s: float = 0.0) -> Simulator:
    """Each family is a module or a package ``tests.boxes.<family>`` with a ``SIMULATOR`` class."""
    made: Simulator = importlib.import_module(f"tests.boxes.{family}").SIMULATOR(home, latency_s)
    return made


def chosen(words: list[str] | None = None) -> tuple[Simulator, str, int]:
    """The box that the words of the command ask for, its address and its port."""
    parser = argparse.ArgumentParser(prog="python -m tests.boxes", description=__doc__)
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="default: the family's own")
    parser.add_argument(
        "--fault", action="append", default=[], choices=sorted(FAULTS), help="may be given several times"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="ms before each answer")
    arguments = parser.parse_args(words)
    home = Home(address=arguments.address)
    for name in arguments.fault:
        FAULTS[name](home)
    box = simulator(arguments.family, home, arguments.latency / 1000)
    return box, arguments.address, box.port if arguments.port is None else arguments.port


def main() -> None:
    asyncio.run(_serve(*chosen()))


async def _serve(box: Simulator, address: str, port: int) -> None:
    async with serving(box, address, port) as place:
        print(f"{box.family} on {place.address}:{place.port}, Ctrl-C ends it", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
