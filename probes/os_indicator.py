"""``os.indicator``: what the operating system tells programs about the Internet. Never used as truth."""

from __future__ import annotations

import sys

from probes.framework import ProbeContext, probe
from probes.hostnet.bus import call, system_bus
from probes.wire.threads import in_thread
from selfcare.model.payloads.online import IndicatorPayload, SystemSays
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec

_NM = "org.freedesktop.NetworkManager"
# NMConnectivityState, from its public D-Bus documentation.
_STATES = {1: SystemSays.NONE, 2: SystemSays.PORTAL, 3: SystemSays.LIMITED, 4: SystemSays.FULL}

# NL_NETWORK_CONNECTIVITY_LEVEL_HINT (nldef.h): none, local access, Internet access, constrained (a portal).
_LEVELS = {1: SystemSays.NONE, 2: SystemSays.LIMITED, 3: SystemSays.FULL, 4: SystemSays.PORTAL}


@probe(
    ProbeSpec(
        id="os.indicator",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces",),
        answers=("system_says_online",),
        platforms=frozenset({Platform.LINUX, Platform.WINDOWS}),
        time_limit_ms=1500,
    )
)
async def measure(ctx: ProbeContext) -> IndicatorPayload:
    """Reads the state; makes nobody test anything."""
    if sys.platform == "win32":
        return await in_thread(_windows)
    async with system_bus() as bus:
        if bus is None:
            raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
        reply = await call(bus, _NM, "/org/freedesktop/NetworkManager", "org.freedesktop.DBus.Properties", "GetAll",
                           "s", (_NM,))  # fmt: skip
    known = reply[0] if reply and isinstance(reply[0], dict) else None
    if known is None:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    checks = known.get("ConnectivityCheckEnabled")
    says = _STATES.get(known.get("Connectivity", 0), SystemSays.UNKNOWN)
    return IndicatorPayload("networkmanager", says, checks if isinstance(checks, bool) else None)


def _windows() -> IndicatorPayload:
    """NCSI's result as Windows tells it without cost (Windows 10 2004; follows the header, not run yet)."""
    import ctypes

    # NL_NETWORK_CONNECTIVITY_HINT: two enumerations of 4 bytes, three BOOLEANs, padding.
    hint = (ctypes.c_uint32 * 3)()
    try:
        library = getattr(ctypes, "windll").iphlpapi  # noqa: B009 - only there on Windows
        failed = library.GetNetworkConnectivityHint(ctypes.byref(hint))
    except (OSError, AttributeError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error
    if failed:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    return IndicatorPayload("windows", _LEVELS.get(hint[0], SystemSays.UNKNOWN), True)
