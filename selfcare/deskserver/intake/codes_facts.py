"""What a code tells of itself, with the names that a filed ticket's facts have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfcare.deskserver.api.bounds import line
from selfcare.report import spoken
from selfcare.report.spoken_numbers import CANNOT_TEST, CONNECTING, NOT_PROVEN, NUMBERS, OK

_BLOCKING = frozenset({"no_web"})
_MINOR = frozenset({"one_site", "one_device", "games", "port"})
_STATES = {OK: "ok", NOT_PROVEN: "not_proven", CONNECTING: "connecting", CANNOT_TEST: "cannot_test"}
_SIDES = {
    "PC": "pc", "WIFI": "wifi", "LAN": "lan", "BOX": "box", "ACC": "access", "ISP": "isp", "NET": "internet",
}  # fmt: skip
_MOST = 500
"""Signs of one; a key of anybody's signs whatever it likes, so that each is a plain line first."""
_REACH = ("name", "phone", "mail", "contract", "line_number", "when")


def facts(data: Mapping[str, Any]) -> dict[str, str | float | bool]:
    """Of a picture."""
    verdict, found = _part(data, "verdict"), dict[str, str | float | bool]()
    for name in ("state", "code", "band"):
        if isinstance(value := verdict.get(name), str):
            found[f"verdict_{name}"] = line(value)[:_MOST]
    if isinstance(segments := verdict.get("segments"), list):
        found["segments"] = line(" ".join(str(one) for one in segments))[:_MOST]
    told = {
        "access": data.get("access"), "operator": _part(data, "operator").get("id"), "report_id": data.get("id"),
        "since": _part(data, "since").get("at"),
    }  # fmt: skip
    found |= {name: line(value)[:_MOST] for name, value in told.items() if isinstance(value, str) and value}
    minutes = _part(data, "downtime").get("day_min")
    if isinstance(minutes, int | float) and not isinstance(minutes, bool):
        found["down_24h_min"] = float(minutes)
    return found


def contact(data: Mapping[str, Any]) -> dict[str, str]:
    """As it was typed for this report, and signed with it."""
    reach = _part(_part(data, "wish"), "reach")
    return {name: line(reach[name])[:_MOST] for name in _REACH if isinstance(reach.get(name), str) and reach[name]}


def severity(data: Mapping[str, Any]) -> str:
    """As the app files it: by what the person says; by the verdict where they said nothing."""
    what, state = _part(data, "symptom").get("what"), _part(data, "verdict").get("state")
    if what in _BLOCKING:
        return "blocking"
    return "minor" if what in _MINOR or (what is None and state not in ("fault", "multiple")) else "major"


def spoken_facts(told: Mapping[str, object]) -> dict[str, str | float | bool]:
    """Of 16 digits. They name one side surely or none."""
    found: dict[str, str | float | bool] = {}
    code = next((name for name, number in NUMBERS.items() if number == told.get("verdict")), "")
    access = told.get("access")
    if isinstance(access, int) and 0 < access < len(spoken.ACCESSES):
        found["access"] = spoken.ACCESSES[access]
    if not code:
        state = _STATES.get(told["verdict"]) if isinstance(told.get("verdict"), int) else None  # type: ignore[call-overload]
        return {**found, **({"verdict_state": state} if state else {})}
    surely = spoken.FOUND in (told.get(layer) for layer in spoken.LAYERS)
    found |= {"verdict_code": code, "verdict_state": "fault", "verdict_band": "certain" if surely else "possible"}
    side = _SIDES.get(code.partition("-")[0])
    if surely and side is not None:
        found["segments"] = side
    return found


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}
