"""The home and the line that every simulated box tells about, each in its own language and units.

One state, whatever the family: so a fault means the same thing everywhere, and a test that sets "rx -21.3 dBm" can
demand -21.3 dBm of every driver. Times are seconds of ``time.monotonic`` style counters, not of the calendar.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Dsl:
    """Figures in the model's units: kbit/s, dB, counters since the sync."""

    status: str = "up"  # up, initialising, down
    standard: str = "VDSL2"
    rate_down: int = 51_234
    rate_up: int = 9_876
    max_down: int = 63_500
    max_up: int = 11_200
    margin_down: float = 9.4
    margin_up: float = 8.7
    attenuation_down: float = 17.3
    attenuation_up: float = 12.1
    crc: int = 12
    fec: int = 3_456
    hec: int = 2
    es: int = 9
    ses: int = 1
    showtime: int = 432_100
    retrains: int = 2


@dataclass
class Optics:
    """dBm, volts, °C."""

    present: bool = True
    signal: bool = True
    registered: bool = True
    state: str = "O5"
    rx: float = -18.432
    tx: float = 2.214
    low: float = -27.0
    high: float = -8.0
    temperature: float = 46.0
    voltage: float = 3.292
    mode: str = "GPON"


@dataclass
class Line:
    """``medium``: fibre, dsl. ``session``: connected, connecting, disconnected. ``bytes_*`` and rates in kbit/s.

    ``stand_in``: the session goes over 4G, whatever the line does. ``terminal``: the fibre ends in another device.
    """

    medium: str = "fibre"
    session: str = "connected"
    last_error: str = ""
    ipv4: str = "90.63.21.45"
    ipv6: str = "2a01:cb08:8a00:1200::1"
    prefix: str = "2a01:cb08:8a00:1200::/56"
    gateway: str = "90.63.20.1"
    dns: tuple[str, ...] = ("80.10.246.2", "80.10.246.129")
    ports: tuple[int, int] = (0, 65535)
    cgnat: bool = False
    walled: bool = False
    stand_in: bool = False
    terminal: bool = False
    up_time: int = 345_600
    down_kbps: int = 940_000
    up_kbps: int = 700_000
    received: int = 18_753_561_013
    sent: int = 4_123_456_789
    rate_down: int = 120
    rate_up: int = 40
    dsl: Dsl = field(default_factory=Dsl)
    optics: Optics = field(default_factory=Optics)


@dataclass
class Radio:
    """``channel`` 0 is automatic; ``current`` is the one in use. ``width`` in MHz."""

    band: str
    enable: bool = True
    channel: int = 0
    current: int = 6
    width: int = 20
    channels: tuple[int, ...] = ()


@dataclass
class Ssid:
    band: str
    ssid: str
    key: str
    enable: bool = True
    hidden: bool = False
    security: str = "wpa2"
    guest: bool = False


@dataclass
class Host:
    """``layer``: ethernet, wifi_2_4, wifi_5. ``blocked`` by parental control right now. ``signal`` in dBm."""

    mac: str
    ip: str
    name: str
    layer: str = "ethernet"
    active: bool = True
    blocked: bool = False
    signal: int | None = None
    kind: str = "workstation"
    rate_down: int = 0
    rate_up: int = 0


@dataclass
class Forward:
    external: int
    internal: int
    client: str
    protocol: str = "tcp"
    enable: bool = True
    description: str = ""
    last: int | None = None
    origin: str = "user"
    id: str = ""


@dataclass
class Plan:
    """Parental control of a device or person: ``override`` is "", "allowed", "blocked"; slots (day, start s, end s)."""

    macs: list[str]
    name: str = ""
    override: str = ""
    until: int = 0
    slots: list[tuple[int, int, int]] = field(default_factory=list)
    id: str = ""


@dataclass
class Guest:
    enable: bool = False
    ssid: str = "Invites"
    key: str = "bienvenue-2026"
    remaining: int | None = None


@dataclass
class Home:
    """Everything. ``uid`` is this very box (serial, hardware address); ``address`` its own on the LAN."""

    address: str = "192.168.1.1"
    uid: str = "7C1689000001"
    mac: str = "7c:16:89:00:00:01"
    serial: str = "SN20261122001"
    firmware: str | None = None
    up_time: int = 1_234_567
    reboots: int = 17
    restarts: list[int] = field(default_factory=list)  # seconds ago
    disconnections: list[int] = field(default_factory=list)  # seconds ago
    updating: bool = False
    bridge: bool = False
    password: str = "Tr0ub4dor-et-3"  # the administrator's, as somebody typed it
    line: Line = field(default_factory=Line)
    radios: list[Radio] = field(default_factory=lambda: [
        Radio("2.4", channel=0, current=6, width=20, channels=tuple(range(1, 14))),
        Radio("5", channel=44, current=44, width=80, channels=(36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112)),
    ])  # fmt: skip
    ssids: list[Ssid] = field(default_factory=lambda: [
        Ssid("2.4", "Maison-Dupont", "une cle wifi bien longue"),
        Ssid("5", "Maison-Dupont", "une cle wifi bien longue"),
    ])  # fmt: skip
    wifi_enable: bool = True
    guest: Guest = field(default_factory=Guest)
    hosts: list[Host] = field(default_factory=lambda: [
        Host("3c:52:82:00:00:01", "192.168.1.20", "pc-camille"),
        Host("b8:27:eb:00:00:02", "192.168.1.21", "tablette-leo", layer="wifi_5", signal=-61),
        Host("f4:f5:d8:00:00:03", "192.168.1.22", "tele-salon", layer="wifi_2_4", signal=-70, kind="tv"),
        Host("70:fc:8f:00:00:04", "192.168.1.23", "decodeur", kind="stb"),
        Host("a4:77:33:00:00:05", "192.168.1.24", "ancien-telephone", layer="wifi_2_4", active=False),
    ])  # fmt: skip
    forwards: list[Forward] = field(
        default_factory=lambda: [Forward(8443, 443, "192.168.1.20", description="NAS", id="1")]
    )
    reservations: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {"3c:52:82:00:00:01": ("192.168.1.20", "PC de Camille")}
    )
    plans: list[Plan] = field(default_factory=list)
    tv_up: bool = True
    phone_up: bool = True
    # The box's own manners, for tests of what a client must bear.
    settings_right: bool = True
    pairing_enabled: bool = True
    expire_after: int | None = None  # requests after which a session ends
    reboot_asked: int = 0

    def host(self, mac: str) -> Host | None:
        return next((host for host in self.hosts if host.mac.lower() == mac.lower()), None)


Fault = Callable[[Home], None]


def _dark(home: Home) -> None:
    home.line.medium = "fibre"
    home.line.optics.signal, home.line.optics.registered = False, False
    home.line.optics.rx, home.line.optics.state = -36.98, "O1"
    _down(home)


def _backup(home: Home) -> None:
    line = home.line
    line.optics.signal, line.optics.registered, line.optics.rx, line.optics.state = False, False, -36.98, "O1"
    line.stand_in = True


def _weak(home: Home) -> None:
    home.line.optics.rx = -29.4


def _unregistered(home: Home) -> None:
    home.line.optics.registered, home.line.optics.state = False, "O2"
    _down(home)


def _stopped(home: Home) -> None:
    home.line.optics.registered, home.line.optics.state = False, "O7"
    _down(home)


def _down(home: Home) -> None:
    home.line.session, home.line.ipv4, home.line.ipv6, home.line.prefix, home.line.up_time = (
        "disconnected",
        "",
        "",
        "",
        0,
    )


def _no_session(home: Home) -> None:
    _down(home)
    home.line.last_error = "AuthenticationFailure"


def _as_dsl(home: Home) -> None:
    home.line.medium, home.line.down_kbps, home.line.up_kbps = "dsl", home.line.dsl.rate_down, home.line.dsl.rate_up


def _no_sync(home: Home) -> None:
    _as_dsl(home)
    dsl = home.line.dsl
    dsl.status, dsl.rate_down, dsl.rate_up, dsl.showtime = "down", 0, 0, 0
    dsl.margin_down = dsl.margin_up = dsl.attenuation_down = dsl.attenuation_up = 0.0
    _down(home)


def _thin_margin(home: Home) -> None:
    _as_dsl(home)
    home.line.dsl.margin_down, home.line.dsl.retrains, home.line.dsl.showtime = 2.1, 31, 540


def _errors(home: Home) -> None:
    _as_dsl(home)
    home.up_time = 3_700  # of what began long ago, nobody knows when it counted
    home.line.dsl.crc, home.line.dsl.es, home.line.dsl.ses, home.line.dsl.showtime = 48_000, 2_900, 310, 3_600


def _unstable(home: Home) -> None:
    home.up_time, home.reboots = 240, 61
    home.restarts = [240, 1_500, 3_900, 7_300, 10_000, 20_000]
    home.disconnections = [250, 1_510, 3_910, 7_310]
    home.line.up_time = 180


def _shared(home: Home) -> None:
    home.line.ports = (16_384, 32_767)


def _cgnat(home: Home) -> None:
    home.line.cgnat, home.line.ipv4 = True, "100.76.12.34"


def _walled(home: Home) -> None:
    home.line.walled, home.line.ipv4 = True, "10.20.30.40"


def _parental(home: Home) -> None:
    host = home.hosts[0]
    host.blocked = True
    home.plans.append(Plan([host.mac], "Camille", override="blocked", id="1"))


def _busy(home: Home) -> None:
    home.line.rate_down, home.hosts[2].rate_down = 880_000, 860_000


FAULTS: dict[str, Fault] = {
    "dsl": _as_dsl,  # no fault: the same home on a telephone line
    "dark-fibre": _dark,
    "backup-4g": _backup,
    "external-ont": lambda home: setattr(home.line, "terminal", True),
    "weak-light": _weak,
    "not-registered": _unregistered,
    "stopped-by-operator": _stopped,
    "no-session": _no_session,
    "dsl-no-sync": _no_sync,
    "dsl-margin": _thin_margin,
    "dsl-errors": _errors,
    "unstable": _unstable,
    "shared-ipv4": _shared,
    "cgnat": _cgnat,
    "walled": _walled,
    "parental-block": _parental,
    "other-traffic": _busy,
    "bridge": lambda home: setattr(home, "bridge", True),
    "updating": lambda home: setattr(home, "updating", True),
    "swapped": lambda home: (setattr(home, "uid", "7C16890000FF"), setattr(home, "serial", "SN20261122999"), None)[-1],
    "new-firmware": lambda home: setattr(home, "firmware", "99.9.9"),
    "short-session": lambda home: setattr(home, "expire_after", 3),
    "no-settings-right": lambda home: setattr(home, "settings_right", False),
    "no-pairing": lambda home: setattr(home, "pairing_enabled", False),
}
"""By name, for ``--fault``. A family that cannot show one serves the same state; its reader learns nothing of it."""
