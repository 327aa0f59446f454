"""What a box says, for tests: a sound fibre box and a sound DSL box, paired, and changes to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    BoxStatus,
    ConnectionStatus,
    DeviceInfo,
    DslDirection,
    DslLine,
    LineEvent,
    LinkStatus,
    Mode,
    OnuState,
    OpticalInterface,
    Restart,
    WanStatus,
    WanTraffic,
    Why,
)
from selfcare.model.payloads.box import BoxPayload
from selfcare.model.units import Db, Dbm, Kbps, Seconds

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
NOT_ASKED = Absent(Why.NOT_ASKED)
LIGHT = OpticalInterface(
    LinkStatus.UP, True, Dbm(-18.4), Dbm(2.2), Dbm(-27.0), Dbm(-8.0), OnuState.O5, "GPON", True
)  # fmt: skip
SYNC = DslLine(
    LinkStatus.UP, standard="VDSL2", showtime=Seconds(432_100.0),
    down=DslDirection(Kbps(51_234.0), noise_margin=Db(9.4), attenuation=Db(17.3), crc_errors=12,
                      severely_errored_secs=1),
    up=DslDirection(Kbps(9_876.0), noise_margin=Db(8.7), attenuation=Db(12.1), crc_errors=3),
)  # fmt: skip
WAN = WanStatus(
    ConnectionStatus.CONNECTED, AccessMedium.FIBRE, LinkStatus.UP, ipv4_address="90.63.21.45",
    down_capacity=Kbps(940_000.0), up_capacity=Kbps(700_000.0), shared_ipv4=False, walled=False,
)  # fmt: skip
DEVICE = DeviceInfo(BoxFamily.FREEBOX, up_time=Seconds(1_234_567.0), mode=Mode.ROUTER)


def status(**changes: Any) -> BoxStatus:
    """A sound fibre box."""
    sound = BoxStatus(
        taken=NOW, device=DEVICE, paired=True, wan=WAN, traffic=WanTraffic(down_rate=Kbps(120.0), up_rate=Kbps(40.0)),
        dsl=Absent(Why.OTHER_LINE), optical=LIGHT, cellular=Absent(Why.CANNOT), ports=NOT_ASKED, tv=NOT_ASKED,
        phone=NOT_ASKED, events=(), restarts=(),
    )  # fmt: skip
    return replace(sound, **changes)


def telephone(**changes: Any) -> BoxStatus:
    """A sound DSL box."""
    wan = replace(WAN, medium=AccessMedium.DSL)
    return status(**{"wan": wan, "dsl": SYNC, "optical": Absent(Why.OTHER_LINE), **changes})


def payload(seen: BoxStatus | None = None, **changes: Any) -> BoxPayload:
    return replace(BoxPayload("freebox", seen or status()), **changes)


def wan(**changes: Any) -> WanStatus:
    return replace(WAN, **changes)


def no_session(medium: AccessMedium = AccessMedium.FIBRE) -> WanStatus:
    return wan(status=ConnectionStatus.DISCONNECTED, medium=medium, ipv4_address=None)


def restarts(*ages_s: float, reason: str | None = None) -> tuple[Restart, ...]:
    return tuple(Restart(NOW - timedelta(seconds=age), reason) for age in ages_s)


def drops(*ages_s: float) -> tuple[LineEvent, ...]:
    return tuple(LineEvent(NOW - timedelta(seconds=age), False) for age in ages_s)
