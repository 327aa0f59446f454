"""What another device needs to join this PC's network: the text of a Wi-Fi's QR code, and the code.

The form is the one that phones' cameras read: https://github.com/zxing/zxing/wiki/Barcode-Contents, and for the kinds
the WPA3 specification 3.3, section 7. The key is asked of the system at this moment, is in what is returned, and
nowhere else: nothing here logs or keeps it.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Protocol

from selfcare.app.wifi.ports import Pass, PassRefused
from selfcare.boxes.secret import Secret
from selfcare.model.report import Picture
from selfcare.model.wifi import Security, WifiReading

_ESCAPED = str.maketrans({each: "\\" + each for each in '\\;,:"'})
KEYLESS = frozenset({Security.OPEN, Security.OWE})
_KINDS = {
    Security.WEP: "WEP",
    Security.WPA: "WPA",
    Security.WPA2: "WPA",
    Security.TRANSITION: "WPA",  # every phone joins it so, and one that knows WPA3 uses that
    Security.WPA3: "SAE",
}
_WEP_LENGTHS = (5, 13, 10, 26)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the system keeps of the network in use. ``key`` None: it does not give it to this user."""

    key: Secret | None
    hidden: bool = False


class Keys(Protocol):
    """Where the system keeps keys of networks."""

    async def kept(self, interface: str, ssid: str) -> Kept:
        """Of the network in use, where the system gives it to this very user without more ado; never raises."""


class NoKeys:
    """macOS gives no key away without the user's password for the keychain: the subscriber types it."""

    async def kept(self, _interface: str, _ssid: str) -> Kept:
        """Nothing."""
        return Kept(None)


async def share(reading: WifiReading, keys: Keys, typed: str | None = None) -> Pass | PassRefused:
    """The pass of the network this PC is in; ``typed``: the key, where the system keeps it to itself."""
    link = reading.link
    if link is None:
        return PassRefused.NOT_JOINED
    if not link.ssid:
        return PassRefused.NAMELESS
    if link.security is Security.ENTERPRISE:
        return PassRefused.ENTERPRISE
    kept = await keys.kept(reading.radio.interface if reading.radio is not None else "", link.ssid)
    if link.security in KEYLESS:
        return Pass(link.ssid, link.security, text(link.ssid, link.security, None, kept.hidden))
    key = Secret(typed) if typed else kept.key
    if key is None:
        return PassRefused.TYPE_IT
    if not possible(key, link.security):
        return PassRefused.WRONG_KEY
    return Pass(link.ssid, link.security, text(link.ssid, link.security, key, kept.hidden))


def text(ssid: str, security: Security | None, key: Secret | None, hidden: bool = False) -> str:
    """``WIFI:T:…;S:…;P:…;H:true;;``. Without a key the network is open. A kind that is not told is the usual one."""
    kind = "nopass" if key is None else _KINDS.get(security or Security.WPA2, "WPA")
    parts = [f"T:{kind}", f"S:{ssid.translate(_ESCAPED)}"]
    if key is not None:
        parts.append(f"P:{key.reveal().translate(_ESCAPED)}")
    if hidden:
        parts.append("H:true")
    return "WIFI:" + ";".join(parts) + ";;"


def possible(key: Secret, security: Security | None) -> bool:
    """Whether it may be a key of such a network: one that was typed is known wrong before anybody tries it."""
    plain = key.reveal()
    if security is Security.WEP:
        return len(plain) in _WEP_LENGTHS
    if security is Security.WPA3:
        return 0 < len(plain.encode()) <= 128  # a password of SAE has no other limit (IEEE 802.11-2020, 12.4.3)
    if len(plain) == 64:
        return all(each in string.hexdigits for each in plain)
    return 8 <= len(plain) <= 63 and all(" " <= each <= "~" for each in plain)


def picture(made: Pass) -> Picture:
    """The code to show on the screen. It holds the key, as its text does."""
    import segno

    symbol = segno.make_qr(made.text, error="M", boost_error=False, encoding="utf-8")
    modules = tuple(tuple(bool(module & 1) for module in row) for row in symbol.matrix)
    return Picture(int(symbol.version), modules, made.text)
