"""Identifiers of every kind, planted wherever a report reads, and an own way of finding them in what left.

Nothing of how they are found here is the program's: spellings, unpacking and decoding are written anew.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import re
import types
import typing
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from selfcare.cases import History
from selfcare.cases.book import CaseBook
from selfcare.cases.walks import KIND, Walks
from selfcare.model.case import Channel, Contact
from selfcare.model.wifi import Place, Room, WalkRecord
from selfcare.redaction.fields import MODULES, Treat, treatment

PC, USER = "PC-SALON-ZQX", "zephyrinq"
TYPED: dict[str, tuple[str, str]] = {
    # name: (what somebody writes, what of it must not be found again)
    "phone, spaces": ("06 12 34 56 78", "612345678"),
    "phone, dots": ("tel.06.23.45.67.89.", "623456789"),
    "phone, +33": ("+33 6 34 56 78 90", "634567890"),
    "phone, 0033": ("0033645678901", "645678901"),
    "phone, (0)": ("+33 (0)6 56 78 90 12", "656789012"),
    "phone, narrow spaces": ("06\u202f67\u202f89\u202f01\u202f23", "667890123"),
    "phone, slashes": ("06/78/90/12/34", "678901234"),
    "phone, after another": ("0145678910,0689012345", "689012345"),
    "phone, odd groups": ("0690 123 456", "690123456"),
    "phone, stars": ("06*90*12*34*67", "690123467"),
    "mail": ("zoe.duval+box@exemple-famille.fr", "zoe.duval"),
    "mail, accents": ("zoé.lefèvre@exemple.fr", "zoé.lefèvre"),
    "mail, (at)": ("quentinzq(at)exemple.fr", "quentinzq"),
    "mail, [at]": ("quentinzr [at] exemple.fr", "quentinzr"),
    "mail, arobase": ("quentinzs arobase exemple.fr", "quentinzs"),
    "mac, colons": ("3c:52:82:ab:cd:01", "3c5282abcd01"),
    "mac, dashes": ("3C-52-82-AB-CD-02", "3c5282abcd02"),
    "mac, underscores": ("3c_52_82_ab_cd_03", "3c5282abcd03"),
    "mac, Cisco": ("3c52.82ab.cd04", "3c5282abcd04"),
    "mac, Huawei": ("3c52-82ab-cd05", "3c5282abcd05"),
    "mac, bare": ("3c5282abcd06", "3c5282abcd06"),
    "mac, spaces": ("3C 52 82 AB CD 07", "3c5282abcd07"),
    "mac, half": ("3C5282-ABCD08", "3c5282abcd08"),
    "mac, adapter": ("wlx3c5282abcd09", "3c5282abcd09"),
    "mac, with text before": ("MAC3c:52:82:ab:cd:0a", "3c5282abcd0a"),
    "eui-64": ("2a01:e0a:12:3451:3e52:82ff:feab:cd0b", "3e5282fffeabcd0b"),
    "eui-64, of the link": ("fe80::3e52:82ff:feab:cd0c%wlan0", "3e5282fffeabcd0c"),
    "ipv4": ("90.63.21.45", "90.63.21.45"),
    "ipv4, port": ("90.63.21.46:8443", "90.63.21.46"),
    "ipv4, dashes in a name": ("lns-bzn-44-90-63-21-47.adsl.proxad.net", "90-63-21-47"),
    "ipv4, reversed in a name": ("48.21.63.90.rev.sfr.net", "48.21.63.90"),
    "ipv4, as Orange names it": ("lfbn-idf1-1-234-56.w90-63.abo.wanadoo.fr", "lfbn-idf1-1-234-56"),
    "ipv4, in-addr": ("49.21.63.90.in-addr.arpa", "49.21.63.90"),
    "ipv6": ("2a01:e0a:12:3452::7", "2a01:e0a:12:3452"),
    "ipv6, letters behind": ("2a01:e0a:12:3453::1et", "2a01:e0a:12:3453"),
    "ipv6, brackets": ("http://[2a01:e0a:12:3454::9]:8080/", "2a01:e0a:12:3454"),
    "ipv6, dashes": ("2a01-e0a-12-3455--1.ipv6-literal.net", "2a01-e0a-12-3455"),
    "fqdn": ("nas.duval-lefevre.fr", "duval-lefevre"),
    "fqdn, dynamic": ("zephyrhome.freeboxos.fr", "zephyrhome"),
    "fqdn, dynamic too": ("zqhome.hd.free.fr", "zqhome"),
    "machine of somebody": ("iPhone-de-Zoé", "de-zoé"),
    "machine of somebody, spaces": ("iPad de Zoélie", "zoélie"),
    "machine of somebody, apostrophe": ("MacBook-Pro-d’Amandinezq", "amandinezq"),
    "machine of somebody, English": ("Barnabezq's iPhone", "barnabezq"),
    "machine of somebody, English too": ("Barnabezrs-MacBook-Air", "barnabezrs"),
    "machine, Windows": ("DESKTOP-4KQ7Z9X", "4kq7z9x"),
    "machine, Windows too": ("LAPTOP-9ZK2QX7B", "9zk2qx7b"),
    "home": ("/home/zoeduvalq/Documents", "zoeduvalq"),
    "home, macOS": ("/Users/zoeduvalr/x", "zoeduvalr"),
    "home, Windows": ("C:\\Users\\zoeduvals\\x", "zoeduvals"),
    "uuid": ("9b2c1f04-5a77-4c1e-8d3a-2f6e0c9b7a15", "9b2c1f045a774c1e8d3a2f6e0c9b7a15"),
    "guid": ("{4D36E972-E325-11CE-BFC1-08002BE10318}", "4d36e972e32511cebfc108002be10318"),
    "token, hex": ("f3a9c17be2d84056", "f3a9c17be2d84056"),
    "token, base64": ("dyNYgfK0Ya6FWGqq83sBHa7TwzWo+pg4fDFUJHShcjVYzTfaRrZzm93p7OTAfH", "dynygfk0ya6fwgqq83sb"),
    "token, jwt": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.dBjftJeZ4CVPmB92K27uhbUJU1p1r", "eyjzdwiioij6b2uifq"),
    "token, bearer": ("Authorization: Bearer zqtok-en.value~9", "zqtok-en.value~9"),
    "token, in an address": ("https://mabox.example/x?access_token=zqsecret77&y=1", "zqsecret77"),
    "cookie": ("Cookie: sid=zqcookie88; other=zqcookie89", "zqcookie89"),
    "password": ("password: zqTr0ub,dor3", "dor3"),
    "password, French": ("mot de passe : zqazerty91", "zqazerty91"),
    "password, in a sentence": ("mon mot de passe est zqazerty92", "zqazerty92"),
    "password, short": ("mdp=zqazerty93", "zqazerty93"),
    "wifi key": ("clé wifi : zq coeur violet 94", "violet 94"),
    "wifi key, too": ("Clé de sécurité Wi-Fi: zqkey95", "zqkey95"),
    "wifi key, WPA": ("clef WPA2 zqkey96azerty", "zqkey96azerty"),
    "pin": ("code WPS : 48219937", "48219937"),
    "ssid, named": ("SSID: Chez Zquartz", "zquartz"),
    "ssid, named in French": ("réseau wifi « Chez Zquirrel »", "zquirrel"),
    "ssid, a box's": ("Livebox-9F3C", "livebox-9f3c"),
    "ssid, a newer box's": ("Freebox-7ZK2QX", "freebox-7zk2qx"),
    "serial": ("numéro de série : LB5A1948ZW650Z", "lb5a1948zw"),
    "serial, short": ("n° de série 700912ZQ334455", "700912zq33"),
    "serial, S/N": ("S/N: FBX24ZQ00112233", "fbx24zq001"),
    "contract": ("contrat n° 55120987", "55120987"),
    "contract, letters": ("n° de contrat : CT-55120988-ZK", "55120988"),
    "client": ("numéro client 1-23ZQ4567", "23zq4567"),
    "identifier": ("identifiant fbx31415926", "fbx31415926"),
    "reference": ("ligne n° 0999887766", "999887766"),
    "bank": ("IBAN FR76 3000 6000 0112 3456 7890 189", "30006000011234567890189"),
}  # fmt: skip
"""Written by hand somewhere; found by pattern or by nothing."""
SSIDS = {
    "ssid, accents": "Chez Zébulonq & Cie", "ssid, emoji": "👨‍👩‍👧 Zqfamille 🏠",
    "ssid, quotes": 'Le "Zqgrand" l\'ours \\o/',
    "ssid, html": "<b>Zqgras</b>&amp;", "ssid, script": "</script><script>zqalert(1)", "ssid, digits": "4821993755",
    "ssid, short": "Zq7", "ssid, apostrophe": "l’antre d’Zqelfe", "ssid, decomposed": unicodedata.normalize("NFD",
    "Zqrêvé été"),
    "ssid, spaces": "Zq  deux   blancs",
}  # fmt: skip
NAMED: dict[str, str] = {**SSIDS, "host": "bravia-de-zqoe", "host, accents": "imac-zqélodie",
"wifi key": "zqCoeur-violet-84",
                         "serial": "ZQ9A1948ZW650K", "mac": "d4:f8:29:0a:bc:de"}  # fmt: skip
"""Told by the box: known, and then looked for wherever somebody wrote them."""
COMMON = "Maison"
"""A network called like a word of ours: told as a token where it is the network, left where it is a word."""
REACH = {"name": "Zqonstance Zqarpentier", "phone": "07 81 92 03 14", "mail": "zqonstance@courriel.example",
         "contract": "KZ 4471 9902", "line_number": "05 61 72 83 94", "when": "après zq-18 h"}  # fmt: skip


def alike(text: str) -> str:
    """Letters and digits alone, in one way of writing them."""
    return "".join(one for one in unicodedata.normalize("NFC", text).casefold() if one.isalnum())


def pieces() -> Iterator[str]:
    """Everything somebody may write, in texts of less than the 500 characters that a report takes of one."""
    said = [text for text, _ in TYPED.values()]
    said += [*NAMED.values(), NAMED["mac"].replace(":", "-").upper(), PC.lower(), USER.title()]
    said += [text for name, text in REACH.items() if name != "when"]
    text = ""
    for one in said:
        if len(text) + len(one) > 350:
            yield text
            text = ""
        text += f"; {one}\n" if len(text) % 3 else f"vu {one} ; "
    yield text


PIECES = tuple(pieces())


FIELD = re.compile(r"zqf[0-9]{4}")
"""Of one field and no other: what a payload names must not be what makes it found in a text."""


class Filler:
    """Any type of the model, with an identifier in every text.

    Where a maker's text may pass (a label), it is what somebody may have typed; elsewhere one of the field's own.
    """

    def __init__(self) -> None:
        self.told, self.at = [*(text for text, _ in TYPED.values()), *PIECES], 0

    def text(self, name: str, kind: str) -> str:
        self.at += 1
        if name in ("mac", "macs", "mac_address", "bssid", "gateway_mac", "gateway_macs"):
            return NAMED["mac"]
        if treatment(kind, name) in (Treat.LABEL, Treat.VERSION):
            return self.told[self.at % len(self.told)]
        own = f"zqf{self.at:04d}"
        ways = (
            own,
            f"nas.{own}.fr",
            f"{own} et puis {own}",
            f"http://{own}.fr/{own}?{own}",
            f"é{own}:8080",
            f"{own}/64",
        )
        return NAMED["serial"] if name == "serial_number" else ways[self.at % len(ways)]

    def made(self, kind: Any, name: str = "", turn: int = 0, within: str = "") -> Any:
        if isinstance(kind, typing.NewType):
            return self.made(kind.__supertype__, name, turn, within)
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            told = [one for one in inner if one is not type(None)]
            return self.made(told[turn % len(told)], name, turn, within)
        if origin is frozenset:
            return frozenset({self.made(inner[0], name, turn, within)})
        if origin is Mapping:
            return {one: self.made(inner[1], name, turn, within) for one in ("noise_dbm", f"zqf{self.at:04d}")}
        if origin is tuple:
            return tuple(self.made(inner[0], name, turn, within) for _ in range(6 if inner[0] is str else 1))
        if origin is frozenset:
            return frozenset({self.made(inner[0], name, turn, within)})
        if origin is Mapping:  # and whoever puts a name where a field's stands
            return {one: self.made(inner[1], name, turn, within) for one in ("noise_dbm", "zqf0000")}
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            hints = typing.get_type_hints(kind)
            return kind(
                **{
                    one.name: self.made(hints[one.name], one.name, turn, kind.__name__)
                    for one in dataclasses.fields(kind)
                }
            )
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return next(iter(kind))
        plain: dict[Any, Any] = {int: 3, float: 4.5, bool: True, datetime: datetime(2026, 11, 22, 17, tzinfo=UTC)}
        return self.text(name, within) if kind is str else plain[kind]


def payloads() -> dict[str, Any]:
    """Of every type, under the ids the report reads and under others."""
    filler, found = Filler(), dict[str, Any]()
    ids = {"BoxPayload": "box.status", "LinkPayload": "link.interfaces", "DiscoveryPayload": "lan.discovery",
           "LatencyPayload": "latency.isp", "WifiPayload": "wifi.link"}  # fmt: skip
    for module in MODULES:
        for name, kind in vars(module).items():
            if name.endswith("Payload") and dataclasses.is_dataclass(kind):
                for turn in range(2):
                    probe = ids[name] if name in ids and not turn else f"canary.{name.lower()}.{turn}"
                    found[probe] = msgspec.to_builtins(filler.made(kind, turn=turn))
    return found


def check_document() -> dict[str, Any]:
    """Of the contract: in every text of it, and in words that should be closed ones."""
    at, first = datetime.now().astimezone().isoformat(), PIECES[0]
    measurements = [
        {"id": probe, "version": 1, "outcome": "completed", "started": at, "duration_ms": 12.5,
         "interface": "wlx3c5282abcd09", "payload": payload}
        for probe, payload in payloads().items()
    ]  # fmt: skip
    odd = [{"id": f"odd.{at_}", "version": 1, "outcome": "failed", "started": at, "duration_ms": 0.0,
    "interface": "zqf9999 maison",

            "reason": text, "error": text} for at_, (text, _) in enumerate(TYPED.values())]  # fmt: skip
    evidence = [{"fact": "isp_resolver_answers", "value": text, "measurement": "dns.isp", "weight": "strong"}
                for text in [*(text for text, _ in TYPED.values()), *NAMED.values()]]  # fmt: skip
    return {
        "schema": "selfcare.check/1",
        "verdict": {"state": "fault", "code": "ISP-DNS-DOWN", "segments": ["isp"], "band": "certain", "text": first},
        "findings": [{
            "code": "ISP-DNS-DOWN", "role": "culprit", "segments": ["isp"], "band": "certain", "scope": "line",
            "evidence": evidence, "against": evidence[:3], "explains": ["names_resolve"],
            "runner_up": {"code": "BOX-DNS", "why_not": text, "separating_test": "dns.isp"},
            "remedies": ["dns.alternate"], "guides": ["box-dns"]} for text in PIECES],
        "ruled_out": [{"code": "PC-DNS-STATIC", "because": text} for text in PIECES],
        "not_tested": [{"probe": "dhcp.rogue", "reason": text} for text in PIECES],
        "symptom": {"what": "no_web", "since": at, "other_devices": "same"},
        "measurements": measurements + odd,
        "timing": {"first_verdict_ms": 900.0, "total_ms": 1800.0},
        "host": {"os": "linux", "privileged": False}, "versions": {"selfcare": "0.1.0", "mac-d4f8290abcde": "1"},
    }  # fmt: skip


def live(data: Path, case: str) -> None:
    """Lines of every kind a history has, each with identifiers in it."""
    book, history = CaseBook(data), History(data)
    for text in PIECES:
        book.note(case, text)
        book.contact(
            case, Contact(datetime.now().astimezone().isoformat(), Channel.PHONE, 25, 300, text, text, text, text, text)
        )
        book.say(case, text)
        told = {"text": text, "why": text, "outcome": "kept", "entries": [text], "answers": {"q": text},
        "offered": [text],

                "did": "ended", "step": text, "run": "r1", "approved": True, "title": text, "before": text,
                "after": text}  # fmt: skip
        for kind in ("proposal", "consent", "effect", "undo", "guide", "box", "ask"):
            history.note(kind, text[:40], told)
            history.note(kind, "box-restart", told)
        history.note("ask", "q1", {"text": text})
        history.note("ask", "q1", {"opened": text})
    _walked(data, history)
    assert history.works
    history.close()


def _walked(data: Path, history: History) -> None:
    """Rooms called by everything that somebody may type, in a network of that name."""
    names = [text for text, _ in TYPED.values() if len(text) <= 40]
    for at, some in enumerate((names[:30], names[30:60], names[60:])):
        rooms = tuple(
            Room(name, 9, Place.FAIR, -66.0, bssid=NAMED["mac"], x=n % 4, y=n // 4) for n, name in enumerate(some)
        )
        ssid = NAMED["ssid, apostrophe"]
        walk = WalkRecord(f"walk-{at:012x}", 1.8e9 + at, 1.8e9 + at + 60, rooms, ssid, 1, 1, some[0])
        Walks(data).keep(walk)
        history.note(KIND, walk.id, {"rooms": len(rooms), "moved": True, "effect": "better", "before": some[0]})


def log_lines() -> bytes:
    """As an older version, or a library of somebody else's, might have written them: nothing masked."""
    said = [*(text for text, _ in TYPED.values()), *NAMED.values(), *PIECES, PC, USER]
    return "".join(json.dumps({"message": f"vu\n{one}\tici", "at": "x"}, ensure_ascii=bool(at % 2)) + "\n"
                   for at, one in enumerate(said)).encode()  # fmt: skip


# -- finding --------------------------------------------------------------------------------------
