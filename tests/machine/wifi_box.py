"""``python -m tests.machine.wifi_box FOLDER PORT``: a box with a real radio, in the box's own namespace.

What it is told of name and key, hostapd is told a moment later, as a box does. One key it does not take: its radio
then has another than it says. That is what a firmware with a fault, or a key typed wrong, looks like to the PC.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.boxes.base import serving
from tests.boxes.home import Home, Radio, Ssid
from tests.boxes.plain import PlainBox

FIRST = ("HomeNet-5421", "correct horse battery")
FORGOTTEN = "une cle que la box oublie"
MOMENT_S = 1.0


class RadioBox(PlainBox):
    """``wlan0`` is its radio."""

    def __init__(self, folder: Path) -> None:
        home = Home(
            address="192.168.77.1",
            radios=[Radio("2.4", channel=6, current=6, channels=tuple(range(1, 14)))],
            ssids=[Ssid("2.4", *FIRST)],
        )
        super().__init__(home)
        self._folder = folder
        self._radio: subprocess.Popen[bytes] | None = None
        self._due: asyncio.TimerHandle | None = None

    def apply(self) -> None:
        """The radio as it was told."""
        if self._radio is not None:
            self._radio.kill()
            self._radio.wait()
        one = self.home.ssids[0]
        key = "something else altogether" if one.key == FORGOTTEN else one.key
        path = self._folder / "radio.conf"
        path.write_text(
            f"interface=wlan0\nssid={one.ssid}\nhw_mode=g\nchannel={self.home.radios[0].channel or 6}\nwpa=2\n"
            f"wpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase={key}\n"
        )
        self._radio = subprocess.Popen(["hostapd", str(path)], stdout=subprocess.DEVNULL)

    def do_ssid(self, band: str, field: str, value: Any) -> None:
        super().do_ssid(band, field, value)
        self._soon()

    def do_radio(self, band: str, field: str, value: Any) -> None:
        super().do_radio(band, field, value)
        self._soon()

    def _soon(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(MOMENT_S, self.apply)


async def main(folder: Path, port: int) -> None:
    box = RadioBox(folder)
    box.apply()
    async with serving(box, "0.0.0.0", port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
