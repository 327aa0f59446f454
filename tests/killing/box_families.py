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
    name: str, secret: Callable[[], Secret] | None, forgotten: tuple[str, ...] = (),
    without: Mapping[str, str] | None = None, make: Make | None = None,
) -> Family:  # fmt: skip
    """A family with its own driver and its own simulator."""

    def made(home: Home) -> Simulator:
        box: Any = importlib.import_module(f"tests.boxes.{name}").SIMULATOR(home)
        found: Simulator = box
        return found

    @asynccontextmanager
    async def enter(place: Place) -> AsyncIterator[Any]:
        driver = importlib.import_module(f"selfcare.boxes.{name}").DRIVER
        session = driver.open(place)
        try:
            if secret is not None:
                await session.log_in(secret())
            yield session
        finally:
            await session.close()

    return Family(name, make or made, enter, without or {}, forgotten)


def _password() -> Secret:
    return Secret(Home().password)


def _fritz() -> Secret:
    from tests.boxes.fritz import USER

    return Secret(f"{USER}\n{Home().password}")


def _token() -> Secret:
    from tests.boxes.freebox import FreeboxSimulator

    return Secret(FreeboxSimulator(Home()).token)


def _bbox() -> Secret:
    from selfcare.boxes.bbox.client import Manner, credential

    return credential(_password(), Manner())


def _gateway(home: Home) -> Simulator:
    """One that takes mappings for every machine, as a box's own page does."""
    from tests.boxes.igd import IgdBox, Manners

    return IgdBox(home, manners=Manners(client=None))


def _none(why: str, *labels: str) -> dict[str, str]:
    return dict.fromkeys(labels, why)


_GUEST = ("guest on", "guest odd hours", "guest on, no end", "guest new key")
_PLAN = ("parental plan", "parental night", "parental block", "parental none", "parental first")
_RESERVE = ("reservation add", "reservation change", "reservation remove")
_FORWARD = ("forward add", "forward change", "forward remove")
_WIFI = ("wifi name, key, channel", "wifi name, key", "wifi off")

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
            **_none("no end of its own", "guest on", "guest odd hours"),
            **_none("no plan of its own", *_PLAN),
            "parental blocked": "others stand under its one timetable",
        },
    ),
    "sfr": real(
        "sfr",
        _password,
        without={
            "wifi name, key, channel": "no width of its own",
            "wifi off": "5 GHz cannot be switched",
            **_none("no end of its own", "guest on", "guest odd hours"),
            **_none("no setter", "parental blocked", *_PLAN, *_RESERVE, *_FORWARD),
        },
    ),
    "fritz": real(
        "fritz",
        _fritz,
        ("origin",),
        {
            "wifi name, key, channel": "no width of its own",
            **_none("no end of its own", "guest on", "guest odd hours"),
            **_none("no timetable", *_PLAN),
            **_none("no setter", *_RESERVE),
        },
    ),
    "igd": real(
        "igd",
        None,
        ("origin",),
        {**_none("mappings only", "parental blocked", "restart", *_WIFI, *_GUEST, *_PLAN, *_RESERVE)},
        _gateway,
    ),
}
