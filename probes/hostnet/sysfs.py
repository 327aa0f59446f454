"""What only /sys tells about a link: hardware or not, Wi-Fi or not, speed, radio switch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SYS = Path("/sys")


@dataclass(frozen=True, slots=True)
class SysLink:
    """``hardware`` is None where /sys could not be read; speed in Mb/s."""

    hardware: bool | None = None
    wireless: bool = False
    device_type: str | None = None
    speed_mbps: int | None = None
    full_duplex: bool | None = None
    radio_blocked: bool | None = None


def read(name: str, index: int, root: Path = SYS) -> SysLink:
    """What /sys says of a link; nothing when it belongs to another network namespace or is unreadable."""
    folder = root / "class" / "net" / name
    # A /sys mounted for another namespace may have a link of the same name.
    if _text(folder / "ifindex") != str(index):
        return SysLink()
    wireless = (folder / "wireless").exists() or (folder / "phy80211").exists()
    speed = _text(folder / "speed")
    duplex = _text(folder / "duplex")
    return SysLink(
        hardware=(folder / "device").exists(),
        wireless=wireless,
        device_type=_device_type(_text(folder / "uevent")),
        # Drivers say -1, or 4294967295, for "no idea".
        speed_mbps=int(speed) if speed and speed.isdecimal() and 0 < int(speed) < 1_000_000 else None,
        full_duplex={"full": True, "half": False}.get(duplex or ""),
        radio_blocked=_radio_blocked(folder) if wireless else None,
    )


def _device_type(uevent: str | None) -> str | None:
    for line in (uevent or "").splitlines():
        key, _, value = line.partition("=")
        if key == "DEVTYPE":
            return value
    return None


def _radio_blocked(folder: Path) -> bool | None:
    """The soft and hard switches of the radio this link hangs on."""
    try:
        switches = sorted((folder / "phy80211").glob("rfkill*"))
    except OSError:
        return None
    states = [_text(switch / part) for switch in switches for part in ("soft", "hard")]
    known = [state for state in states if state in ("0", "1")]
    return "1" in known if known else None


def _text(path: Path) -> str | None:
    """First 4 KiB of a file in /sys, or None: many attributes answer EINVAL while the link is down."""
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("utf-8", "replace").strip()
    except OSError:
        return None
