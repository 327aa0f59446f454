"""The home in a Freebox's words and units, by API major: what each address answers. Replies only, no HTTP."""

from __future__ import annotations

import time
from typing import Any

from tests.boxes.home import Home, Host, Radio, Ssid

BANDS = {"2.4": "2d4g", "5": "5g", "6": "6g"}
LAYERS = {"wifi_2_4": "2d4g", "wifi_5": "5g"}
RADIO_IDS = {"2.4": 0, "5": 1, "6": 2}
ENCRYPTIONS = {
    "wpa2": "wpa2_psk_ccmp",
    "wpa2_wpa3": "wpa23_psk_ccmp",
    "wpa3": "wpa3_psk_ccmp",
    "wpa": "wpa_psk_tkip",
    "open": "open",
}
STATES = {"connected": "up", "connecting": "going_up", "disconnected": "down"}


def api_version(home: Home, version: str, model: str, named: str) -> dict[str, Any]:
    return {
        "box_model_name": named,
        "api_base_url": "/api/",
        "https_port": 56742,
        "device_name": "Freebox Server",
        "https_available": True,
        "box_model": model,
        "api_domain": "abcdefgh.fbxos.fr",
        "uid": home.uid,
        "api_version": version,
        "device_type": "FreeboxServer8,1",
    }


def system(home: Home, major: int, model: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "mac": home.mac.upper(),
        "disk_status": "active",
        "box_authenticated": True,
        "board_name": model.split("/")[0],
        "uptime": f"{home.up_time // 86400} jours",
        "uptime_val": home.up_time,
        "user_main_storage": "Disque 1",
        "serial": home.serial,
        "firmware_version": home.firmware or "4.9.11",
    }
    if major < 6:
        return told | {"box_flavor": "full", "temp_cpum": 61, "temp_cpub": 58, "temp_sw": 47, "fan_rpm": 1832}
    return told | {
        "model_info": {"name": model, "pretty_name": "Freebox Server", "has_dsl": home.line.medium == "dsl"},
        "fans": [{"id": "fan0_speed", "name": "Ventilateur 1", "value": 1832}],
        "sensors": [
            {"id": "temp_t1", "name": "Température 1", "value": 47},
            {"id": "temp_cpu0", "name": "Température CPU", "value": 61},
            {"id": "temp_cpu1", "name": "Température CPU 2"},  # a value may be missing
            {"id": "temp_hdd0", "name": "Disque dur", "value": 99},
        ],
    }


def media(terminal: bool) -> str:
    return "ethernet" if terminal else "ftth"


def connection(home: Home) -> dict[str, Any]:
    line = home.line
    told: dict[str, Any] = {
        "type": "rfc2684" if line.medium == "dsl" else "ethernet",
        "media": "backup_4g" if line.stand_in else "xdsl" if line.medium == "dsl" else media(line.terminal),
        "state": STATES[line.session],
        "rate_down": line.rate_down * 1000 // 8,
        "rate_up": line.rate_up * 1000 // 8,
        "bytes_down": line.received,
        "bytes_up": line.sent,
        "bandwidth_down": line.down_kbps * 1000,
        "bandwidth_up": line.up_kbps * 1000,
        "ipv4_port_range": list(line.ports),
    }
    if line.session == "connected":
        told |= {"ipv4": line.ipv4, "ipv6": line.ipv6}
    return told


def ipv6(home: Home) -> dict[str, Any]:
    return {
        "ipv6_enabled": bool(home.line.ipv6),
        "ipv6_firewall": False,
        "delegations": [{"prefix": home.line.prefix, "next_hop": ""}] if home.line.prefix else [],
    }


def logs(home: Home, now: float) -> list[dict[str, Any]]:
    """Undocumented; keys as two clients have them."""
    told, link = [], "xdsl" if home.line.medium == "dsl" else "ftth"
    for place, ago in enumerate(sorted(home.disconnections)):
        for offset, state in ((0, "down"), (60, "up")):
            told.append({
                "id": 2 * place + offset // 60,
                "type": "conn",
                "state": state,
                "link": link,
                "date": int(now) - ago + offset,
                "bw_down": 0,
                "bw_up": 0,
            })  # fmt: skip
    return told


def xdsl(home: Home, major: int) -> dict[str, Any]:
    dsl = home.line.dsl
    if home.line.medium != "dsl":
        status, zero = (
            {"status": "down", "protocol": "unknown", "modulation": "adsl", "uptime": 0},
            side(major, *[0] * 9),
        )
        return {"status": status, "down": zero, "up": zero}
    word = {"up": "showtime", "initialising": "training", "down": "down"}[dsl.status]
    return {
        "status": {"status": word, "protocol": "vdsl2", "modulation": "vdsl", "uptime": dsl.showtime},
        "down": side(
            major, dsl.rate_down, dsl.max_down, dsl.margin_down, dsl.attenuation_down, dsl.crc, dsl.fec, dsl.hec,
            dsl.es, dsl.ses,
        ),
        "up": side(major, dsl.rate_up, dsl.max_up, dsl.margin_up, dsl.attenuation_up, 0, 0, 0, 0, 0),
    }  # fmt: skip


def side(
    major: int, rate: int, most: int, margin: float, attenuation: float, crc: int, fec: int, hec: int, es: int, ses: int
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rate": rate, "maxrate": most, "snr": int(margin), "attn": int(attenuation), "crc": crc, "fec": fec, "hec": hec,
        "es": es, "ses": ses, "phyr": False, "ginp": True, "nitro": False, "rtx_tx": 0, "rtx_c": 0, "rtx_uc": 0,
    }  # fmt: skip
    if major > 4:  # the old shape has whole dB only
        told |= {"snr_10": round(margin * 10), "attn_10": round(attenuation * 10)}
    return told


def ftth(home: Home, power_report: bool = True) -> dict[str, Any]:
    optics = home.line.optics
    if home.line.medium == "dsl":
        return {"sfp_present": False, "sfp_alim_ok": False, "sfp_has_power_report": False, "link": False}
    told: dict[str, Any] = {
        "sfp_has_power_report": power_report,
        "sfp_has_signal": optics.signal,
        "sfp_model": "F-MDCONU3A",
        "sfp_vendor": "FREEBOX",
        "link": optics.registered,
        "sfp_alim_ok": True,
        "sfp_serial": "DE104900000471",
        "sfp_present": optics.present,
    }
    if power_report:
        told |= {"sfp_pwr_tx": round(optics.tx * 100), "sfp_pwr_rx": round(optics.rx * 100)}
    return told


def lan_host(home: Home, host: Host, major: int, plan: Any) -> dict[str, Any]:
    now = int(time.time())
    told: dict[str, Any] = {
        "l2ident": {"id": host.mac.upper(), "type": "mac_address"},
        "active": host.active,
        "reachable": host.active,
        "persistent": False,
        "names": [{"name": host.name, "source": "dhcp"}],
        "vendor_name": "",
        "host_type": "freebox_player" if host.kind == "stb" else host.kind,
        "interface": "pub",
        "id": f"ether-{host.mac}",
        "last_time_reachable": now,
        "last_activity": now,
        "primary_name_manual": "",  # a boolean elsewhere
        "primary_name": host.name,
        "default_name": host.name,
        "l3connectivities": [
            {"addr": "fe80::1", "active": False, "reachable": False, "af": "ipv6", "last_activity": now},
            {"addr": host.ip, "active": host.active, "reachable": host.active, "af": "ipv4", "last_activity": now},
        ],
    }
    if major >= 8:
        wireless = host.layer in LAYERS
        told["access_point"] = {"mac": home.mac.upper(), "type": "gateway", "connectivity_type": "ethernet"}
        if wireless:
            told["access_point"] |= {
                "connectivity_type": "wifi",
                "wifi_information": {"band": LAYERS[host.layer], "ssid": "Maison-Dupont", "signal": host.signal or 0},
            }
        if plan is not None:
            mode = "denied" if host.blocked else "allowed"
            told["network_control"] = {"profile_id": int(plan.id), "name": plan.name, "current_mode": mode}
    return told


def station(host: Host) -> dict[str, Any]:
    """A station may lack its ``host``."""
    return {
        "id": f"00:24:D4:AC:DC:88-{host.mac.upper()}",
        "mac": host.mac.upper(),
        "bssid": "00:24:D4:AC:DC:88",
        "hostname": host.name,
        "state": "authenticated",
        "signal": host.signal,
        "last_rx": {"bitrate": 650, "mcs": 7, "width": "20"},
        "last_tx": {"bitrate": -1, "mcs": -1, "width": "20"},
        "rx_bytes": 55438,
        "tx_bytes": 211431,
        "rx_rate": host.rate_up * 1000 // 8,
        "tx_rate": host.rate_down * 1000 // 8,
    }


def access_point(radio: Radio, wifi_on: bool) -> dict[str, Any]:
    state = "active" if radio.enable and wifi_on else "disabled"
    return {
        "name": "2.4G" if radio.band == "2.4" else f"{radio.band}G",
        "id": RADIO_IDS[radio.band],
        "config": {
            "enabled": radio.enable,
            "channel_width": str(radio.width),
            "band": BANDS[radio.band],
            "primary_channel": radio.channel,
            "secondary_channel": 0,
            "dfs_enabled": True,
            "ht": {"ht_enabled": True, "ac_enabled": radio.band == "5"},
        },
        "status": {
            "state": state,
            "channel_width": str(radio.width),
            "primary_channel": radio.channel or radio.current,
            "secondary_channel": 0,
            "dfs_cac_remaining_time": 0,
        },
        "capabilities": {},
    }


def combinations(radio: Radio) -> list[dict[str, Any]]:
    widths = ("20", "40") if radio.band == "2.4" else ("20", "40", "80")
    return [
        {"band": BANDS[radio.band], "channel_width": width, "need_dfs": channel > 48, "dfs_cac_time": 0,
         "primary": channel, "secondary": 0}
        for width in widths for channel in radio.channels
    ]  # fmt: skip


def bss_id(ssid: Ssid) -> str:
    return f"00:24:D4:AA:BB:{RADIO_IDS[ssid.band]:02X}"


def bss(ssid: Ssid, major: int, shared: bool, may_see_key: bool) -> dict[str, Any]:
    used = {
        "enabled": ssid.enable,
        "ssid": ssid.ssid,
        "encryption": ENCRYPTIONS[ssid.security],
        "hide_ssid": ssid.hidden,
        "eapol_version": 2,
        "key": ssid.key if may_see_key else "********",
    }
    told: dict[str, Any] = {
        "id": bss_id(ssid),
        "phy_id": RADIO_IDS[ssid.band],
        "status": {"state": "active", "sta_count": 1, "authorized_sta_count": 1},
    }
    if major < 5:
        return told | {"config": used | {"use_default_config": shared}}
    other = used | {"ssid": "pas utilise", "key": "pas utilisee"}
    return told | {
        "use_shared_params": shared,
        "config": used,
        "bss_params": other if shared else used,
        "shared_bss_params": used if shared else other,
    }


def lte(associated: bool) -> dict[str, Any]:
    """Levels carry no unit in the documentation; a band that is off keeps its last ones."""
    return {
        "enabled": True,
        "state": "connected",
        "radio": {
            "associated": associated,
            "plmn": 20815,
            "signal_level": 3,
            "ue_active": True,
            "bands": [
                {"band": 28, "enabled": True, "bandwidth": 10, "rsrp": -101, "rsrq": -12, "rssi": -71, "pci": 7},
                {"band": 7, "enabled": True, "bandwidth": 20, "rsrp": -94, "rsrq": -9, "rssi": 0, "pci": 8},
                {"band": 3, "enabled": False, "bandwidth": 20, "rsrp": -60, "rsrq": -5, "rssi": -40, "pci": 9},
            ],
        },
        "sim": {"present": True, "iccid": "8933150000000000000"},
        "network": {"pdn_up": associated},
    }
