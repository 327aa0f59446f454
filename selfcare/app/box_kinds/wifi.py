"""The home's Wi-Fi: the switch for all, radios (on, channel, width), networks (name, key, security, shown, on)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any

from selfcare.app.box_kinds.kind import Plain, Reading, Scope, State, Step, Value, differing, told
from selfcare.boxes.ports import ReadsWifi, WritesWifi
from selfcare.boxes.secret import Secret
from selfcare.model.box import Capability, Security, WifiRadio, WifiSettings, WifiSsid, WifiWish, Wish
from selfcare.model.box.change import Difference
from selfcare.model.units import Megahertz

AUTO = "auto"
_SHARED = ("ssid", "key", "security")  # what a box with one name for all bands keeps once


class Wifi(Plain):
    """Parts: ``enable``, ``radio/<id>/<field>``, ``ssid/<id>/<field>``."""

    name = "wifi"
    reads, writes = Capability.WIFI, Capability.SET_WIFI
    patience_s = 25.0

    def scope(self, _wish: Wish) -> Scope:
        """All of it."""
        return Scope()

    async def read(self, session: ReadsWifi, _scope: Scope) -> Reading:
        """The present state."""
        settings = told(await session.wifi())
        state: dict[str, Value] = {"enable": settings.enable}
        for radio in settings.radios:
            state |= {f"radio/{radio.id}/{field}": value for field, value in _radio(radio).items()}
        for ssid in settings.ssids:
            state |= {f"ssid/{ssid.id}/{field}": value for field, value in _ssid(ssid).items()}
        return Reading(state, settings)

    def asked(self, wish: Wish, now: Reading) -> State:
        """Where a box keeps one name and key for all bands, the wish for one is the wish for all."""
        assert isinstance(wish, WifiWish)
        settings: WifiSettings = now.raw
        wanted: dict[str, Value] = {}
        if wish.enable is not None:
            wanted["enable"] = wish.enable
            if wish.enable != now.state.get("enable"):
                # Some boxes have no such switch: their drivers turn each radio. Half of that must be seen as half:
                # what each radio and network becomes is not judged, what it was is put back.
                wanted |= {p: None for p in now.state if p.endswith("/enable")}
        for radio in wish.radios:
            if radio.auto_channel is None and radio.channel is not None:
                radio = replace(radio, auto_channel=False)
            wanted |= {f"radio/{radio.id}/{f}": v for f, v in _radio(radio).items() if v is not None}
        for ssid in wish.ssids:
            fields = {f: v for f, v in _ssid(ssid).items() if v is not None}
            wanted |= {f"ssid/{ssid.id}/{f}": v for f, v in fields.items()}
            if settings.shared:
                alike = {f: v for f, v in fields.items() if f in _SHARED}
                others = [s.id for s in settings.ssids if not s.guest]
                wanted |= {f"ssid/{other}/{f}": v for other in others for f, v in alike.items()}
        return {**now.state, **wanted}

    def steps(self, session: WritesWifi, now: Reading, goal: State, last: Collection[str], _scope: Scope) -> list[Step]:
        """Switched on first and off last; one write for each radio and each network."""
        wanted = {part: value for part, value in goal.items() if value is not None}
        changed = differing({part: now.state.get(part, False) for part in wanted}, wanted)
        on, late, off = list[Step](), list[Step](), list[Step]()
        if "enable" in changed:
            (on if goal["enable"] else off).append(partial(session.set_wifi_enable, bool(goal["enable"])))
        for thing in dict.fromkeys(part.rsplit("/", 1)[0] for part in changed if "/" in part):
            fields = {p.rsplit("/", 1)[1]: goal[p] for p in changed if p.startswith(f"{thing}/")}
            step = self._write(session, now.raw, thing, fields)
            (late if thing in last or fields.get("enable") is False else on).append(step)
        return [*on, *late, *off]

    def _write(self, session: WritesWifi, settings: WifiSettings, thing: str, fields: dict[str, Value]) -> Step:
        what, identity = thing.split("/", 1)
        if what == "radio":
            known = next((r for r in settings.radios if r.id == identity), WifiRadio(identity))
            return partial(session.set_radio, _as_radio(known, fields))
        return partial(session.set_ssid, _as_ssid(identity, fields))

    def differences(self, before: State, asked: State, now: Reading) -> tuple[Difference, ...]:
        """Named by the network's name, or the radio's band."""
        return tuple(
            Difference(
                f"box.field.wifi.{part.rsplit('/', 1)[-1]}" if "/" in part else "box.field.wifi.enable_all",
                _plain(before.get(part)),
                _plain(asked[part]),
                _label(part, now.raw),
                isinstance(asked[part], Secret),
            )
            for part in differing(before, asked)
            if asked.get(part) is not None
        )


def _plain(value: Value) -> object:
    return None if isinstance(value, Secret) else value


def _label(part: str, settings: WifiSettings | None) -> str | None:
    if "/" not in part or settings is None:
        return None
    what, identity = part.rsplit("/", 1)[0].split("/", 1)
    bands = {r.id: f"{r.band.value} GHz" for r in settings.radios if r.band}
    if what == "radio":
        return bands.get(identity, identity)
    ssid = next((s for s in settings.ssids if s.id == identity), None)
    if ssid is None:
        return identity
    band = bands.get(ssid.radio or "")
    return f"{ssid.ssid or identity} ({band})" if band else ssid.ssid or identity


def _radio(radio: WifiRadio) -> dict[str, Value]:
    # A channel in use, of which the box does not say whether it was chosen, is not a setting that could be put back.
    channel: Value = AUTO if radio.auto_channel else radio.channel if radio.auto_channel is False else None
    width: Value = AUTO if radio.auto_width else radio.width
    return {"enable": radio.enable, "channel": channel, "width": width}


def _as_radio(known: WifiRadio, fields: dict[str, Any]) -> WifiRadio:
    """``auto_width`` is only told to a box that has it."""
    made = WifiRadio(known.id, band=known.band, enable=fields.get("enable"))
    if (channel := fields.get("channel")) is not None:
        made = replace(made, auto_channel=channel == AUTO, channel=None if channel == AUTO else int(channel))
    if (width := fields.get("width")) is not None:
        automatic = True if width == AUTO else None if known.auto_width is None else False
        made = replace(made, auto_width=automatic, width=None if width == AUTO else Megahertz(int(width)))
    return made


def _ssid(ssid: WifiSsid) -> dict[str, Value]:
    key = None if ssid.key is None else Secret(ssid.key)
    security = None if ssid.security is None else ssid.security.value
    return {"ssid": ssid.ssid, "enable": ssid.enable, "hidden": ssid.hidden, "security": security, "key": key}


def _as_ssid(identity: str, fields: dict[str, Any]) -> WifiSsid:
    key, security = fields.get("key"), fields.get("security")
    return WifiSsid(
        identity,
        ssid=fields.get("ssid"),
        enable=fields.get("enable"),
        hidden=fields.get("hidden"),
        security=None if security is None else Security(security),
        key=key.reveal() if isinstance(key, Secret) else None,
    )
