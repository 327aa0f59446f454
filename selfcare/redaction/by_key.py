"""The first pass: the document of a check, field by field, by an allow-list. What is not known is not let through."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from selfcare.model.wifi import Why
from selfcare.redaction.fields import Treat, treatment
from selfcare.redaction.shapes import Shape, shape_of, shapes
from selfcare.redaction.tokens import Tokens

LONGEST = 500
"""Characters of a text in a document: the longest of ours has some 300."""
_EDGE = 200
"""Characters at the end of what was cut off that may be half an identifier; none of those looked for is longer."""
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_WORD = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.:/-]{0,62}[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+ ()-]{0,47}")
_PORTS = re.compile(
    r"(?i)(?:lo|eth|en[opsx]?|wlan|wl[ops]?|wwan|ww[ops]?|usb|tun|tap|wg|ppp|br|docker|veth|utun|bond|vmnet|awdl)"
    r"[0-9]{0,4}(?:[a-z][0-9]{1,4}){0,5}(?:\.[0-9]{1,4})?"
    r"|(?:Ethernet|Wi-Fi|WiFi|Local Area Connection|Connexion au réseau local|Cellular|Bluetooth Network Connection)"
    r"(?: [0-9]{1,3})?"
)
"""Adapters as Linux, macOS and Windows name them by themselves; a name somebody gave says who they are."""
_PLAIN_ID = re.compile(r"[0-9]{1,6}|(?:natpmp:)?(?:tcp|udp|both):[0-9]{1,5}|[a-z]{1,10}[0-9]{0,2}")
_UNITS = frozenset({"%", "°C", "µs"})
"""Units that are no word of letters; the others are let through as words."""
_WHYS = frozenset(str(one.value) for one in Why)
Text = Callable[[str], str]


class ByKey:
    """``text`` goes through free text by pattern (``Masker.text``); ``on`` False lets all through (for a test)."""

    def __init__(self, tokens: Tokens, text: Text, *, on: bool = True) -> None:
        self._tokens, self._text, self._on = tokens, text, on

    # -- the document of a check ------------------------------------------------------------------

    def check(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Schema ``selfcare.check/1`` in and out."""
        if not self._on:
            return dict(document)
        return {
            "schema": "selfcare.check/1",
            "verdict": self._words(document.get("verdict"), ("state", "code", "segments", "band"), ("text",)),
            "findings": [self._finding(one) for one in _objects(document.get("findings"))],
            "ruled_out": [self._words(one, ("code",), ("because",)) for one in _objects(document.get("ruled_out"))],
            "not_tested": [self._words(one, ("probe", "reason")) for one in _objects(document.get("not_tested"))],
            "symptom": self._words(document.get("symptom"), ("what", "since", "other_devices")) or None,
            "measurements": [self._measurement(one) for one in _objects(document.get("measurements"))],
            "timing": self._words(document.get("timing"), ("first_verdict_ms", "total_ms")),
            "host": self._words(document.get("host"), ("os", "privileged")),
            "versions": {self.word(k): self.version(v) for k, v in _object(document.get("versions")).items()},
        }

    def _finding(self, found: Mapping[str, Any]) -> dict[str, Any]:
        plain = ("code", "role", "segments", "band", "scope", "explains", "remedies", "guides", "answers_symptom")
        made = self._words(found, plain)
        for name in ("evidence", "against"):
            told = _objects(found.get(name))
            made[name] = [self._words(one, ("fact", "value", "measurement", "weight", "unit")) for one in told]
        made["runner_up"] = self._words(found.get("runner_up"), ("code", "separating_test"), ("why_not",)) or None
        return made

    def _measurement(self, found: Mapping[str, Any]) -> dict[str, Any]:
        made = self._words(found, ("id", "version", "outcome", "started", "duration_ms", "reason", "error"))
        made["interface"] = self.port(found.get("interface"))
        if "payload" in found:
            made["payload"] = self.payload(found["payload"])
        return made

    def _words(self, found: object, plain: Sequence[str], texts: Sequence[str] = ()) -> dict[str, Any]:
        """The named entries of an object: closed words and numbers, and sentences."""
        source = _object(found)
        made = {name: self.word(source[name]) for name in plain if name in source}
        return made | {name: self.sentence(source[name]) for name in texts if name in source}

    # -- a probe's own ----------------------------------------------------------------------------

    def payload(self, found: object) -> dict[str, Any]:
        """An object of a type of the model; anything else is nothing."""
        if not self._on:
            return dict(_object(found))
        source = _object(found)
        kinds = shape_of(frozenset(source)) if source else ()
        return {name: self._field(kinds, name, value) for name, value in source.items()} if kinds else {}

    def _field(self, kinds: Sequence[Shape], name: str, value: object) -> Any:
        if isinstance(value, Mapping):
            return self._whys(value) if name == "missing" else self.payload(value)
        if isinstance(value, list | tuple):
            return [self._field(kinds, name, one) for one in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._leaf(kinds, name, str(value))

    def _whys(self, found: Mapping[str, Any]) -> dict[str, str]:
        """Names of fields of ours, and why each is not told: closed words both."""
        return {name: why for name, why in found.items() if name in _fields() and why in _WHYS}

    def _leaf(self, kinds: Sequence[Shape], name: str, value: str) -> str:
        slots = [one.slots[name] for one in kinds]
        if any(value in slot.words for slot in slots):
            return value
        if any(slot.instant for slot in slots) and _INSTANT.fullmatch(value):
            return value
        ways = {treatment(one.name, name) for one, slot in zip(kinds, slots, strict=True) if slot.text}
        return self._treated(ways.pop(), value) if len(ways) == 1 else self._tokens.removed("unknown")

    def _treated(self, way: Treat | None, value: str) -> str:
        tokens = self._tokens
        if value == "":
            return value
        ways: dict[Treat, Text] = {
            Treat.LABEL: self.label, Treat.VERSION: self.version, Treat.PLACE: tokens.place, Treat.PORT: self._port,
            Treat.MAC: tokens.mac, Treat.SSID: tokens.ssid, Treat.HOST: tokens.host, Treat.SERIAL: tokens.serial,
            Treat.SECRET: tokens.secret,
            Treat.ID: lambda text: text if _PLAIN_ID.fullmatch(text) else tokens.removed("id"),
        }  # fmt: skip
        return ways[way](value) if way is not None else tokens.removed("unknown")

    # -- texts ------------------------------------------------------------------------------------

    def word(self, value: object) -> Any:
        """A closed word, a number, a list of them."""
        if isinstance(value, list | tuple):
            return [self.word(one) for one in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        text = str(value)
        if text in _UNITS:
            return text
        return (
            self._text(text) if _WORD.fullmatch(text) or _INSTANT.fullmatch(text) else self._tokens.removed("unknown")
        )

    def sentence(self, value: object, longest: int = LONGEST) -> str:
        """Several words of ours or of the subscriber's."""
        return self._cut(str(value or ""), longest)

    def label(self, value: object) -> str:
        """One line, short."""
        return self._cut(str(value or "").replace("\n", " "), 120)

    def _cut(self, text: str, longest: int) -> str:
        """Cut when nothing is in it any more: of half a telephone number nobody knows that it is one."""
        whole = len(text) <= longest
        made = self._text(_printable(text, longest if whole else longest + 2 * _EDGE))
        return made if whole else made[: max(0, min(longest, len(made) - _EDGE))]

    def version(self, value: object) -> str:
        """Of a program: four numbers with dots are no address here."""
        text = str(value or "")
        if not _VERSION.fullmatch(text):
            return self.label(text)
        self._tokens.staying.update(re.findall(r"[0-9][0-9.]*[0-9]", text))
        return self._text(text)

    def port(self, value: object) -> str | None:
        """The name of an adapter, if nobody chose it."""
        return None if value is None else self._port(str(value))

    def _port(self, text: str) -> str:
        return text if not self._on or _PORTS.fullmatch(text) else self._tokens.host(text, "link")


@cache
def _fields() -> frozenset[str]:
    """That a reading of the Wi-Fi may say nothing of."""
    wanted = ("WifiReading", "Link", "Radio")
    return frozenset(name for one in shapes() if one.name in wanted for name in one.slots)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _printable(text: str, longest: int) -> str:
    """Without what steers a terminal or turns the direction of writing round."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text[:longest])
