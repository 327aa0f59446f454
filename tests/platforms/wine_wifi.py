"""The Wi-Fi of Windows under Wine: ``winpy.sh run -m tests.platforms.wine_wifi``; prints what it found.

Windows Python only. The test that starts it judges; here is nothing but the doing.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import sys
from typing import Any

from probes.radio import radios
from probes.radio.windows import WindowsRadios, calls, console, history
from probes.radio.windows.calls import WlanApi
from probes.radio.windows.structures import SIZES
from selfcare.model.probe import Platform
from tests.wifi.windows_air import GUID


async def looks() -> dict[str, Any]:
    one = radios(Platform.WINDOWS)
    first, link, scan = await one.read(), await one.read(neighbours=False), await one.scan()
    await one.close()
    await one.close()
    again = await WindowsRadios().read()
    return {
        "access": first.access, "source": first.source, "link": link.access, "again": again.access,
        "missing": sorted(first.missing), "radio": first.radio is not None, "scan": scan.outcome,
    }  # fmt: skip


def bare() -> dict[str, Any]:
    """The library itself: opened, asked, closed; each call answers with a number. Wine aborts at what it has not."""
    api = WlanApi()
    opened = api.open()
    told: dict[str, calls.Answer] = {}
    if opened == calls.OK:
        told = {"interfaces": api.interfaces(), "query": api.query(GUID, calls.CONNECTION)}
    api.close()
    return {"opened": opened} | {name: [code, len(data)] for name, (code, data) in told.items()}


def main() -> int:
    past = history.read()
    found = {
        "pointer": ctypes.sizeof(ctypes.c_void_p),
        "sizes": {kind.__name__: ctypes.sizeof(kind) for kind in SIZES},
        "bare": bare(),
        "looks": asyncio.run(looks()),
        "past": None if past is None else len(past),
        "netsh": console.program(),
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
