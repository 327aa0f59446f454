"""An open Livebox: everything read and written goes through one bus."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from selfcare.boxes.errors import BoxError
from selfcare.boxes.livebox.client import Sysbus
from selfcare.boxes.livebox.writes import Writes
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily


class LiveboxSession(Writes):
    """The family knows one user with all rights: ``rights`` is None."""

    family = BoxFamily.LIVEBOX
    rights: frozenset[str] | None = None

    def __init__(self, place: Place) -> None:
        super().__init__(Sysbus(place))

    @property
    def unsettable(self) -> Mapping[str, str]:
        """See ``driver.unsettable``. A Livebox 3 has no name and no key of its guests for us."""
        guests = {} if self.names_guests else {"guest/ssid": "", "guest/key": ""}
        return {"parental/until": "", "wifi/ssid/*/security=wep": "", **guests}

    @property
    def uid(self) -> str | None:
        """Of this very box, once it was asked."""
        return self.bus.uid

    async def log_in(self, credential: Secret) -> None:
        """With the administrator's password. Which box it is is learned first, for the day the session ends."""
        if self.bus.uid is None:
            with contextlib.suppress(BoxError):
                await self.device()
        await self.bus.log_in(credential)

    async def close(self) -> None:
        """Logs out."""
        with contextlib.suppress(Exception):
            await self.bus.close()
