"""Ten minutes of a restless Wi-Fi against the reader and the live desk: nothing crashes, nothing old is shown as new.

In the small machine, things happen to the Wi-Fi at random (the seed is printed), the live desk runs on the PC as the
subscriber, and beside it ``iw`` is asked again and again, and tells what it hears of: that is the truth. Each moment
of the desk must agree with some truth of its own time, give or take ``TOLERANCE_S``, or say that it is stale.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from tests.lab.mounts import REPO
from tests.lab.scenario import Step
from tests.wifi.air import MACS, power
from tests.wifi.home import WLAN, WifiHome
from tests.wifi.scenario import PROFILE_NAME, load

SCENARIO = "healthy-5"
TOLERANCE_S, TOLERANCE_DB = 1.0, 3.0
SLOW_S = 10.0  # that ``iw`` may take
HOLE_S = 0.5  # without a word of ``iw``: it is asked some four times a second
PAUSES_S = (0.5, 4.0)
GROWTH_KB = 4096  # of the process between its first and its last fifth
CELLS = ("box24", "box5")


@dataclass(frozen=True, slots=True)
class Truth:
    """What ``iw`` said: asked at ``began_s``, answered at ``got_s``; or, both the same, heard of at that moment."""

    began_s: float
    got_s: float
    bssid: str | None
    dbm: float | None


def truth_of(text: str) -> tuple[str | None, float | None]:
    """Access point and signal out of ``iw dev X station dump``; in none while the keys are not yet agreed on.

    ``iw dev X link`` says "connected" then as well, a wrong password or not.
    """
    if re.search(r"authorized:\s*yes", text) is None:
        return None, None
    bssid = next((line.split()[1] for line in text.splitlines() if line.startswith("Station")), None)
    dbm = next((float(line.split()[1]) for line in text.splitlines() if line.strip().startswith("signal:")), None)
    return bssid, dbm


def heard(lines: Sequence[str], offset_s: float) -> list[list[Any]]:
    """Ends and beginnings of associations out of ``iw event -t``; ``offset_s`` from its clock to the monotonic one."""
    made: list[list[Any]] = []
    for line in lines:
        stamp, _, words = line.partition(": ")
        try:
            at = float(stamp) + offset_s
        except ValueError:
            continue
        joined = re.search(r"\bconnected to ([0-9a-f:]{17})", words)
        if joined:
            made.append([at, at, joined[1], None])
        elif re.search(r"disconnected|deauth|disassoc|del station", words):
            made.append([at, at, None, None])
    return made


class Chaos:
    """What can happen to a Wi-Fi. Each is undone by the next, or by itself."""

    def __init__(self, home: WifiHome, chance: random.Random) -> None:
        self.home, self.chance = home, chance
        self.done: Counter[str] = Counter()

    def once(self) -> None:
        acts: list[tuple[int, Callable[[], None]]] = [
            (5, self.signal), (3, self.kick), (3, self.roam), (2, self.radio), (2, self.restart), (2, self.password),
            (2, self.leave), (1, self.switch),
        ]  # fmt: skip
        act = self.chance.choices([a for _, a in acts], [w for w, _ in acts])[0]
        self.done[act.__name__] += 1
        act()

    def signal(self) -> None:
        self.home.signal(self.chance.choice(CELLS), self.chance.randint(-92, -35))

    def kick(self) -> None:
        words = ("hostapd_cli", "-p", "/run/hostapd", "-i", self.chance.choice(CELLS))
        self.home.spaces.box.run(*words, "deauthenticate", MACS["pc"], check=False)

    def roam(self) -> None:
        bssid = MACS[self.chance.choice(CELLS)]
        self.home.pc.run("sh", "-c", f"""
for i in $(busctl --list tree fi.w1.wpa_supplicant1 | grep -E '/Interfaces/[0-9]+$'); do
  busctl call fi.w1.wpa_supplicant1 $i fi.w1.wpa_supplicant1.Interface Roam s {bssid}
done""", check=False)  # fmt: skip

    def radio(self) -> None:
        power("pc", on=False)
        time.sleep(self.chance.uniform(0.3, 3))
        power("pc", on=True)
        self._join()

    def restart(self) -> None:
        radio = self.chance.choice(CELLS)
        self.home.stop_cell(radio)
        time.sleep(self.chance.uniform(0.2, 3))
        self.home.on_air([cell for cell in self.home.cells if cell.radio == radio])

    def password(self) -> None:
        """The box has another password for a while: the PC cannot come back until it has the old one."""
        cells = [cell for cell in self.home.cells if cell.radio in CELLS]
        for key in ("another password now", None):
            for cell in cells:
                self.home.stop_cell(cell.radio)
            self.home.on_air([cell if key is None else cell.with_key(key) for cell in cells])
            time.sleep(self.chance.uniform(1, 4))
        self._join()

    def leave(self) -> None:
        self.home.nmcli("device", "disconnect", WLAN, check=False)
        time.sleep(self.chance.uniform(0.2, 2))
        self._join()

    def switch(self) -> None:
        mhz = self.chance.choice(("2412", "2437", "2462"))
        words = ("hostapd_cli", "-p", "/run/hostapd", "-i", "box24", "chan_switch", "2", mhz, "ht")
        self.home.spaces.box.run(*words, check=False)

    def _join(self) -> None:
        self.home.nmcli("--wait", "8", "connection", "up", PROFILE_NAME, check=False)


def soak(home: WifiHome, seconds: float, seed: int) -> dict[str, Any]:
    """Runs it; what the desk said and the truth, to be judged outside."""
    home.arrange(load(SCENARIO))
    home.apply(Step("air", {}))
    home.nmcli("connection", "modify", PROFILE_NAME, "connection.autoconnect", "yes", "wifi.bssid", "")
    chaos, over, truths = Chaos(home, random.Random(seed)), Event(), list[list[Any]]()

    def look() -> None:
        while not over.is_set():
            began = time.monotonic()
            bssid, dbm = truth_of(home.pc.run("iw", "dev", WLAN, "station", "dump", check=False))
            truths.append([began, time.monotonic(), bssid, dbm])
            over.wait(0.05)

    offset_s = time.monotonic() - time.time()
    home.services.start("iw-event", home.pc, "stdbuf", "-oL", "iw", "event", "-t")
    # It stamps what it hears when it comes to read it.
    os.setpriority(os.PRIO_PROCESS, home.services.running["iw-event"].pid, -15)
    argv, environment = home.command([sys.executable, "-m", "tests.wifi.watched", str(seconds)], cwd=REPO)
    with home.spaces.path("watched.log").open("wb") as log, home.spaces.path("watched.err").open("wb") as errors:
        desk = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=errors, env=environment)
        looker = Thread(target=look, daemon=True)
        looker.start()
        trouble = _restless(chaos, desk)
        code = desk.wait(60)
    over.set()
    looker.join()
    truths += heard(home.services.log("iw-event").splitlines(), offset_s)
    said = home.spaces.path("watched.log").read_text(encoding="utf-8").splitlines()
    errors_said = home.spaces.path("watched.err").read_text(encoding="utf-8", errors="replace")[-3000:]
    return {
        "code": code, "errors": errors_said, "said": [json.loads(line) for line in said], "truths": truths,
        "done": dict(chaos.done), "trouble": trouble[-5:],
    }  # fmt: skip


def _restless(chaos: Chaos, desk: subprocess.Popen[bytes]) -> list[str]:
    """Until the desk ends. What the lab itself could not do is told, and is no fault of the desk's."""
    trouble = []
    while desk.poll() is None:
        try:
            chaos.once()
        except Exception as error:
            trouble.append(f"{type(error).__name__}: {error}"[:300])
        time.sleep(chaos.chance.uniform(*PAUSES_S))
    return trouble


@dataclass(slots=True)
class Judged:
    """``wrong``: moments that agree with no truth of their time, in words. ``unproved``: none is near enough."""

    moments: int = 0
    joined: int = 0
    stale: int = 0
    unproved: int = 0
    slowest_ms: float = 0.0
    wrong: list[str] = field(default_factory=list)
    growth_kb: int = 0
    open_growth: int = 0


def judge(said: Sequence[dict[str, Any]], truths: Sequence[Truth]) -> Judged:
    """Every moment against the truths of its time."""
    truths = sorted(truths, key=lambda truth: truth.began_s)
    made, begins = Judged(), [t.began_s for t in truths]
    for moment in said:
        made.moments += 1
        if moment.get("stale"):
            made.stale += 1
            if moment["bssid"] is not None:
                made.wrong.append(f"stale, and yet a link: {moment}")
            continue
        made.slowest_ms = max(made.slowest_ms, 1000 * (moment["got_s"] - moment["began_s"]))
        made.joined += moment["bssid"] is not None
        mine, beside = _of_its_time(moment, truths, begins)
        if not mine:
            made.unproved += 1
        elif not any(_agree(moment, truth) for truth in mine):
            if any(_agree(moment, truth) for truth in beside):
                made.unproved += 1
                continue
            near = sorted({(t.bssid, t.dbm) for t in mine}, key=str)
            made.wrong.append(f"{moment} against {near}")
    _grown(made, [moment for moment in said if "rss_kb" in moment])
    return made


def _of_its_time(
    moment: dict[str, Any], truths: Sequence[Truth], begins: Sequence[float]
) -> tuple[list[Truth], list[Truth]]:
    """The truths of the moment; and beyond a hole in them the last one before and the first one after.

    Where ``iw`` was not heard of for long, on a starved machine, the order tells no more: what was true before the
    hole may still have been when the moment's time began, and what was found after it may have been so already.
    """
    early, late = moment["began_s"] - TOLERANCE_S, moment["got_s"] + TOLERANCE_S
    first, last = bisect_left(begins, early - SLOW_S), bisect_right(begins, late)
    mine = [t for t in truths[first:last] if t.got_s >= early]
    if not mine:
        return [], []
    beside = []
    begins_s, ends_s = min(t.began_s for t in mine), max(t.got_s for t in mine)
    before = max((t for t in truths[first:last] if t.got_s < early), key=lambda t: t.got_s, default=None)
    if before is not None and begins_s > early and begins_s - before.got_s > HOLE_S:
        beside.append(before)
    if last < len(truths) and ends_s < late and truths[last].began_s - ends_s > HOLE_S:
        beside.append(truths[last])
    return mine, beside


def _agree(moment: dict[str, Any], truth: Truth) -> bool:
    if moment["bssid"] != truth.bssid:
        return False
    if moment["dbm"] is None or truth.dbm is None:
        return True
    return bool(abs(moment["dbm"] - truth.dbm) <= TOLERANCE_DB)


def _grown(made: Judged, own: Sequence[dict[str, Any]]) -> None:
    """The least of the second fifth (the first warms up) against the least of the last."""
    part = len(own) // 5
    if part == 0:
        return
    for name, attribute in (("rss_kb", "growth_kb"), ("open", "open_growth")):
        early = min(each[name] for each in own[part : 2 * part])
        setattr(made, attribute, min(each[name] for each in own[-part:]) - early)


def verdict(told: dict[str, Any]) -> tuple[Judged, list[str]]:
    """How it went, and what is wrong with it: nothing where the list is empty."""
    judged = judge(told["said"], [Truth(*each) for each in told["truths"]])
    wrong = judged.wrong[:10]
    if told["code"]:
        wrong.append(f"the desk ended with {told['code']}: {told['errors'][-800:]}")
    if judged.growth_kb > GROWTH_KB:
        wrong.append(f"the process grew by {judged.growth_kb} KB")
    if judged.open_growth > 0:
        wrong.append(f"{judged.open_growth} descriptors more than at the beginning")
    if judged.joined == 0 or judged.unproved > judged.moments / 20:
        wrong.append(f"nothing proved: {judged.joined} joined, {judged.unproved} without a truth")
    return judged, wrong
