"""An open Livebox: everything read and written goes through one bus."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox.client import Sysbus
from selfcare.boxes.livebox.parse import home
from selfcare.boxes.livebox.writes import Writes
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily, DeviceInfo

RECOGNISE_S = 3.0


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

    async def greet(self) -> DeviceInfo | None:
        """A refusal in the bus's own words is a Livebox that wants a login."""
        try:
            found = home.device(await self.bus.call("DeviceInfo", "get", limit_s=RECOGNISE_S))
        except BoxError as error:
            asked = error.code is BoxErrorCode.LOGIN_REQUIRED and error.box_says is not None
            return DeviceInfo(BoxFamily.LIVEBOX) if asked else None
        known = (found.product_class or "").startswith("Livebox") or found.software_version
        if not found.product_class or not known:
            return None
        self.bus.uid = self.bus.uid or found.uid
        return found

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
