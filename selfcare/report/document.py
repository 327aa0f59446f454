"""``rapport.json``: the first pass is made here, field by field. Nothing of a source reaches it in another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from selfcare.i18n import Catalogue
from selfcare.model.box import HostLayer
from selfcare.model.report import ReportOptions, Section
from selfcare.redaction.by_key import ByKey
from selfcare.redaction.by_pattern import Masker
from selfcare.redaction.known import looks_like_mac, role_of
from selfcare.redaction.ordinary import ordinary
from selfcare.redaction.tokens import Tokens
from selfcare.report import air, facts, history
from selfcare.report.access_node import access_node, own_addresses
from selfcare.report.source import ReportSource, newest_check, payload

SCHEMA, VERSION = "selfcare.report/1", "1.0.0"
WORDS_MOST, REACH_MOST = 4000, 200
"""Characters of what somebody types: a ticket is read by somebody."""
_WIRED = {HostLayer.ETHERNET: True, HostLayer.POWERLINE: True, HostLayer.OTHER: None, None: None}


class Writer:
    """Makes one document. ``by_key`` and ``by_pattern`` False: without that pass, for the test that must then fail."""

    def __init__(self, source: ReportSource, options: ReportOptions, tokens: Tokens, words: Catalogue,
                 *, by_key: bool = True, by_pattern: bool = True) -> None:  # fmt: skip
        self._source, self._options, self._tokens, self._words = source, options, tokens, words
        self._by_key, self._by_pattern = by_key, by_pattern
        self._raw, self._started = newest_check(source.case)
        self._clean = self._cleaner()
        self._check = self._clean.check(self._raw) if self._raw is not None else None
        self._home, self._radios = self._devices(), list(self._radio_facts())
        air.known(source.case.walks, tokens)
        self._clean = self._cleaner()  # what the check and the box named is known from here on

    def _cleaner(self) -> ByKey:
        masker = Masker(self._tokens, ordinary, literals=self._by_pattern, patterns=self._by_pattern)
        return ByKey(self._tokens, masker.text, on=self._by_key)

    def _has(self, section: Section) -> bool:
        return section in self._options.sections

    def document(self, fingerprint: str) -> dict[str, Any]:
        """All of it, but for what is counted at the end (``redaction.by_kind``, ``redaction.tokens``)."""
        source, clean = self._source, self._clean
        status = (self._check and payload(self._check, "box.status")) or {}
        telling = facts.Telling(self._words, self._started or source.made)
        symptom = self._symptom()
        return {
            "schema": SCHEMA, "schemaVersion": VERSION, "id": source.id, "case": source.case.head.id,
            "made": source.made, "language": self._words.language,
            "by": {"selfcare": source.version, "os": source.os, "fingerprint": fingerprint},
            "operator": self._operator(), "access": self._access(status),
            "access_node": self._if(Section.MEASURES, self._access_node), "box": self._box(status),
            "verdict": self._verdict(), "symptom": symptom,
            "since": history.since(source.case, self._said(), clean),
            "downtime": self._if(Section.LINE, lambda: history.downtime(source.case.downtime, clean)),
            "tried": self._if(Section.TRIED, lambda: history.tried(source.case, clean, typed=self._has(Section.WORDS))),
            "line": self._if(Section.LINE, lambda: facts.line(status, self._check, telling)),
            "wifi": self._if(Section.WIFI, lambda: self._wifi(telling)),
            "air": self._if(Section.WIFI, lambda: air.air(self._check, clean)),
            "walks": self._if(Section.WIFI, self._walks),
            "series": self._if(Section.LINE, lambda: history.series(source.samples, _rx_low(status), self._words)),
            "home": self._if(Section.HOME, lambda: {"devices": self._home}),
            "wish": self._wish(),
            "contacts": self._if(Section.CONTACTS, lambda: history.contacts(source.case, clean)),
            "tickets": history.tickets(source.parcels, source.case.head.id, clean),
            "asked": self._if(Section.WORDS, lambda: history.asked(source.case, clean)),
            "collectors": self.collectors(),
            "redaction": {
                "version": 1, "by_kind": {}, "tokens": {},
                "sections": sorted(one.value for one in Section if self._has(one)),
                "left_out": sorted(one.value for one in Section if not self._has(one)),
            },
            "omitted": [],
            "check": self._if(Section.MEASURES, lambda: self._check),
        }  # fmt: skip

    def _if(self, section: Section, make: Any) -> Any:
        """Null where it was unticked: empty means that there was nothing."""
        return make() if self._has(section) else None

    # -- the head ---------------------------------------------------------------------------------

    def _operator(self) -> dict[str, str] | None:
        profile = self._source.profile
        return {"id": profile.id, "name": profile.display_name} if profile and profile.operator else None

    def _access(self, status: Mapping[str, Any]) -> str | None:
        told = (status.get("status") or {}).get("wan") or {}
        return told.get("medium") or self._source.access or None

    def _access_node(self) -> str | None:
        profile, known = self._source.profile, self._source.known
        if profile is None or not profile.operator:
            return None
        own = (*known.addresses, *own_addresses(self._raw))
        return access_node(profile.id, payload(self._raw, "path.hops"), profile.networks, own)

    def _box(self, status: Mapping[str, Any]) -> dict[str, Any] | None:
        device = (status.get("status") or {}).get("device") or {}
        if not status.get("family") and not device:
            return None
        return {"family": status.get("family") or device.get("family"),
                "model": device.get("model_name") or device.get("product_class"),
                "firmware": device.get("software_version")}  # fmt: skip

    def _verdict(self) -> dict[str, Any]:
        head = self._source.case.head
        told = dict((self._check or {}).get("verdict") or {})
        if not told:
            told = {"state": self._clean.word(head.state) or None, "code": self._clean.word(head.code or None),
                    "segments": [], "band": None, "text": self._clean.sentence(head.text)}  # fmt: skip
        return {**told, "at": self._started}

    def _said(self) -> dict[str, Any] | None:
        symptom = self._source.case.head.symptom
        if symptom is not None:
            return {name: self._clean.word(value) for name, value in asdict(symptom).items()}
        return (self._check or {}).get("symptom")

    def _symptom(self) -> dict[str, Any] | None:
        told, typed = self._said(), "\n".join(filter(None, (self._source.case.head.words, *self._notes())))
        if told is None and not typed:
            return None
        words = self._text(typed) if self._has(Section.WORDS) else None
        return {"what": (told or {}).get("what"), "other_devices": (told or {}).get("other_devices"), "words": words}

    def _notes(self) -> Iterator[str]:
        """What was noted is told in the subscriber's words, too; what they tried stands under what was tried."""
        for event in self._source.case.events:
            text = event.data.get("text")
            if event.kind == "note" and isinstance(text, str) and event.data.get("tried") is not True:
                yield text

    def _text(self, typed: str) -> str:
        return self._clean.sentence(typed, WORDS_MOST)

    def _wish(self) -> dict[str, Any]:
        wish = self._options.wish
        reach = {name: _line(value) for name, value in asdict(wish.reach).items()}
        return {"wants": [one.value for one in wish.wants],
                "words": self._text(wish.words) if self._has(Section.WORDS) else None,
                "reach": reach if self._has(Section.REACH) else None}  # fmt: skip

    # -- home and Wi-Fi ---------------------------------------------------------------------------

    def _devices(self) -> list[dict[str, Any]]:
        """As roles and numbers; every name and address among them is known to the second pass from here on."""
        tokens = self._tokens
        if self._source.hosts is None:
            found = payload(self._check, "lan.discovery").get("hosts", ())
            return [{"token": one.get("mac"), "role": "device", "wired": None} for one in found]
        made = []
        for host in self._source.hosts:
            mac = tokens.mac(host.phys_address)
            for address in host.ipv6_addresses:
                tokens.place(address)
            role = role_of(host.kind, host.host_name, host.vendor)
            named = host.host_name and not looks_like_mac(host.host_name)
            token = tokens.host(host.host_name or "", role) if named else mac
            made.append({"token": token, "role": role, "wired": _WIRED.get(host.layer, False)})
        return made

    def _wifi(self, telling: facts.Telling) -> list[dict[str, Any]]:
        found = facts.wifi(self._check, self._radios, telling)
        return [*found, *air.facts(self._check, telling)]

    def _walks(self) -> list[dict[str, Any]]:
        return air.walks(self._source.case.walks, self._clean, self._tokens, typed=self._has(Section.WORDS))

    def _radio_facts(self) -> Iterator[tuple[str, Any]]:
        wifi, guest, tokens = self._source.wifi, self._source.guest, self._tokens
        if guest is not None:
            _known_network(tokens, guest.ssid, guest.key)
        if wifi is None:
            return
        if wifi.enable is not None:
            yield "wifi_on", wifi.enable
        for radio in wifi.radios:
            told = {"radio_band": radio.band and float(radio.band.value), "radio_up": radio.up,
                    "radio_channel": radio.channel, "radio_width": radio.width}  # fmt: skip
            yield from ((name, value) for name, value in told.items() if value is not None)
        for one in wifi.ssids:
            if one.bssid:
                tokens.mac(one.bssid)
            if (name := _known_network(tokens, one.ssid, one.key)) is not None:
                yield "network", name
            if one.security is not None:
                yield "security", one.security.value

    # -- collectors -------------------------------------------------------------------------------

    def collectors(self) -> list[dict[str, Any]]:
        """Every one, also what did not run, and why: a gap in a report must not look like "nothing found"."""
        check = self._check or {}
        found = [
            {"id": one.get("id"), "outcome": one.get("outcome"), "reason": one.get("reason") or one.get("error"),
             "ms": one.get("duration_ms")}
            for one in check.get("measurements", ())
        ]  # fmt: skip
        seen = {one["id"] for one in found}
        for one in check.get("not_tested", ()):
            if one.get("probe") not in seen:
                found.append({"id": one.get("probe"), "outcome": "not_run", "reason": one.get("reason"), "ms": None})
        return [*found, *(self._own(name, why) for name, why in self._others())]

    def _others(self) -> Iterator[tuple[str, str]]:
        source = self._source
        yield "check", "" if self._raw is not None else "nothing_to_compare"
        yield "box.samples", "" if source.samples else "source_unavailable"
        yield "box.wifi", "" if source.wifi is not None else "source_unavailable"
        yield "box.hosts", "" if source.hosts is not None else "source_unavailable"
        yield "log", ("" if source.log else "source_unavailable") if self._has(Section.LOG) else "not_selected"
        yield from source.extra.items()

    def _own(self, name: str, why: str) -> dict[str, Any]:
        return {"id": name, "outcome": "not_run" if why else "completed", "reason": why or None, "ms": None}


def _known_network(tokens: Tokens, ssid: str | None, key: str | None) -> str | None:
    """Its key is looked for everywhere, and told nowhere."""
    if key:
        tokens.secret(key)
    return tokens.ssid(ssid) if ssid else None


def _rx_low(status: Mapping[str, Any]) -> float | None:
    told = ((status.get("status") or {}).get("optical") or {}).get("rx_low")
    return float(told) if isinstance(told, int | float) else None


def _line(text: str) -> str:
    """As it was typed and confirmed, on one line."""
    return "".join(one if one.isprintable() else " " for one in text[:REACH_MOST]).strip()
