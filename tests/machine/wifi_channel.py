"""``python -m tests.machine.wifi_channel``: the PC's advice changes the box's channel, inside the small machine.

The box of ``wifi_home`` on channel 6; a neighbour on a radio of its own takes channel 6 too and announces that 70 % of
the air is used there. The PC searches (``iw scan``, read here as plainly as the advice needs it), advises, the box
changes, and the PC is back on the new channel. Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.app.wifi.box_channel import BoxAir
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box.change import BoxProposal
from selfcare.model.tri import Tri
from selfcare.model.wifi import Band, Bss, BssLoad, Channel, Link, Radio, RadioState, WifiAccess, WifiReading
from tests.app.box_bench import yes
from tests.boxes.home import Home
from tests.boxes.plain_session import contact
from tests.killing.box_life import FileStore, Moments
from tests.machine.wifi_box import FIRST
from tests.machine.wifi_home import AIR, Quick, sh, start

NEIGHBOUR = "Voisin-4711"


def neighbour(folder: Path) -> None:
    """On wlan2, in its own namespace."""
    (folder / "neighbour.conf").write_text(
        f"interface=wlan2\nssid={NEIGHBOUR}\nhw_mode=g\nchannel=6\nbss_load_update_period=50\nbss_load_test=12:180:20000\n"
    )
    sh("ip netns add next-door; iw phy $(cat /sys/class/net/wlan2/phy80211/name) set netns name next-door")
    sh(f"ip netns exec next-door hostapd -B {folder}/neighbour.conf")


def look() -> WifiReading:
    """The link and all that a search finds."""
    for _ in range(20):
        text = sh("iw dev wlan1 scan ap-force 2>/dev/null", check=False)
        if "BSS " in text:
            break
        time.sleep(0.5)
    heard, now = [], sh("iw dev wlan1 link")
    for part in re.split(r"^BSS ", text, flags=re.MULTILINE)[1:]:
        mhz = int(float(re.search(r"freq: ([\d.]+)", part)[1]))  # type: ignore[index]
        use = re.search(r"channel utili[sz]ation: (\d+)/255", part)
        ssid = re.search(r"SSID: (.*)", part)
        rssi = re.search(r"signal: (-[\d.]+)", part)
        load = BssLoad(12, int(use[1]) / 255) if use else None
        heard.append(Bss(part[:17], ssid[1] if ssid else None, Channel((mhz - 2407) // 5, Band.GHZ_24, mhz, 20),
                         float(rssi[1]) if rssi else None, 0.5, load=load))  # fmt: skip
    found = re.search(r"Connected to (\S+).*?SSID: (\S+).*?freq: ([\d.]+)", now, re.DOTALL)
    link = None
    if found is not None:
        mhz = int(float(found[3]))
        link = Link(found[2], found[1], Channel((mhz - 2407) // 5, Band.GHZ_24, mhz, 20), -30.0)
    radio = Radio("wlan1", RadioState.ON, country="US")
    return WifiReading(
        WifiAccess.TOLD, time.monotonic(), radio=radio, link=link, neighbours=tuple(heard), scan_age_s=0.5
    )


async def main() -> None:
    folder = Path(tempfile.mkdtemp())
    neighbour(folder)  # first, or the PC's NetworkManager takes that radio for its own
    start(folder)
    helped = Tri.UNKNOWN

    async def read() -> WifiReading:
        return await asyncio.to_thread(look)

    async def measure() -> Tri:
        return helped

    journal, keys = BoxJournal(folder / "journal"), FileStore(folder / "keys", Moments(None))
    air = BoxAir(BoxChanges(lambda: contact(AIR, Home().password), journal, keys, Quick()), read, measure)
    print("started", file=sys.stderr, flush=True)
    before, began = look(), time.monotonic()
    (line,) = await air.advice(before)
    proposal = await air.propose(before, "2.4")
    assert isinstance(proposal, BoxProposal), proposal
    moved = await air.carry_out(proposal, yes)
    took = time.monotonic() - began
    found: dict[str, Any] = {
        "joined": before.link is not None and before.link.ssid == FIRST[0],
        "now": line.now, "better": line.better, "shares": dict(line.shares),
        "cautions": [c.code for c in proposal.cautions], "outcome": moved.result.outcome.value,
        "error": moved.result.error, "rejoined": moved.result.rejoined, "back": moved.back, "on": moved.on,
        "seconds": round(took, 1),
    }  # fmt: skip
    after = look()
    found["pc_on"] = after.link.channel.number if after.link is not None and after.link.channel is not None else None
    found["better_then"] = [each.better for each in await air.advice(after)]
    if found["pc_on"] != found["better"]:
        words = f"cat {folder}/radio.conf; ip netns exec router iw dev; iw dev; nmcli device; iw reg get"
        print(sh(words, check=False), file=sys.stderr)
    print(json.dumps(found))


def command() -> None:
    """``selfcare wifi channel --yes --json`` itself, with this PC's own reader; then what the radio says."""
    import contextlib
    import io

    from selfcare import wiring
    from selfcare.app.services import Services
    from selfcare.app.wifi.desk import wifi_desk
    from selfcare.cli import main as selfcare
    from selfcare.i18n import Catalogue
    from selfcare.isp import load_profile
    from tests.cli.test_box_change import Desk

    folder = Path(tempfile.mkdtemp())
    neighbour(folder)
    start(folder)

    async def silent() -> float | None:
        return None

    def services(language: str | None) -> Services:
        return Services(
            None, lambda: (), load_profile, Catalogue(language or "en"), lambda: None, folder, "0",  # type: ignore[arg-type]
            boxes=lambda: Desk(AIR, True),  # type: ignore[arg-type,return-value]
            box_changes=lambda _lend: BoxChanges(
                lambda: contact(AIR, Home().password), BoxJournal(folder / "journal"),
                FileStore(folder / "keys", Moments(None)), Quick(),
            ),
            wifi=lambda: wifi_desk(folder, wiring._radios, lambda: silent), box_air=wiring._box_air,
        )  # fmt: skip

    before, told = look(), io.StringIO()
    with contextlib.redirect_stdout(told):
        code = selfcare(["wifi", "channel", "--yes", "--json"], services)
    after = look()
    now = after.link.channel.number if after.link is not None and after.link.channel is not None else None
    was = before.link.channel.number if before.link is not None and before.link.channel is not None else None
    print(json.dumps({"code": code, "was": was, "now": now, "told": json.loads(told.getvalue() or "null")}))


if __name__ == "__main__":
    if sys.argv[1:] == ["command"]:
        command()
    else:
        asyncio.run(main())
