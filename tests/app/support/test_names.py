"""Names that only the box, the radio or a walk knows: kept, and found in whatever somebody wrote before it leaves."""

from __future__ import annotations

import asyncio
import json
import logging
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.support.names import home_names
from selfcare.app.support.tools import HomeSeen
from selfcare.cases import History
from selfcare.cases.book import CaseBook
from selfcare.cases.home_names import HomeNames
from selfcare.cases.keep_check import keep_check
from selfcare.cases.walks import Walks
from selfcare.ground.credentials import Identity
from selfcare.model.box import GuestNetwork, HomeHost, WifiSettings, WifiSsid
from selfcare.model.report import Reach, Report, ReportOptions, Section, Want, Wish
from selfcare.model.wifi import Band, Place, Room, WalkRecord
from selfcare.redaction.known import Known
from tests.app.support.bench import Bench
from tests.app.support.canaries import alike
from tests.app.support.canary_search import opened
from tests.app.support.test_canaries import Bed, story
from tests.report import documents

BOX = Identity("freebox", "192.168.1.254", "zquid", "7c:16:89:12:34:56")
TOLD = {
    "own": "Chez Zélindaq & Cie été", "host": "salon-zqtv", "host, other": "Zqatelier", "host, accents": "écran-zqrené",
    "guest": "Zqinvités du dimanche", "neighbour": "Zq voisine du 3ème", "neighbour, quotes": "l’antre d’Zqogre",
    "saved": "Hôtel Zqbellevue", "walked": "Zqgrenier 5G", "room": "Zqveranda", "short": "Zqx",
    "decomposed": unicodedata.normalize("NFD", "Zqrêvé là-haut"), "emoji": "👨‍👩‍👧 Zqtribu",
}  # fmt: skip
"""Each stands where one part alone tells of it: see :func:`lived_in`."""
MACS = {"box": "d8:7d:7f:0a:0b:01", "host": "3c:52:82:0a:0b:02", "point": "d8:7d:7f:0a:0b:03",
        "neighbour": "f4:ca:e5:0a:0b:04", "walked": "f4:ca:e5:0a:0b:05",
        "left": "f4:ca:e5:0a:0b:0b"}  # fmt: skip
COMMON = ("Internet", "Salon", "Livebox", "Ma box", "PC")
"""What some networks and machines are called, and what our own sentences say."""


def wifi_reading() -> dict[str, Any]:
    def near(ssid: str | None, mac: str) -> dict[str, Any]:
        return {"bssid": mac, "ssid": ssid, "channel": None, "rssi_dbm": -70.0}

    neighbours = [near(TOLD["neighbour"], MACS["neighbour"]), near(TOLD["neighbour, quotes"], "f4:ca:e5:0a:0b:06"),
                  near(TOLD["emoji"], "f4:ca:e5:0a:0b:07"), near(COMMON[2], "f4:ca:e5:0a:0b:08"),
                  near(None, "f4:ca:e5:0a:0b:09")]  # fmt: skip
    return {"access": "full", "taken_s": 1.0, "link": {"ssid": TOLD["own"], "bssid": MACS["point"]},
            "events": [{"kind": "roamed", "at": 1.0, "bssid": MACS["left"]}],
            "neighbours": neighbours, "known_names": [TOLD["saved"], TOLD["decomposed"], TOLD["short"]]}  # fmt: skip


def lived_in(data: Path) -> None:
    """A box that was read, a check of some days ago (others follow, without Wi-Fi), a walk of no case."""
    names = HomeNames(data)
    hosts = tuple(
        HomeHost(MACS["host"] if at == 0 else f"3c:52:82:0a:0b:1{at}", "192.168.1.20", host_name=name)
        for at, name in enumerate((TOLD["host"], TOLD["host, other"], TOLD["host, accents"], *COMMON[:2], COMMON[4]))
    )
    names.keep(BOX, hosts)
    names.keep(BOX, WifiSettings(True, (), (WifiSsid("1", None, COMMON[3], MACS["box"], key="zq-clef-jamais"),
                                            WifiSsid("2", None, TOLD["room"]))))  # fmt: skip
    names.keep(BOX, GuestNetwork(True, TOLD["guest"], "zq-clef-jamais"))
    old = documents.fibre()["check"]
    payload = {"reading": wifi_reading(), "default": True}
    wifi = {"id": "wifi.scan", "version": 1, "outcome": "completed", "started": "2026-11-20T18:00:00+01:00",
            "duration_ms": 1.0, "interface": "wlan0", "payload": payload}  # fmt: skip
    keep_check(data, {**old, "measurements": [*old["measurements"], wifi]})
    keep_check(data, old)
    room = Room("Grenier", 12, Place.WEAK, -74.0, bssid=MACS["walked"], band=Band.GHZ_5)
    Walks(data).keep(WalkRecord("walk-00000000000a", 1.0, 2.0, (room,), TOLD["walked"]))


def said() -> list[str]:
    """As people, keyboards and machines write them."""
    texts = []
    for name in TOLD.values():
        texts += [name, name.upper(), name.replace("’", "'"), unicodedata.normalize("NFC", name),
                  unicodedata.normalize("NFD", name)]  # fmt: skip
        plain = unicodedata.normalize("NFD", name)
        texts.append("".join(one for one in plain if not unicodedata.combining(one)))
    for mac in MACS.values():
        bare = mac.replace(":", "")
        texts += [mac, mac.upper().replace(":", "-"), bare, f"{bare[:4]}.{bare[4:8]}.{bare[8:]}", mac.replace(":", " ")]
    return list(dict.fromkeys(texts))


def pieces() -> Iterator[str]:
    """In texts of less than what a report takes of one."""
    every = said()
    for at in range(0, len(every), 8):
        yield f"Le PC s’appelle {every[at]}, " + " ; ".join(f"vu {one} hier" for one in every[at + 1 : at + 8])


def wrote(data: Path, case: str) -> None:
    """The subscriber, the events, a support agent, and a walk of this case with a room called like a network."""
    book, history = CaseBook(data), History(data)
    for text in pieces():
        book.note(case, text)
        book.note(case, text, tried=True)
        book.say(case, text)
        book.ticket(case, {"id": "t1", "did": "reply", "text": text, "who": TOLD["host"]})
        told = {"text": text, "why": text, "outcome": "kept", "entries": [], "title": text, "before": text}
        for kind in ("effect", "box", "ask"):
            history.note(kind, TOLD["own"][:40], told)
    rooms = tuple(Room(name[:40], 12, Place.WEAK, -74.0, bssid=MACS["point"]) for name in TOLD.values())
    Walks(data).keep(WalkRecord("walk-00000000000b", 3.0, 4.0, rooms, TOLD["own"], box_room=TOLD["room"]))
    history.note("walk", "walk-00000000000b", {})
    history.close()


def found_in(left: list[tuple[str, bytes]]) -> list[str]:
    """``name @ place``. Names of eight letters and more also by their letters alone."""
    found = set[str]()
    for name, data in left:
        for place, text in opened(name, data):
            low, bare = unicodedata.normalize("NFC", text).casefold(), alike(text)
            plain = "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))
            for kind, sign in TOLD.items():
                sign = unicodedata.normalize("NFC", sign).casefold()
                bald = "".join(c for c in unicodedata.normalize("NFD", sign) if not unicodedata.combining(c))
                long = len(alike(sign)) >= 8
                if sign in low or (len(sign) > 5 and bald in plain) or (long and alike(sign) in bare):
                    found.add(f"{kind} @ {place.partition(' (')[0]}")
            found.update(f"mac, {kind} @ {place}" for kind, mac in MACS.items() if mac.replace(":", "") in bare)
            found.update(f"key @ {place}" for _ in [0] if "zq-clef" in low)
    return sorted(found)


@dataclass
class Life(Bed):
    """A case in a home that was read before."""

    async def report(self, port: Any, sections: frozenset[Section]) -> Report:
        head = await port.begin("Plus rien")
        if not (self.data / ".lived").exists():
            wrote(self.data, head.id)
            (self.data / ".lived").touch()
        return await port.report(head.id, ReportOptions(sections, wish=self.wish))  # type: ignore[no-any-return]


def life(data: Path, *, seen: bool = True) -> Life:
    lived_in(data)
    bench = Bench(data)
    if seen:
        bench.home = HomeSeen("free", "freebox", "fibre", home_names(data))
    (data / "log").mkdir()
    lines = [json.dumps({"message": f"vu\n{one}\tici", "at": "x"}, ensure_ascii=bool(at % 2))
             for at, one in enumerate(said())]  # fmt: skip
    (data / "log" / "selfcare.log").write_text("\n".join(lines) + "\n")
    return Life(data, bench, Wish((Want.REPAIR,), "; ".join(TOLD.values()), Reach()))


SECTIONS = frozenset(Section) - {Section.REACH, Section.PUBLIC_ADDRESS}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Life, Report]:
    for server in ("aiohttp.access",):
        logging.getLogger(server).disabled = True
    found = life(tmp_path_factory.mktemp("data"))
    found.wish = replace(found.wish, reach=Reach(mail="qui@exemple.fr"))
    return found, story(found, SECTIONS, ("tmf", "mail"))


def test_nothing_leaves_that_only_the_box_the_radio_or_a_walk_knows(told: tuple[Life, Report]) -> None:
    left = told[0].left
    kinds = {name.partition(" ")[0] for name, _ in left}
    assert kinds >= {"zip", "text", "part", "qr", "spoken", "letter", "tmf", "mail", "document"}
    assert found_in(left) == []


def test_without_what_was_kept_they_would_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the search finds them, and no pattern hides that nobody looked."""
    found = life(tmp_path, seen=False)
    monkeypatch.setattr("selfcare.redaction.seen.of_checks", lambda _: Known())
    Walks(tmp_path).forget("walk-00000000000a")
    story(found, SECTIONS, ())
    assert {one.partition(" @ ")[0] for one in found_in(found.left)} >= TOLD.keys() - {"own"}  # of the case's own walk


def test_the_page_stays_readable(told: tuple[Life, Report]) -> None:
    """Words of ours stay words, whoever's network is called so; what the report is for is there."""
    report = told[1]
    parts = {one.name: one.data.decode() for one in report.parts}
    bare = asyncio.run(_plain(told[0]))
    for word in ("Internet", "Livebox", "salon", "box", "PC"):
        assert parts["rapport.html"].casefold().count(word.casefold()) >= bare.casefold().count(word.casefold()), word
    assert report.document["verdict"]["text"] == json.loads(  # type: ignore[index]
        json.dumps(documents.fibre()["check"]["verdict"]["text"])
    )


async def _plain(found: Life) -> str:
    """The same home's report where nothing has a name."""
    bench = Bench(found.data / "plain")
    port = bench.port()
    report = await port.report((await port.begin("Plus rien")).id, ReportOptions(SECTIONS))
    await port.close()
    return next(one.data.decode() for one in report.parts if one.name == "rapport.html")
