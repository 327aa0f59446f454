"""The settings of a Freebox: Wi-Fi, guests, forwards, parental control. Pure, both ways: reply → model, wish → request.

Shapes differ by API major: a network has ``config`` only up to v4, ``bss_params`` and ``shared_bss_params`` from v5 on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from selfcare.boxes.freebox.lenient import flag, mapping, number, rows, text, whole
from selfcare.model.box import (
    GuestNetwork,
    PortMapping,
    Protocol,
    Security,
    WifiBand,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds

_BANDS = {"2d4g": WifiBand.GHZ_2_4, "5g": WifiBand.GHZ_5, "6g": WifiBand.GHZ_6}
_ENCRYPTIONS = (
    ("wpa23", Security.WPA2_WPA3),
    ("wpa12", Security.WPA_WPA2),
    ("wpa3", Security.WPA3),
    ("wpa2", Security.WPA2),
    ("wpa", Security.WPA),
    ("wep", Security.WEP),
    ("open", Security.OPEN),
    ("none", Security.OPEN),
)
ENCRYPTION = {
    Security.WPA2: "wpa2_psk_ccmp",
    Security.WPA2_WPA3: "wpa23_psk_ccmp",
    Security.WPA3: "wpa3_psk_ccmp",
}
"""What may be set; the older ones are read but not offered."""


def wifi(config: Any, points: Any, networks: Any, choices: Mapping[str, Any]) -> WifiSettings:
    """``wifi/config/``, ``wifi/ap/``, ``wifi/bss/``, and ``allowed_channel_comb`` by radio."""
    radios = tuple(found for each in rows(points) if (found := radio(each, choices)) is not None)
    known = rows(networks)
    states = [text(mapping(each.get("status")).get("state")) for each in rows(points)]
    shared = [flag(each.get("use_shared_params")) for each in known]
    return WifiSettings(
        enable=flag(mapping(config).get("enabled")),
        radios=radios,
        ssids=tuple(named for each in known if (named := network(each)) is not None),
        planned="disabled_planning" in states if states else None,
        shared=all(shared) if shared and None not in shared else None,
    )


def radio(told: Mapping[str, Any], choices: Mapping[str, Any]) -> WifiRadio | None:
    """A ``WifiAp``. What was chosen goes before what is in use, so that a change can be read back at once."""
    name = text(told.get("id"))
    if name is None:
        return None
    config, status = mapping(told.get("config")), mapping(told.get("status"))
    state, chosen = text(status.get("state")), whole(config.get("primary_channel"), 0, 300)
    band = text(config.get("band"))
    combinations = [each for each in rows(choices.get(name)) if text(each.get("band")) in (None, band)]
    if flag(config.get("dfs_enabled")) is False:
        combinations = [each for each in combinations if flag(each.get("need_dfs")) is not True]
    return WifiRadio(
        id=name,
        band=_BANDS.get(band or ""),
        enable=flag(config.get("enabled")),
        up=state == "active" if state is not None else None,
        state=state,
        channel=chosen or whole(status.get("primary_channel"), 1, 300),
        auto_channel=chosen == 0 if chosen is not None else None,
        width=_width(config.get("channel_width")) or _width(status.get("channel_width")),
        auto_width=True if text(config.get("channel_width")) == "auto" else None,
        possible_channels=tuple(
            sorted({found for each in combinations if (found := whole(each.get("primary"), 1, 300))})
        ),
        possible_widths=tuple(sorted({found for each in combinations if (found := _width(each.get("channel_width")))})),
        standards=_standards(config),
    )


def _width(value: Any) -> Megahertz | None:
    found = whole(value, 20, 320)
    return Megahertz(found) if found in (20, 40, 80, 160, 320) else None


def _standards(config: Mapping[str, Any]) -> str | None:
    high = mapping(config.get("ht"))
    steps = (
        (flag(mapping(config.get("eht")).get("enabled")), "be"),
        (flag(mapping(config.get("he")).get("enabled")), "ax"),
        (flag(high.get("ac_enabled")), "ac"),
        (flag(high.get("ht_enabled")), "n"),
    )
    return next((name for told, name in steps if told), None)


def parameters(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is in force for a network: shared or its own (API ≥ 5), else ``config``."""
    shared = flag(told.get("use_shared_params"))
    if shared is not None:
        found = mapping(told.get("shared_bss_params" if shared else "bss_params"))
        if found:
            return found
    return mapping(told.get("config"))


def network(told: Mapping[str, Any]) -> WifiSsid | None:
    """A ``WifiBss``. Whether it is on stands in ``config`` where there is one, even where the rest is shared."""
    name = text(told.get("id"))
    if name is None:
        return None
    used = parameters(told)
    sources = (mapping(told.get("config")), mapping(told.get("bss_params")), used)
    on = next((found for each in sources if (found := flag(each.get("enabled"))) is not None), None)
    return WifiSsid(
        id=name,
        radio=text(told.get("phy_id")),
        ssid=text(used.get("ssid")),
        bssid=name.lower(),
        enable=on,
        hidden=flag(used.get("hide_ssid")),
        security=_security(text(used.get("encryption"))),
        key=key(used.get("key")),
    )


def _security(word: str | None) -> Security | None:
    return next((kind for start, kind in _ENCRYPTIONS if word is not None and word.startswith(start)), None)


def key(value: Any) -> str | None:
    """Without the right ``settings`` a key is stars: then it is not known, and never sent back."""
    word = text(value)
    return word if word is not None and word.strip("*") else None


def radio_wish(wish: WifiRadio, told: Mapping[str, Any]) -> dict[str, Any]:
    """The ``config`` for ``PUT wifi/ap/{id}``: what is wished and not None. The second channel follows the first."""
    config: dict[str, Any] = {}
    if wish.enable is not None and flag(mapping(told.get("config")).get("enabled")) is not None:
        config["enabled"] = wish.enable
    if wish.auto_channel:
        config |= {"primary_channel": 0, "secondary_channel": 0}
    elif wish.channel is not None:
        config |= {"primary_channel": wish.channel, "secondary_channel": 0}
    if wish.auto_width:
        config["channel_width"] = "auto"
    elif wish.width is not None:
        config["channel_width"] = str(wish.width)
    return config


def network_wish(wish: WifiSsid) -> dict[str, Any]:
    """The ``config`` for ``PUT wifi/bss/{id}``. A security that cannot be set is ``KeyError``."""
    config: dict[str, Any] = {"enabled": wish.enable, "ssid": wish.ssid, "hide_ssid": wish.hidden, "key": wish.key}
    if wish.security is not None:
        config["encryption"] = ENCRYPTION[wish.security]
    return {name: value for name, value in config.items() if value is not None}


def guest(keys: Any, config: Any) -> GuestNetwork:
    """``wifi/custom_key/``: there is no switch, a network for guests exists as long as a key for it does."""
    known = rows(keys)
    first = mapping(known[0].get("params")) if known else {}
    remaining = number(known[0].get("remaining")) if known else None
    return GuestNetwork(
        enable=bool(known),
        ssid=text(mapping(config).get("ssid")),
        key=key(first.get("key")),
        remaining=Seconds(remaining) if remaining is not None and remaining > 0 else None,
        internet_only={"net_only": True, "full": False}.get(text(first.get("access_type")) or ""),
    )


def forwards(redirections: Any, by_programs: Any) -> tuple[PortMapping, ...]:
    """``fw/redir/`` and ``upnpigd/redir/``. One rule for TCP and one for UDP that say the same are one for both."""
    merged: dict[tuple[object, ...], PortMapping] = {}
    for each in rows(redirections):
        found = forward(each)
        if found is None:
            continue
        like = (found.external_port, found.last, found.internal_client, found.internal_port, found.remote_host)
        alike = (*like, found.enable)
        twin = merged.get(alike)
        if twin is not None and twin.protocol is not found.protocol and twin.protocol is not Protocol.BOTH:
            merged[alike] = replace(twin, protocol=Protocol.BOTH, id=f"{twin.id}+{found.id}")
        else:
            merged[alike if twin is None else (*alike, found.id)] = found
    return tuple(merged.values()) + tuple(found for each in rows(by_programs) if (found := _by_program(each)))


def forward(told: Mapping[str, Any]) -> PortMapping | None:
    """A ``PortForwardingConfig``; ``src_ip`` 0.0.0.0 is "from anywhere"."""
    first, protocol = whole(told.get("wan_port_start"), 0, 65535), _protocol(told.get("ip_proto"))
    inner, client = whole(told.get("lan_port"), 0, 65535), text(told.get("lan_ip"))
    last = whole(told.get("wan_port_end"), 0, 65535)
    if first is None or inner is None or client is None or protocol is None:
        return None
    source = text(told.get("src_ip"))
    return PortMapping(
        first,
        inner,
        client,
        protocol,
        enable=flag(told.get("enabled")) is not False,
        external_last=last if last is not None and last > first else None,
        remote_host=source if source not in (None, "0.0.0.0") else None,
        description=text(told.get("comment")),
        origin="user",
        valid=flag(told.get("valid")),
        id=text(told.get("id")),
    )


def _by_program(told: Mapping[str, Any]) -> PortMapping | None:
    outer, inner = whole(told.get("ext_port"), 0, 65535), whole(told.get("int_port"), 0, 65535)
    client, protocol = text(told.get("int_ip")), _protocol(told.get("proto"))
    if outer is None or inner is None or client is None or protocol is None:
        return None
    left = number(told.get("remaining"))
    source = text(told.get("ext_src_ip"))
    return PortMapping(
        outer,
        inner,
        client,
        protocol,
        enable=flag(told.get("enabled")) is not False,
        remote_host=source if source not in (None, "0.0.0.0") else None,
        description=text(told.get("desc")),
        lease=Seconds(left) if left is not None and left > 0 else None,
        origin="upnp",
        id=text(told.get("id")),
    )


def _protocol(value: Any) -> Protocol | None:
    return {"tcp": Protocol.TCP, "udp": Protocol.UDP}.get((text(value) or "").lower())


def forward_wish(wish: PortMapping, protocol: Protocol) -> dict[str, Any]:
    """For ``POST fw/redir/`` and ``PUT fw/redir/{id}``."""
    return {
        "enabled": wish.enable,
        "comment": wish.description or "",
        "ip_proto": protocol.value,
        "wan_port_start": wish.external_port,
        "wan_port_end": wish.last,
        "lan_ip": wish.internal_client,
        "lan_port": wish.internal_port,
        "src_ip": wish.remote_host or "0.0.0.0",
    }


def taken_by_box(incoming: Any, wish: PortMapping) -> tuple[int, str] | None:
    """``fw/incoming/``: a port that a service of the box listens on wins over any forward, silently."""
    for each in rows(incoming):
        port, kind = whole(each.get("in_port"), 1, 65535), text(each.get("type")) or ""
        # active: newer firmwares tell whether the service really listens
        if port is None or flag(each.get("enabled")) is not True or flag(each.get("active")) is False:
            continue
        alike = wish.protocol is Protocol.BOTH or wish.protocol.value in kind.split("_")
        if alike and wish.external_port <= port <= wish.last:
            return port, text(each.get("id")) or ""
    return None
