"""A made-up home in which every text of every type of the model is an identifier: what must not be found again."""

from __future__ import annotations

import dataclasses
import enum
import html
import ipaddress
import json
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from selfcare.ground.install_key import InstallKey
from selfcare.i18n import SUPPORT, Catalogue
from selfcare.isp import load_profile
from selfcare.model.box import GuestNetwork, HomeHost, WifiSettings, WifiSsid
from selfcare.model.box.line_sample import LineSample
from selfcare.model.box.settings import Security, WifiBand, WifiRadio
from selfcare.model.case import Case, CaseHead, Channel, Contact, Downtime, Effect, Event, Outage, Source, Tried
from selfcare.model.report import Reach, Report, ReportOptions, Section, Want, Wish
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind
from selfcare.model.ticket import Parcel, Phase, Receipt
from selfcare.model.wifi import Band, Place, Room, WalkRecord
from selfcare.redaction.fields import MODULES
from selfcare.redaction.known import Known
from selfcare.redaction.vault import Kept
from selfcare.report.build import Makers, build
from selfcare.report.source import ReportSource

AT = "2026-11-22T18:04:11.120+01:00"
CASE = "CAS-7K3M-92QX"
ID = "123e4567-e89b-12d3-a456-426614174000"
CANARIES: dict[str, str] = {
    "mac": "3c:52:82:ab:cd:ef", "mac of the box": "7C-16-89-12-34-56", "ssid": "Chez Zébulon & Cie",
    "plain ssid": "Livebox-9F3C", "guest ssid": "Zinzolin invités", "host": "zephyrin-portable",
    "tv": "bravia-de-zoe", "ipv4": "90.63.21.45", "ipv6": "2a01:e0a:12:3450:3e52:82ff:feab:cdef",
    "prefix": "2a01:e0a:12:3450::", "link local": "fe80::3e52:82ff:feab:cdef", "serial": "LB5A-1948-ZW650Z",
    "user": "zephyrin", "phone": "06 12 34 56 78", "mail": "zephyrin.duval@exemple.fr",
    "uuid": "9b2c1f04-5a77-4c1e-8d3a-2f6e0c9b7a15", "password": "Tr0ub4dor&3", "wifi key": "coeur-violet-84-Quetzal",
    "token": "f3a9c17be2d84056", "comment": "cartable de Barnabé",
    "contract": "CT-55120987-ZK", "line number": "01 45 67 89 10",
}  # fmt: skip
BY_FIELD: dict[str, str] = {
    "mac": "mac", "macs": "mac", "gateway_macs": "mac of the box", "phys_address": "mac", "phys_addresses": "mac",
    "mac_address": "mac of the box", "bssid": "mac of the box", "ssid": "ssid", "key": "wifi key", "uid": "token",
    "serial_number": "serial", "host_name": "host", "comment": "comment", "description": "comment", "name": "tv",
    "id": "uuid", "leaf": "token", "ipv6_prefix": "prefix", "ipv6_address": "ipv6", "ipv6_addresses": "ipv6",
    "gateway_mac": "mac of the box", "known_names": "ssid",
}  # fmt: skip
"""Where a field says what it holds; every other text holds all of them, one after the other."""
SENTENCE = "; ".join(text for name, text in CANARIES.items() if name != "comment")


def filled(kind: Any, name: str = "", turn: int = 0) -> Any:
    """Of any type of the model, with an identifier in every text. ``turn``: which part of a union, which canary."""
    if isinstance(kind, typing.NewType):
        return filled(kind.__supertype__, name, turn)
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        told = [one for one in inner if one is not type(None)]
        return filled(told[turn % len(told)], name, turn)
    if origin is frozenset:
        return frozenset({filled(inner[0], name, turn)})
    if origin is Mapping:  # and whoever puts a name where a field's stands
        return {one: filled(inner[1], name, turn) for one in ("noise_dbm", *CANARIES.values())}
    if origin is tuple:
        return tuple(filled(inner[0], name, at) for at in range(len(CANARIES) if inner[0] is str else 2))
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{one.name: filled(hints[one.name], one.name, turn) for one in dataclasses.fields(kind)})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if kind is str:
        return CANARIES[BY_FIELD[name]] if name in BY_FIELD else list(CANARIES.values())[turn % len(CANARIES)]
    plain: dict[Any, Any] = {int: 3, float: 4.5, bool: True, datetime: datetime(2026, 11, 22, 17, 4, 11, tzinfo=UTC)}
    return plain[kind]


def payloads() -> Iterator[tuple[str, Any]]:
    """Every type of payload, under the id of a probe; unions taken both ways."""
    for module in MODULES:
        for name, kind in vars(module).items():
            if name.endswith("Payload") and dataclasses.is_dataclass(kind):
                for turn in range(2):
                    yield f"canary.{name.lower()}.{turn}", msgspec.to_builtins(filled(kind, turn=turn))


def check_document() -> dict[str, Any]:
    """Of the contract, with every payload there is. The box's and the link's stand under their own ids as well."""
    found = dict(payloads())
    named = {"box.status": "canary.boxpayload.0", "link.interfaces": "canary.linkpayload.0",
             "lan.discovery": "canary.discoverypayload.0", "latency.isp": "canary.latencypayload.0",
             "wifi.link": "canary.wifipayload.0"}  # fmt: skip
    found |= {probe: found[name] for probe, name in named.items()}
    return {
        "schema": "selfcare.check/1",
        "verdict": {"state": "fault", "code": "ISP-DNS-DOWN", "segments": ["isp"], "band": "certain",
                    "text": f"Une phrase avec {SENTENCE}."},
        "findings": [{
            "code": "ISP-DNS-DOWN", "role": "culprit", "segments": ["isp"], "band": "certain", "scope": "line",
            "evidence": [{"fact": "isp_resolver_answers", "value": "no", "measurement": "dns.isp", "weight": "strong"}],
            "against": [], "explains": ["names_resolve"],
            "runner_up": {"code": "BOX-DNS", "why_not": f"car {SENTENCE}", "separating_test": "dns.isp"},
            "remedies": ["dns.alternate"], "guides": ["box-dns"]}],
        "ruled_out": [{"code": "PC-DNS-STATIC", "because": f"vu {SENTENCE}"}],
        "not_tested": [{"probe": "dhcp.rogue", "reason": "needs_privilege"}],
        "symptom": {"what": "no_web", "since": "2026-11-22T18:00:00+01:00", "other_devices": "same"},
        "measurements": [
            {"id": probe, "version": 1, "outcome": "completed", "started": AT, "duration_ms": 12.5,
             "interface": "enx3c5282abcdef", "payload": payload}
            for probe, payload in found.items()
        ] + [{"id": "dns.patient", "version": 1, "outcome": "not_run", "started": AT, "duration_ms": 0.0,
              "interface": None, "reason": "deadline"}],
        "timing": {"first_verdict_ms": 900.0, "total_ms": 1800.0},
        "host": {"os": "linux", "privileged": False}, "versions": {"selfcare": "0.1.0"},
    }  # fmt: skip


def case() -> Case:
    events = (
        Event(1, AT, "ask", "q1", {"text": f"pourquoi {SENTENCE}", "answers": {}, "offered": []}),
        Event(2, AT, "ask", "q1", {"opened": "guide:box-restart"}),
        Event(3, AT, "note", "n1", {"text": SENTENCE}),
    )
    tried = (Tried("box-restart", Source.GUIDE, Effect.NONE, AT, 2, f"redémarré {SENTENCE}"),)
    contacts = (
        Contact(AT, Channel.PHONE, 25, 300, f"Julie, au sujet de {SENTENCE}", SENTENCE, SENTENCE, SENTENCE, AT),
    )
    down = Downtime(42.0, None, None, (Outage(AT, None, None, "isp", "box"),), ((AT, AT),))
    symptom = Symptom(SymptomKind.NO_WEB, "2026-11-22T18:00:00+01:00", OtherDevices.SAME)
    head = CaseHead(CASE, AT, None, symptom, f"Plus rien depuis hier, {SENTENCE}", "fault", "ISP-DNS-DOWN", SENTENCE)
    return Case(head, events, tried, contacts, down, ({**check_document(), "started": AT},), walks=walks())


def walks() -> tuple[WalkRecord, ...]:
    """A room for each identifier that somebody may call one."""
    c = CANARIES
    rooms = tuple(
        Room(f"Chez {text}"[:40], 12, Place.WEAK, -74.0, -80.0, 4.5, 9.0, 1.5, Band.GHZ_5, c["mac"], 86_000, at % 4, at)
        for at, text in enumerate(c.values())
    )
    record = WalkRecord("walk-000000000001", 1_763_800_000.0, 1_763_800_300.0, rooms, c["ssid"], 2, 1, c["host"])
    return (record, replace(record, id="walk-000000000002", box_room=rooms[1].name))


def log() -> bytes:
    lines = [json.dumps({"at": AT, "message": f"vu {text} ici"}, ensure_ascii=bool(at % 2))
             for at, text in enumerate(CANARIES.values())]  # fmt: skip
    return ("\n".join([*lines, *(f"ssid={text}" for text in CANARIES.values())]) + "\n").encode()


def source(**other: Any) -> ReportSource:
    c = CANARIES
    wifi = WifiSettings(True, (WifiRadio("r0", WifiBand.GHZ_5, True, True, None, 36),),
                        (WifiSsid("w0", "r0", c["ssid"], c["mac of the box"], True, False, Security.WPA2,
                        c["wifi key"]),
                         WifiSsid("w1", "r0", c["plain ssid"])))  # fmt: skip
    hosts = (HomeHost(c["mac"], "192.168.1.20", (c["ipv6"], c["link local"]), c["tv"], "Sony", "tv"),
             HomeHost(c["mac of the box"], "192.168.1.21", (), c["host"]))  # fmt: skip
    known = Known((c["user"],), ((c["host"], "pc"),), (c["ssid"],), (c["mac"],), (c["ipv4"],), (),
                  (c["password"], c["token"], c["contract"], c["line number"]))  # fmt: skip
    samples = tuple(LineSample(1_763_800_000.0 + 3600 * at, rx_power=-21.0 - at / 10) for at in range(24))  # type: ignore[arg-type]
    parcel = Parcel(
        ID, CASE, "tmf", "ticket", Phase.DONE, SENTENCE, AT, receipt=Receipt("1", f"4711 {SENTENCE}", promised=AT)
    )
    made = ReportSource(
        case(), ID, "2026-11-22T18:30:00+01:00", Kept(b"k" * 32), load_profile(None), samples, (parcel,), known, wifi,
        GuestNetwork(True, c["guest ssid"], c["wifi key"]), hosts, log(), version="0.1.0", os="linux",
    )  # fmt: skip
    return dataclasses.replace(made, **other)


KEY = InstallKey(Ed25519PrivateKey.from_private_bytes(b"s" * 32))
EVERYTHING = frozenset(Section) - {Section.PUBLIC_ADDRESS}


def stand_in(document: Mapping[str, Any], language: str) -> bytes:
    """A page that says all of the document: as text, in an attribute, and embedded as it is."""
    told = json.dumps(document, ensure_ascii=False)
    embedded = told.replace("&", "\\u0026").replace("<", "\\u003c")
    escaped = html.escape(told)
    return (
        f'<!doctype html><html lang={language}><style>.bad{{color:#a00}}</style><p title="{escaped}">{escaped}</p>'
        f'<script type="application/json" id="data">{embedded}</script></html>'
    ).encode()


def stand_in_text(document: Mapping[str, Any], _language: str) -> str:
    words = document["symptom"]["words"] if document["symptom"] else ""
    return f"{document['case']} {document['verdict']['text']} {words}"[:1000]


def options(sections: frozenset[Section] = EVERYTHING, **other: Any) -> ReportOptions:
    wish = Wish((Want.REPAIR,), f"Rappelez-moi, {SENTENCE}", Reach())
    return dataclasses.replace(ReportOptions(sections, wish=wish), **other)


def made(source_: ReportSource | None = None, options_: ReportOptions | None = None, **passes: bool) -> Report:
    makers = Makers(stand_in, stand_in_text, **passes)
    return build(source_ or source(), options_ or options(), KEY, Catalogue("fr", SUPPORT), makers)


def spelt(text: str) -> Iterator[bytes]:
    """An own list of ways to write something, apart from the one of the program."""
    ways = {text, text.replace(" ", ""), text.replace(" ", "."), text.replace(" ", "-")}
    digits = "".join(one for one in text if one in "0123456789abcdefABCDEF")
    if len(digits) == 12 and set(text) <= set("0123456789abcdefABCDEF:-"):
        pairs = [digits[at : at + 2] for at in range(0, 12, 2)]
        ways |= {sign.join(pairs) for sign in (":", "-", "_", "", ".")}
    try:
        address = ipaddress.ip_address(text)
        ways |= {address.exploded, str(address)}
    except ValueError:
        pass
    for way in ways:
        for one in (
            way,
            html.escape(way),
            json.dumps(way)[1:-1],
            quote(way),
            quote(way, safe=""),
            way.replace(" ", "+"),
        ):
            yield one.lower().encode()


def leaks(report: Report, spared: frozenset[str] = frozenset()) -> list[str]:
    """Names of canaries, and the file each was found in."""
    files = {part.name: part.data for part in report.parts} | {"text": report.text.encode(), "zip": report.archive}
    files["document"] = json.dumps(report.document).encode()
    found = []
    for name, canary in CANARIES.items():
        ways = set(spelt(canary)) if name not in spared else set()
        found += [f"{name} in {file}" for file, data in files.items() if any(way in data.lower() for way in ways)]
    return found
