"""``netsh wlan show networks mode=bssid``, ``profiles`` and ``profile name=…``, in any language."""

from __future__ import annotations

import re

from probes.radio.texts import made, words
from probes.radio.texts.netsh import SOURCE, Line, lines_of, security_of, why_not
from probes.radio.texts.words import Missing
from selfcare.model.wifi import Bss, BssLoad, Security, Why, WifiAccess, WifiReading

_NETWORK = re.compile(r"SSID\s+\d+")
_USE = re.compile(r"(\d{1,3})\s*\(\s*\d{1,3}\s*%\s*\)", re.ASCII)
_SIGNAL = re.compile(r"\d{1,3}\s?%?", re.ASCII)
_RULE = re.compile(r"[-=]{5,}")


def networks(text: str, returncode: int = 0) -> WifiReading:
    """Every access point in sight. Its signal is a percentage, and "100 %" is anything from -50 dBm upwards."""
    found: list[Bss] = []
    heads: list[Line] = []
    block: list[Line] = []
    name = ""
    seen = False
    for line in [*lines_of(text), Line("SSID 0", "")]:
        new = bool(_NETWORK.fullmatch(line.label))
        if new or words.is_mac(line.value):
            found += [_bss(block, name, security_of(heads[1:3]))] if block else []
            block = [] if new else [line]
        elif block:
            block.append(line)
        else:
            heads.append(line)
        if new:
            seen = seen or line.label != "SSID 0"
            name, heads = line.value, []
    if not found:
        return made.refused(SOURCE, _why_none(text, returncode, seen))
    return made.reading(SOURCE, neighbours=found, missing={"link": Why.NOT_OFFERED, "radio": Why.NOT_OFFERED})


def _why_none(text: str, returncode: int, seen: bool) -> WifiAccess:
    """None in sight is a number of its own: the adapter was asked and heard nothing."""
    if seen or (re.search(r"\b0\b", text) and not returncode and "privacy-location" not in text):
        return WifiAccess.TOLD
    return why_not(text, returncode)


def _bss(block: list[Line], name: str, closed: Security | None) -> Bss:
    values = [line.value for line in block]
    missing = Missing()
    signal = next((v for v in values[1:3] if _SIGNAL.fullmatch(v)), None)
    told = next((words.whole(v) for v in values if re.fullmatch(r"-\d{1,3}", v)), None)
    percent = None if signal is None else words.of_percent(float(signal.rstrip("% ")))
    standard = next((at for at, v in enumerate(values) if "802.11" in v), None)
    after = values[standard + 1 :] if standard is not None else []
    where = next((words.band(v) for v in after[:2] if "GHz" in v), None)
    primary = next((words.whole(v) for v in after[:2] if words.whole(v) is not None), None)
    return Bss(
        bssid=words.mac(values[0]) or "",
        ssid=name or None,
        channel=words.by_number(primary, where),
        rssi_dbm=missing.rssi(percent if told is None else told),
        generation=words.generation(values[standard]) if standard is not None else None,
        security=closed,
        load=_load(values),
    )


def _load(values: list[str]) -> BssLoad | None:
    for at, value in enumerate(values):
        use = _USE.fullmatch(value)
        if use and at and int(use[1]) <= 255:
            stations = words.whole(values[at - 1])
            return None if stations is None or stations < 0 else BssLoad(stations, round(int(use[1]) / 255, 3))
    return None


def profiles(text: str, returncode: int = 0) -> WifiReading:
    """The names of saved networks: every value under the rule of the second list."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if _RULE.fullmatch(line.strip()):
            parts.append([])
        elif ":" in line and line[:1].isspace():
            parts[-1].append(line.partition(":")[2].strip())
    names = [name for part in parts[1:] for name in part if name]
    if len(parts) < 2:
        return made.refused(SOURCE, why_not(text, returncode))
    return _known(names)


def profile(text: str, returncode: int = 0) -> WifiReading:
    """The networks one profile is for: names stand in quotes, and nothing else does after a colon."""
    names = [m[1] for line in text.splitlines() if (m := re.search(r':\s*"(.{1,32})"\s*$', line))]
    if not names:
        return made.refused(SOURCE, why_not(text, returncode))
    return _known(names)


def _known(names: list[str]) -> WifiReading:
    return made.reading(
        SOURCE, known_names=tuple(dict.fromkeys(names)),
        missing={"link": Why.NOT_OFFERED, "radio": Why.NOT_OFFERED, "neighbours": Why.NOT_OFFERED},
    )  # fmt: skip
