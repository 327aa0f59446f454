"""What a simulated Bbox tells: the home in the family's own words, numbers as int or text at random."""

from __future__ import annotations

import secrets
import time
from typing import Any

from tests.boxes.home import Home, Host, Radio

KEYS = {"2.4": "24", "5": "5", "6": "6"}
_LINKS = {"ethernet": "Ethernet", "wifi_2_4": "Wifi 2.4", "wifi_5": "Wifi 5"}


class Replies:
    """One method for each thing that can be read."""

    home: Home
    policy: dict[str, Any]
    token: str
    token_until: float

    def _fibre(self) -> bool:
        return self.home.line.medium == "fibre"

    def _device(self) -> Any:
        home, fibre = self.home, self._fibre()
        return {"device": {
            "now": "2026-11-22T15:48:55+0100", "status": 1, "numberofboots": str(home.reboots),
            "modelname": "F@st5688b" if fibre else "F@st5330b", "user_configured": 1, "serialnumber": home.serial,
            "running": {"version": home.firmware or "24.0.12", "date": "2024-06-27T11:14:25+0200"},
            "main": {"version": "24.0.12", "date": "2024-06-27T11:15:05Z"}, "uptime": home.up_time,
            "using": {"ipv4": 1, "ipv6": 1, "ftth": int(fibre), "adsl": 0, "vdsl": int(not fibre)},
        }}  # fmt: skip

    def _summary(self) -> Any:
        return {"device": {"status": 1, "modelname": "F@st5688b", "serialnumber": self.home.serial}}

    def _cpu(self) -> Any:
        return {"device": {"cpu": {"temperature": {"main": 46407}}}}

    def _led(self) -> Any:
        states = ["Up" if self.home.hosts[0].active else "Down", "Down", "Down", "Down"]
        return {"led": {"power": "off"}, "ethernetPort": [{"id": i + 1, "state": s} for i, s in enumerate(states)]}

    def _token(self) -> Any:
        self.token, self.token_until = secrets.token_hex(20), time.monotonic() + 1200
        return {"device": {"token": self.token, "now": "2026-11-22T21:40:16Z", "expires": "2026-11-22T22:00:00Z"}}

    def _wan(self) -> Any:
        line = self.home.line
        up = line.session == "connected"
        physical = line.optics.registered if self._fibre() else line.dsl.status == "up"
        shared = line.ports != (0, 65535)
        return {"wan": {
            "internet": {"state": 2 if up else 0}, "interface": {"id": 10, "default": 0, "state": int(up)},
            "ip": {
                "address": line.ipv4 or "0.0.0.0", "state": "Up" if up else "Down",
                "gateway": line.gateway if up else "",
                "dnsservers": ",".join(line.dns), "subnet": "255.255.255.255", "ip6state": "Up" if up else "Discover",
                "ip6address": [{"ipaddress": line.ipv6}] if line.ipv6 else [],
                "ip6prefix": [{"prefix": line.prefix}] if line.prefix else [], "mtu": "1500",
                "cgnatenable": int(line.cgnat), "maptenable": int(shared),
                "portrange": f"{line.ports[0]}:{line.ports[1]}" if shared else "",
            },
            "link": {"state": "Up" if physical else "Down", "type": "ftth" if self._fibre() else "vdsl"},
        }}  # fmt: skip

    def _stats(self) -> Any:
        line = self.home.line
        return {"wan": {"ip": {"stats": {
            "rx": {"bytes": str(line.received), "bandwidth": line.rate_down, "maxBandwidth": line.down_kbps},
            "tx": {"bytes": line.sent, "bandwidth": str(line.rate_up), "maxBandwidth": line.up_kbps},
        }}}}  # fmt: skip

    def _xdsl(self) -> Any:
        dsl = self.home.line.dsl
        if self._fibre() or dsl.status != "up":
            state = "Idle" if self._fibre() or dsl.status == "down" else "Training"
            empty = {"bitrates": 0, "noise": 0, "attenuation": 0, "power": 0, "nitro": ""}
            return {"wan": {"xdsl": {"state": state, "modulation": "", "showtime": 0, "sync_count": dsl.retrains,
                                     "up": empty, "down": empty}}}  # fmt: skip
        sides = {
            "down": (dsl.rate_down, dsl.margin_down, dsl.attenuation_down),
            "up": (dsl.rate_up, dsl.margin_up, dsl.attenuation_up),
        }
        told = {
            side: {
                "bitrates": rate,
                "noise": str(round(margin * 10)),
                "attenuation": round(attenuation * 10),
                "nitro": "",
            }
            for side, (rate, margin, attenuation) in sides.items()
        }
        return {"wan": {"xdsl": {"state": "Connected", "modulation": dsl.standard, "showtime": dsl.showtime,
                                 "sync_count": str(dsl.retrains), **told}}}  # fmt: skip

    def _xdsl_stats(self) -> Any:
        dsl = self.home.line.dsl
        return {"wan": {"xdsl": {"stats": {"local_fec": dsl.fec, "local_crc": str(dsl.crc), "local_hec": dsl.hec,
                                           "remote_fec": 12, "remote_crc": 2, "remote_hec": 0}}}}  # fmt: skip

    def _ftth(self) -> Any:
        up = self.home.line.optics.registered
        return {"wan": {"ftth": {"mode": "1000baseT-FD" if up else "", "state": "Up" if up else "Down"}}}

    def _hosts(self) -> Any:
        return {"hosts": {"list": [self._host(i + 1, host) for i, host in enumerate(self.home.hosts)]}}

    def _host(self, number: int, host: Host) -> Any:
        wireless = host.layer.startswith("wifi")
        controlled = self._controlled(host)
        return {
            "id": number, "hostname": host.name, "macaddress": host.mac, "ipaddress": host.ip, "type": "DHCP",
            "link": _LINKS[host.layer] if host.active else "Offline", "guest": 0,
            "devicetype": "STB" if host.kind == "stb" else "Device", "lastseen": 0 if host.active else "-1",
            "ethernet": {"physicalport": 2, "speed": 0 if wireless else 1000, "mode": "Full"},
            "wireless": {"rssi0": str(host.signal) if host.signal else 0, "estimatedRate": 866 if wireless else 0},
            "active": int(host.active), "ip6address": [],
            "parentalcontrol": {"enable": int(controlled), "status": "Forbidden" if host.blocked else "Allowed",
                                "statusRemaining": 0, "statusUntil": ""},
        }  # fmt: skip

    def _controlled(self, host: Host) -> bool:
        return any(host.mac in plan.macs for plan in self.home.plans)

    def _wireless(self) -> Any:
        home = self.home
        return {"wireless": {
            "status": "Configured", "driverbusy": 0, "unified": 2,
            "radio": {
                **{KEYS[radio.band]: self._radio(radio) for radio in home.radios},
                "guest": {"enable": int(home.guest.enable)},
            },
            "scheduler": {"now": "2026-11-22T15:45:10+0100", "enable": 0},
            "ssid": {
                **{KEYS[each.band]: self._ssid(each.ssid, each.key, each.enable) for each in home.ssids},
                "guest": self._ssid(home.guest.ssid, home.guest.key, home.guest.enable),
            },
        }}  # fmt: skip

    def _radio(self, radio: Radio) -> Any:
        on = radio.enable and self.home.wifi_enable
        return {"enable": int(on), "standard": "11ax", "state": int(on), "channel": radio.channel,
                "current_channel": radio.current, "current_bandwidth": radio.width, "htbw": radio.width}  # fmt: skip

    @staticmethod
    def _ssid(name: str, key: str, enable: bool) -> Any:
        return {"id": name, "enable": int(enable), "hidden": 0, "bssid": "00:00:00:00:00:4B",
                "security": {"protocol": "WPA2", "encryption": "AES", "passphrase": key}}  # fmt: skip

    def _parental(self) -> Any:
        return {"parentalcontrol": {"scheduler": {"now": "2026-11-22T11:57:46+0100", **self.policy}}}

    def _voip(self) -> Any:
        status = "Up" if self.home.phone_up else "Down"
        return {"voip": [{"id": 1, "status": status, "callstate": "Idle", "uri": "+33100000000@example.fr"}]}

    def _rules(self) -> Any:
        rules = [
            {"id": each.id, "enable": int(each.enable), "description": each.description,
             "protocol": each.protocol if each.protocol != "both" else "tcp,udp",
             "externalport": str(each.external) if each.last is None else f"{each.external}:{each.last}",
             "internalip": each.client, "internalport": str(each.internal)}
            for each in self.home.forwards
        ]  # fmt: skip
        return {"nat": {"enable": 1, "rules": rules}}

    def _dhcp(self) -> Any:
        return {"dhcp": {"enable": 1, "minaddress": "192.168.1.1", "maxaddress": "192.168.1.150", "leasetime": "86400"}}

    def _clients(self) -> Any:
        clients = [
            {"id": i + 1, "enable": 1, "macaddress": mac, "ipaddress": ip, "hostname": comment}
            for i, (mac, (ip, comment)) in enumerate(self.home.reservations.items())
        ]
        return {"dhcp": {"clients": clients}}
