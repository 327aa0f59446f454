"""The line as the box sees it (TR-181 ``IP``, ``PPP``, ``DSL``, ``Optical``, ``Cellular``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selfcare.model.units import Bytes, Celsius, Db, Dbm, Kbps, Seconds, Volts


class AccessMedium(StrEnum):
    """What the line is made of. ``ETHERNET``: the modem or the optical terminal is another device."""

    DSL = "dsl"
    FIBRE = "fibre"
    CABLE = "cable"
    CELLULAR = "cellular"
    ETHERNET = "ethernet"


class LinkStatus(StrEnum):
    """Of a physical layer (TR-181 ``Status``). ``INITIALISING``: training, ranging, attaching."""

    UP = "up"
    INITIALISING = "initialising"
    DOWN = "down"
    DISABLED = "disabled"


class ConnectionStatus(StrEnum):
    """Of the session with the operator (TR-181 ``ConnectionStatus``, shortened)."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class PortRange:
    """First and last port, both included."""

    first: int
    last: int

    @property
    def whole(self) -> bool:
        """Whether the public address is this line's alone."""
        return self.first <= 1 and self.last == 65535

    def __contains__(self, port: object) -> bool:
        return isinstance(port, int) and self.first <= port <= self.last


@dataclass(frozen=True, slots=True)
class WanStatus:
    """The session. ``link`` is the physical layer below it, where the box tells it here.

    ``ports`` is the share of a shared IPv4 address (A+P, MAP-T); ``shared_ipv4`` where the box says so in another way
    (CGNAT, DS-Lite). ``public_ipv4`` False: a session without a public IPv4 address; whether the operator shares one or
    another router stands before the box, it does not tell. ``last_error`` is the box's own word for why there is no
    session. ``walled``: the operator keeps this line in a closed area (activation, unpaid).
    """

    status: ConnectionStatus | None = None
    medium: AccessMedium | None = None
    link: LinkStatus | None = None
    protocol: str | None = None
    last_error: str | None = None
    up_time: Seconds | None = None
    ipv4_address: str | None = None
    ipv6_address: str | None = None
    ipv6_prefix: str | None = None
    ipv6_status: ConnectionStatus | None = None
    gateway: str | None = None
    dns_servers: tuple[str, ...] = ()
    ports: PortRange | None = None
    shared_ipv4: bool | None = None
    public_ipv4: bool | None = None
    walled: bool | None = None
    mtu: int | None = None
    down_capacity: Kbps | None = None
    up_capacity: Kbps | None = None


@dataclass(frozen=True, slots=True)
class WanTraffic:
    """Bytes since the session began (they wrap at ``wraps_at``, if not None) and the rates of this moment."""

    received: Bytes | None = None
    sent: Bytes | None = None
    down_rate: Kbps | None = None
    up_rate: Kbps | None = None
    wraps_at: int | None = None


@dataclass(frozen=True, slots=True)
class DslDirection:
    """One direction. ``rate`` is the sync, ``max_rate`` what the line could carry; counters grow since the sync."""

    rate: Kbps | None = None
    max_rate: Kbps | None = None
    noise_margin: Db | None = None
    attenuation: Db | None = None
    power: Dbm | None = None
    crc_errors: int | None = None
    fec_errors: int | None = None
    hec_errors: int | None = None
    errored_secs: int | None = None
    severely_errored_secs: int | None = None


@dataclass(frozen=True, slots=True)
class DslLine:
    """``standard``: ADSL2+, VDSL2… as the box writes it. ``showtime``: since the last sync.

    ``retrains`` since the box began. ``loss_of``: the box's own word for what is missing ("signal", "frame", "power").
    """

    status: LinkStatus
    training: str | None = None
    standard: str | None = None
    showtime: Seconds | None = None
    retrains: int | None = None
    loss_of: str | None = None
    down: DslDirection = DslDirection()
    up: DslDirection = DslDirection()


class OnuState(StrEnum):
    """Activation state of a PON terminal (ITU-T G.984.3 §10.2). ``O5`` works; ``O7`` was stopped by the operator."""

    O1 = "O1"
    O2 = "O2"
    O3 = "O3"
    O4 = "O4"
    O5 = "O5"
    O6 = "O6"
    O7 = "O7"


@dataclass(frozen=True, slots=True)
class OpticalInterface:
    """``rx_power`` is the light that arrives. The limits are the box's own, where it tells them.

    ``signal``: whether it sees light; ``link``: whether the layer above is up; ``module_present``: of a pluggable one.
    """

    status: LinkStatus | None = None
    signal: bool | None = None
    rx_power: Dbm | None = None
    tx_power: Dbm | None = None
    rx_low: Dbm | None = None
    rx_high: Dbm | None = None
    onu_state: OnuState | None = None
    pon_mode: str | None = None
    module_present: bool | None = None
    temperature: Celsius | None = None
    voltage: Volts | None = None


@dataclass(frozen=True, slots=True)
class CellularInterface:
    """4G/5G of the box: RSRP, RSRQ, RSSI, SINR per 3GPP TS 36.214."""

    associated: bool | None = None
    rsrp: Dbm | None = None
    rsrq: Db | None = None
    rssi: Dbm | None = None
    sinr: Db | None = None
    band: str | None = None
    backup: bool | None = None


@dataclass(frozen=True, slots=True)
class LineEvent:
    """The link or the session went up or down, as the box's own log tells it."""

    at: datetime
    up: bool
    what: str = "session"
    reason: str | None = None
