"""``wlanapi`` as it would answer: structures filled byte by byte with invented values."""

from __future__ import annotations

import ctypes
import time
import uuid
from dataclasses import dataclass, field

from probes.hostnet.windows.structures import WlanInterface, WlanRadio, WlanRadioState
from probes.radio.windows import calls
from probes.radio.windows.structures import (
    BssEntry,
    Capability,
    Connection,
    PhyCounters,
    Profile,
    Quality,
    QualityLink,
    Statistics,
)

GUID = "{0A1B2C3D-1111-2222-3333-445566778899}"
BSSID = bytes.fromhex("020000112233")
RSN_PSK = bytes.fromhex("30140100000fac040100000fac040100000fac020000")
HT40, VHT80 = bytes.fromhex("3d16240500000000") + bytes(16), bytes.fromhex("c005012a000000")
LOAD = bytes.fromhex("0b0503003300" + "00")


def wide(text: str) -> list[int]:
    raw = text.encode("utf-16-le")
    return [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]


def interfaces(*states: int) -> bytes:
    rows = b""
    for number, state in enumerate(states):
        row = WlanInterface(state=state)
        key = uuid.UUID(GUID).bytes_le
        row.guid[:] = key[:15] + bytes([key[15] + number])
        name = wide("Carte inventée")
        row.description[: len(name)] = name
        rows += bytes(row)
    return len(states).to_bytes(4, "little") + bytes(4) + rows


def radio(*pairs: tuple[int, int]) -> bytes:
    state = WlanRadioState(count=len(pairs))
    for at, (software, hardware) in enumerate(pairs):
        state.phys[at] = WlanRadio(at, software, hardware)
    return bytes(state)


def connection(ssid: bytes = b"maison", auth: int = 7, cipher: int = 4, rx: int = 866_700, tx: int = 780_000) -> bytes:
    told = Connection(state=1)
    told.association.ssid.length = len(ssid)
    told.association.ssid.octets[: len(ssid)] = ssid
    told.association.bssid[:] = BSSID
    told.association.phy, told.association.quality = 8, 80
    told.association.rx_rate, told.association.tx_rate = rx, tx
    told.security.enabled, told.security.auth, told.security.cipher = 1, auth, cipher
    return bytes(told)


def quality(*links: tuple[int, int, int], phy: int = 11) -> bytes:
    """Of links: MHz, width, dBm."""
    head = Quality(phy=phy, quality=70, rx_rate=2_401_000, tx_rate=2_161_000, several=len(links) > 1, links=len(links))
    rows = [bytes(QualityLink(number=at, mhz=m, width=w, rssi=r)) for at, (m, w, r) in enumerate(links)]
    return bytes(head) + b"".join(rows)


def heard(rssi: int, mhz: int = 5180, bssid: bytes = BSSID, ssid: bytes = b"maison", age_s: float = 3,
          raw: bytes = b"") -> tuple[BssEntry, bytes]:  # fmt: skip
    when = int((time.time() - age_s + 11_644_473_600) * 1e7)
    entry = BssEntry(phy=8, rssi=rssi, frequency=mhz * 1000, heard=when, capability=0x11)
    entry.ssid.length = len(ssid)
    entry.ssid.octets[: len(ssid)] = ssid
    entry.bssid[:] = bssid
    return entry, raw


def bss_list(*entries: tuple[BssEntry, bytes]) -> bytes:
    """Entries stand first, and what their beacons said behind all of them."""
    size, rows, tail = ctypes.sizeof(BssEntry), b"", b""
    for at, (entry, raw) in enumerate(entries):
        entry.elements_at = (len(entries) - at) * size + len(tail)
        entry.elements_size = len(raw)
        rows, tail = rows + bytes(entry), tail + raw
    return (8 + len(rows) + len(tail)).to_bytes(4, "little") + len(entries).to_bytes(4, "little") + rows + tail


def profiles(*names: str) -> bytes:
    rows = b""
    for name in names:
        row = Profile()
        row.name[: len(wide(name))] = wide(name)
        rows += bytes(row)
    return len(names).to_bytes(4, "little") + bytes(4) + rows


def statistics(sent: int, retried: int, failed: int) -> bytes:
    return bytes(Statistics(count=1)) + bytes(PhyCounters(sent=sent, retried=retried, failed=failed))


def capability(*phys: int) -> bytes:
    told = Capability(count=len(phys))
    told.phys[: len(phys)] = phys
    return bytes(told)


@dataclass
class Air:
    """A ``Calls`` that answers from a table; ``codes`` names what it refuses, by call or by opcode."""

    answers: dict[object, bytes] = field(default_factory=dict)
    codes: dict[object, int] = field(default_factory=dict)
    asked: list[object] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    pause_s: float = 0

    def open(self) -> int:
        self.opened += 1
        return self.codes.get("open", 0)

    def close(self) -> None:
        self.closed += 1

    def _told(self, what: object) -> calls.Answer:
        self.asked.append(what)
        time.sleep(self.pause_s)
        code = self.codes.get(what, 0 if what in self.answers else calls.NOT_FOUND)
        return code, self.answers.get(what, b"") if code == 0 else b""

    def interfaces(self) -> calls.Answer:
        return self._told("interfaces")

    def query(self, guid: str, opcode: int) -> calls.Answer:
        return self._told(opcode)

    def capability(self, guid: str) -> calls.Answer:
        return self._told("capability")

    def bss_list(self, guid: str) -> calls.Answer:
        return self._told("bss_list")

    def profiles(self, guid: str) -> calls.Answer:
        return self._told("profiles")

    def scan(self, guid: str) -> int:
        self.asked.append("scan")
        return self.codes.get("scan", 0)


def home() -> Air:
    """A PC that is in a network at 5 GHz, with a neighbour at 2.4."""
    beacon = RSN_PSK + HT40 + VHT80 + LOAD
    return Air({
        "interfaces": interfaces(1), calls.RADIO: radio((1, 1)), calls.CONNECTION: connection(),
        calls.RSSI: (-61).to_bytes(4, "little", signed=True), calls.CHANNEL: (36).to_bytes(4, "little"),
        calls.QUALITY: quality((5180, 80, -62)), calls.STATISTICS: statistics(5000, 400, 3),
        "capability": capability(4, 7, 8, 10), "profiles": profiles("maison", "Chez Léa"),
        "bss_list": bss_list(
            heard(-60, raw=beacon), heard(-82, 2437, bytes.fromhex("020000112244"), b"voisin", 90, RSN_PSK),
        ),
    })  # fmt: skip
