"""The Wi-Fi of this computer, read natively: one reader for each system behind one port."""

from __future__ import annotations

from selfcare.model.probe import Platform
from selfcare.model.wifi import WifiEvent
from selfcare.model.wifi.radios import Radios


def radios(platform: Platform) -> Radios:
    """That of this system; nothing is opened before its first read."""
    if platform is Platform.WINDOWS:
        from probes.radio.windows import WindowsRadios

        return WindowsRadios()
    if platform is Platform.MACOS:
        from probes.radio.macos import MacRadios

        return MacRadios()
    from probes.radio.linux import LinuxRadios

    return LinuxRadios()


async def past(platform: Platform) -> tuple[WifiEvent, ...]:
    """What the system's log tells of the last day, where a reading does not bring it along; under a second."""
    if platform is not Platform.LINUX:
        return ()
    from probes.radio.linux import journal

    return await journal.past() or ()
