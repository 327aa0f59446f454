"""Which boxes are swept: how each is simulated, entered, and which wishes it has no way of carrying out."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.boxes.plain import PlainBox
from tests.boxes.plain_session import contact
from tests.killing.box_life import Enter
from tests.killing.box_server import Make


@dataclass(frozen=True)
class Family:
    """``without``: labels of ``tests.boxes.wishes`` with the reason why not; ``forgotten``: see ``seen``."""

    name: str
    simulator: Make
    enter: Enter
    without: Mapping[str, str] = field(default_factory=dict)
    forgotten: tuple[str, ...] = ()

    def load(self) -> None:
        """Its driver before anybody is forked: each life would import it anew."""
        if self.name != "plain":
            importlib.import_module(f"selfcare.boxes.{self.name}")


def real(
    name: str, secret: Callable[[], Secret], forgotten: tuple[str, ...] = (), without: Mapping[str, str] | None = None
) -> Family:  # fmt: skip
    """A family with its own driver and its own simulator."""

    def make(home: Home) -> Simulator:
        box: Any = importlib.import_module(f"tests.boxes.{name}").SIMULATOR(home)
        made: Simulator = box
        return made

    @asynccontextmanager
    async def enter(place: Place) -> AsyncIterator[Any]:
        driver = importlib.import_module(f"selfcare.boxes.{name}").DRIVER
        session = driver.open(place)
        try:
            await session.log_in(secret())
            yield session
        finally:
            await session.close()

    return Family(name, make, enter, without or {}, forgotten)


def _password() -> Secret:
    return Secret(Home().password)


def _token() -> Secret:
    from tests.boxes.freebox import FreeboxSimulator

    return Secret(FreeboxSimulator(Home()).token)


def _bbox() -> Secret:
    from selfcare.boxes.bbox.client import Manner, credential

    return credential(_password(), Manner())


FAMILIES = {
    "plain": Family("plain", PlainBox, lambda place: contact(place, Home().password)),
    "freebox": real(
        "freebox", _token, ("guest",), {"guest new key": "a Freebox has no network for guests while it is off"}
    ),
    "livebox": real("livebox", _password, ("name", "comment")),
    "bbox": real(
        "bbox",
        _bbox,
        without={
            "wifi name, key, channel": "no width of its own",
            "guest on": "no end of its own",
            **dict.fromkeys(
                ("parental plan", "parental block", "parental none", "parental first"), "no plan of its own"
            ),
        },
    ),
}
