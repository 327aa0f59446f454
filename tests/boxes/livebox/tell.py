"""What the simulated Livebox tells, in its own units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.boxes.home import Host, Ssid
from tests.boxes.livebox.state import HARDWARE, MISSING, Fault, Livebox

NEVER = "0001-01-01T00:00:00Z"
STATES = {
    "O1": "O1_Initial",
    "O2": "O2_Standby",
    "O3": "O3_Serial_Number",
    "O4": "O4_Ranging",
    "O5": "O5_Operation",
    "O6": "O6_POPUP",
    "O7": "O7_Emergency_Stop",
}
SECURITY = {"wpa2": "WPA2-Personal", "wpa3": "WPA3-Personal", "wpa2_wpa3": "WPA2-WPA3-Personal", "open": "None"}
BANDS = {"2.4": "2.4GHz", "5": "5GHz", "6": "6GHz"}
Told = dict[str, Any]


def device(box: Livebox, _: Any) -> Told:
    maker, firmware = HARDWARE.get(box.product, ("Sagemcom", "SG70-fr-G07.R02.C02_18"))
    home = box.home
    return {"status": {
        "Manufacturer": maker, "ModelName": "SagemcomFast5694_OFR", "ProductClass": box.product,
        "SerialNumber": home.serial, "SoftwareVersion": home.firmware or firmware, "UpTime": home.up_time,
        "ExternalIPAddress": home.line.ipv4, "DeviceStatus": "Up", "NumberOfReboots": home.reboots,
        "FirstUseDate": NEVER, "BaseMAC": home.mac.upper(),
    }}  # fmt: skip


def wan(box: Livebox, _: Any) -> Told:
    line = box.home.line
    kind = {"dsl": "vdsl"}.get(line.medium, "gpon" if box.built_in_fibre else "ethernet")
    if box.built_in_fibre and box.product == "Livebox 4":
        kind = "SFP"
    linked = line.dsl.status == "up" if line.medium == "dsl" else line.optics.signal and line.optics.registered
    lease = {"connected": "Bound", "connecting": "Requesting", "disconnected": "Idle"}[line.session]
    data: Told = {
        "WanState": "up" if line.session == "connected" else "down", "LinkType": kind,
        "LinkState": "up" if linked else "down", "MACAddress": box.home.mac, "Protocol": "dhcp",
        "ConnectionState": lease, "LastConnectionError": line.last_error or "None", "IPAddress": line.ipv4,
        "RemoteGateway": line.gateway if line.ipv4 else "", "DNSServers": ",".join(line.dns), "IPv6Address": line.ipv6,
        "IPv6DelegatedPrefix": line.prefix,
    }  # fmt: skip
    if kind == "gpon":
        data["GponState"] = STATES[line.optics.state]
    return {"status": True, "data": data}


def data_mibs(box: Livebox, asked: Mapping[str, Any]) -> Told:
    return {"status": {"dsl": {"dsl0": _dsl(box)} if box.home.line.medium == "dsl" else {}}}


def _dsl(box: Livebox) -> Told:
    dsl = box.home.line.dsl
    most = 1000 if box.max_rate_in_bits else 1
    return {
        "LinkStatus": {"up": "Up", "initialising": "Initializing", "down": "NoSignal"}[dsl.status],
        "LastChange": dsl.showtime, "UpstreamCurrRate": dsl.rate_up, "DownstreamCurrRate": dsl.rate_down,
        "UpstreamMaxRate": dsl.max_up * most, "DownstreamMaxRate": dsl.max_down * most,
        "UpstreamAttenuation": round(dsl.attenuation_up * 10),
        "DownstreamAttenuation": round(dsl.attenuation_down * 10),
        "UpstreamNoiseMargin": round(dsl.margin_up * 10), "DownstreamNoiseMargin": round(dsl.margin_down * 10),
        "UpstreamPower": 63, "DownstreamPower": 145, "StandardUsed": "G.993.2_Annex_B", "ModulationType": "VDSL",
    }  # fmt: skip


def dsl_stats(box: Livebox, _: Any) -> Told:
    if box.home.line.medium != "dsl":
        raise MISSING
    dsl = box.home.line.dsl
    return {"status": {
        "LinkRetrain": dsl.retrains, "ErroredSecs": dsl.es, "SeverelyErroredSecs": dsl.ses, "FECErrors": dsl.fec,
        "ATUCFECErrors": 0, "HECErrors": dsl.hec, "ATUCHECErrors": 0, "CRCErrors": dsl.crc, "ATUCCRCErrors": 7,
    }}  # fmt: skip


def optics(box: Livebox, _: Any) -> Told:
    if box.external_ont and box.idle_optics:
        return {"status": {"gpon": {"veip0": {"SignalRxPower": -40_000, "OnuState": STATES["O1"], "Temperature": 31}}}}
    if not box.built_in_fibre or box.product in ("Livebox 3", "Livebox 4"):
        raise MISSING
    seen = box.home.line.optics
    state = "ONUState" if box.product == "Livebox Fibre" else "OnuState"
    return {"status": {"gpon": {"veip0": {
        "SignalRxPower": round(seen.rx * 1000), "SignalTxPower": round(seen.tx * 1000),
        "Temperature": round(seen.temperature), "Voltage": round(seen.voltage * 10_000), "Bias": 19008,
        "PonMode": seen.mode, "LowerOpticalThreshold": round(seen.low * 1000),
        "UpperOpticalThreshold": round(seen.high * 1000), state: STATES[seen.state],
        "DownstreamCurrRate": 2_488_320, "UpstreamCurrRate": 1_244_160,
    }}}}  # fmt: skip


def sfp(box: Livebox, _: Any) -> Told:
    if box.product != "Livebox 4" or not box.built_in_fibre:
        return {}
    seen = box.home.line.optics
    return {"status": {
        "Status": "ONT_Ready", "ONTReady": seen.registered, "OperatingState": int(seen.state[1]),
        "OpticalSignalLevel": round(seen.rx * 1000), "TransmitOpticalLevel": round(seen.tx * 1000),
        "ChipsetTemperature": round(seen.temperature),
    }}  # fmt: skip


def counters(box: Livebox, _: Any) -> Told:
    if box.external_ont and box.idle_optics:
        return {"status": {"RxBytes": 0, "TxBytes": 0}}
    if not box.built_in_fibre:
        raise Fault(196618, "Intf not bound to any NetDev.Link")
    wrap = 2**64 if box.product == "Livebox Nautilus" else 2**32
    return {"status": {"RxBytes": box.home.line.received % wrap, "TxBytes": box.home.line.sent % wrap, "RxErrors": 0}}


def lan_mibs(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if "eth" in str(asked.get("mibs")):
        socket = {"CurrentBitRate": 1000, "CurrentDuplexMode": "Full"}
        free = {"CurrentBitRate": -1, "CurrentDuplexMode": "None"}
        base = {"ETH1": {"Name": "ETH1", "Status": True}, "ETH2": {"Name": "ETH2", "Status": False}}
        return {"status": {"base": base, "eth": {"ETH1": socket, "ETH2": free}}}
    return {"status": _wlan(box, box.home.ssids, guest=False)}


def guest_mibs(box: Livebox, _: Any) -> Told:
    if box.product == "Livebox 3":
        raise MISSING
    guest = box.home.guest
    networks = [Ssid(radio.band, guest.ssid, guest.key, enable=guest.enable) for radio in box.home.radios]
    return {"status": _wlan(box, networks, guest=True)}


def _wlan(box: Livebox, networks: list[Ssid], *, guest: bool) -> Told:
    base: Told = {"lan": {"Name": "lan", "Enable": True, "LLIntf": {"bridge": {"Name": "bridge"}}}}
    told: Told = {"base": base, "wlanradio": {}, "wlanvap": {}, "penable": {}}
    for network in networks:
        private, radio, invited = box.names(network.band)
        name = invited if guest and invited else private
        base[name] = {"Name": name, "Enable": network.enable, "LLIntf": {radio: {"Name": radio}}}
        told["wlanvap"][name] = {
            "SSID": network.ssid, "BSSID": box.home.mac.upper(), "SSIDAdvertisementEnabled": not network.hidden,
            "VAPStatus": "Up", "Security": {"ModeEnabled": SECURITY[network.security], "KeyPassPhrase": network.key},
        }  # fmt: skip
    for radio in box.home.radios:
        name = box.names(radio.band)[1]
        base[name] = {"Name": name, "Enable": radio.enable, "LLIntf": {}}
        told["wlanradio"][name] = {
            "RadioStatus": "Up" if radio.enable and box.radios_up else "Down", "Channel": radio.current,
            "AutoChannelEnable": radio.channel == 0, "OperatingFrequencyBand": BANDS[radio.band],
            "OperatingChannelBandwidth": f"{radio.width}MHz", "OperatingStandards": "ax",
            "PossibleChannels": ",".join(map(str, radio.channels)),
            "SupportedOperatingChannelBandwidth": "Auto,20MHz,40MHz,80MHz",
        }  # fmt: skip
    return told


def hosts(box: Livebox, asked: Mapping[str, Any]) -> Told:
    expression = str(asked.get("expression"))
    own = {"Key": "lan", "Name": "lan", "Tags": "self lan bridge mac nemo interface", "PhysAddress": box.home.mac}
    entries = [_host(box, host) for host in box.home.hosts]
    if expression == "stb":
        return {"status": [entry for entry in entries if "stb" in entry["Tags"].split()]}
    return {"status": entries if "!self" in expression else [own, *entries]}


def _host(box: Livebox, host: Host) -> Told:
    wireless = host.layer != "ethernet"
    told: Told = {
        "Key": host.mac.upper(), "PhysAddress": host.mac.upper(), "Name": host.name, "Active": host.active,
        "DeviceType": host.kind, "IPAddress": host.ip, "IPAddressSource": "DHCP", "FirstSeen": NEVER,
        "LastConnection": "2026-11-20T18:04:12Z",
        "Tags": f"lan edev mac physical {'wifi' if wireless else 'eth'} ipv4 dhcp events"
        + (" stb" if host.kind == "stb" else ""),
    }  # fmt: skip
    if box.recent:
        told["WANAccess"] = {"BlockedReasons": "ToD" if host.blocked else ""}
    if wireless:
        band = {"wifi_2_4": "2.4GHz", "wifi_5": "5GHz"}.get(host.layer, "")
        told |= {"SignalStrength": host.signal or 0, "OperatingFrequencyBand": band, "LastDataDownlinkRate": 864_700}
    return told


def wifi(box: Livebox, _: Any) -> Told:
    return {"status": {"Enable": box.home.wifi_enable, "Status": box.radios_up, "SchedulingEnabled": box.night}}


def profiles(box: Livebox, _: Any) -> Told:
    if not box.recent:
        raise MISSING
    told = {**box.power, "Activate": True, "Enable": False} if box.night else box.power
    return {"status": {"WiFi": told}}


def guest(box: Livebox, _: Any) -> Told:
    on = box.home.guest.enable
    return {"status": {"Enable": on, "Status": "Enabled" if on else "Disabled", "ActivationTimeout": 0}}


def schedules(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if asked.get("type") == "WLAN":
        plan = {"ID": "wl0", "enable": box.night, "override": "", "value": "Disable" if box.night else "Enable"}
        return {"status": True, "data": {"scheduleInfo": [plan]}}
    found = [
        {
            "ID": mac.upper(), "base": "Weekly", "def": "Enable", "enable": True,
            "override": {"": "", "blocked": "Disable", "allowed": "Enable"}[plan.override],
            "value": "Disable" if plan.override == "blocked" else "Enable",
            "schedule": [
                {"begin": day * 86_400 + start, "end": day * 86_400 + end, "state": "Disable"}
                for day, start, end in plan.slots
            ],
        }
        for plan in box.home.plans for mac in plan.macs
    ]  # fmt: skip
    return {"status": True, "data": {"scheduleInfo": found}}


def forwards(box: Livebox, _: Any) -> Told:
    numbers = {"tcp": "6", "udp": "17", "both": "6,17"}
    return {"status": {
        forward_key(rule): {
            "Id": forward_key(rule), "Origin": "webui" if rule.origin == "user" else rule.origin,
            "Description": rule.description, "Status": "Enabled" if rule.enable else "Disabled",
            "SourceInterface": "data", "Protocol": numbers[rule.protocol],
            "ExternalPort": f"{rule.external}-{rule.last}" if rule.last else str(rule.external),
            "InternalPort": str(rule.internal), "SourcePrefix": "", "DestinationIPAddress": rule.client,
            "LeaseDuration": 0, "Enable": rule.enable,
        }
        for rule in box.home.forwards
    }}  # fmt: skip


def forward_key(rule: Any) -> str:
    return f"{'webui' if rule.origin == 'user' else rule.origin}_{rule.id or rule.description}"


def lan(box: Livebox, _: Any) -> Told:
    return {"status": None, "data": {
        "Address": box.home.address, "Netmask": "255.255.255.0", "DHCPEnable": True, "DHCPMinAddress": "192.168.1.10",
        "DHCPMaxAddress": "192.168.1.150", "LeaseTime": 86_400,
    }}  # fmt: skip


def leases(box: Livebox, _: Any) -> Told:
    kept = box.home.reservations.items()
    return {"status": [{"IPAddress": ip, "MACAddress": mac.upper()} for mac, (ip, _) in kept]}


def reboots(box: Livebox, _: Any) -> Told:
    now = datetime.now(UTC)
    starts = [(now - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ") for ago in box.home.restarts]
    return {"status": {str(n): {"BootDate": at, "BootReason": "POWER", "ShutdownDate": NEVER}
                       for n, at in enumerate(starts, 1)}}  # fmt: skip


def tv(box: Livebox, _: Any) -> Told:
    return {"status": None, "data": {"IPTVStatus": "Available" if box.home.tv_up else "Unavailable"}}


def trunks(box: Livebox, _: Any) -> Told:
    line = {"name": "LINE1", "enable": "Enabled", "directoryNumber": "+33123456789",
            "status": "Up" if box.home.phone_up else "Down"}  # fmt: skip
    return {"status": [{"name": "SIP-Trunk", "enable": "Enabled", "trunk_lines": [line]}]}


GETTERS: dict[str, Callable[[Livebox, Any], Told]] = {
    "DeviceInfo:get": device,
    "NMC:getWANStatus": wan,
    "NMC:get": lambda box, _: {"status": {"WanMode": "GPON_DHCP", "ProvisioningState": "done"}},
    "NeMo.Intf.data:getMIBs": data_mibs,
    "NeMo.Intf.dsl0:getDSLStats": dsl_stats,
    "NeMo.Intf.veip0:getMIBs": optics,
    "NeMo.Intf.veip0:getNetDevStats": counters,
    "SFP:get": sfp,
    "NeMo.Intf.lan:getMIBs": lan_mibs,
    "NeMo.Intf.guest:getMIBs": guest_mibs,
    "Devices:get": hosts,
    "NMC.Wifi:get": wifi,
    "PowerManagement:getProfiles": profiles,
    "NMC.Guest:get": guest,
    "NMC.WlanTimer:getActivationTimer": lambda box, _: {"status": box.home.guest.remaining or 0},
    "Scheduler:getCompleteSchedules": schedules,
    "Firewall:getPortForwarding": forwards,
    "NMC:getLANIP": lan,
    "DHCPv4.Server.Pool.default:getStaticLeases": leases,
    "DHCPv4.Server:getDHCPServerPool": lambda box, _: {"status": {"default": {"DNSServers": "192.168.1.1"}}},
    "NMC.Reboot.Reboot:get": reboots,
    "NMC.OrangeTV:getIPTVStatus": tv,
    "VoiceService.VoiceApplication:listTrunks": trunks,
}
