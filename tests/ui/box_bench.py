"""A window whose box is a simulator on loopback, behind the real desk in the real engine thread."""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from selfcare.app.boxes import BoxDesk, Gateway
from selfcare.app.services import Services
from selfcare.boxes.wire import Place
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import Backend, SecretStore
from selfcare.model.box.line_sample import LineSample
from selfcare.model.units import Db, Dbm, Kbps, Seconds
from selfcare.store.lines import LineHistory
from tests.boxes.base import Simulator
from tests.boxes.home import FAULTS, Home
from tests.boxes.threaded import in_thread


def simulator(family: str, *faults: str, home: Home | None = None) -> Simulator:
    """A box with these faults."""
    there = home or Home(address="127.0.0.1")
    for name in faults:
        FAULTS[name](there)
    made: Simulator = importlib.import_module(f"tests.boxes.{family}").SIMULATOR(there)
    return made


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class BoxBench:
    """``place`` None: this computer has no gateway. ``keyring`` None: secrets go to the encrypted file.

    ``stop`` takes the box off the network.
    """

    def __init__(self, folder: Path, place: Place | None, keyring: Backend | None = None) -> None:
        self.folder, self.place, self.keyring = folder, place, keyring
        self.lines = LineHistory(folder)
        self.desks: list[BoxDesk] = []
        self.stop: Callable[[], None] = lambda: None

    def boxes(self) -> BoxDesk:
        async def gateway() -> Gateway | None:
            return None if self.place is None else Gateway(self.place)

        credentials = Credentials(self.folder, SecretStore(self.folder, lambda: self.keyring))
        self.desks.append(BoxDesk(gateway, credentials, self.lines))
        return self.desks[-1]

    def into(self, services: Services) -> Services:
        """The services of a window with this box."""
        return replace(services, boxes=self.boxes)

    def past(self, name: str, days: float = 6.0, dsl: bool = False) -> None:
        """Readings of the last days, with a dip and one restart; ``name`` as the desk calls the box in files."""
        now, step = time.time(), 3 * 3600.0
        many = int(days * 86_400 / step)
        for n in range(many):
            at, age = now - (many - n) * step, n * step
            up = Seconds(50_000 + age if n < many // 2 else age - many // 2 * step + 60)
            dip = 2.5 if many // 3 < n < many // 3 + 4 else 0.0
            wave = (n * 7 % 5) / 10
            told = LineSample(at, up_time=up, session="connected", session_time=up, link="up")
            figures = (
                {"margin_down": Db(9.4 - dip - wave), "rate_down": Kbps(51_234 - 1000 * dip)}
                if dsl
                else {"rx_power": Dbm(-18.4 - dip - wave)}
            )
            self.lines.add(name, replace(told, **figures))


@contextlib.contextmanager
def box_of(
    family: str, folder: Path, *faults: str, keyring: Backend | None = None
) -> Iterator[tuple[Simulator, BoxBench]]:
    """A simulator that serves until the block ends, and the bench around it."""
    box = simulator(family, *faults)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(in_thread(box))
        while str(place.port).endswith("443"):  # which some drivers take for a port of TLS
            place = stack.enter_context(in_thread(box))
        bench = BoxBench(folder, place, keyring)
        bench.stop = stack.close
        yield box, bench
