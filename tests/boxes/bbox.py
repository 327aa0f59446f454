"""A simulated Bbox: API v1 of an F@st5688b, or of an older model on DSL; replies shaped as recorded."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.boxes.base import Simulator
from tests.boxes.home import Forward, Home, Host, Plan, Radio

_OPEN = {"login", "device", "device/summary"}  # what anybody may ask on firmware before 23.7.8; then only login
_LOCK_AFTER = 5
_LINKS = {"ethernet": "Ethernet", "wifi_2_4": "Wifi 2.4", "wifi_5": "Wifi 5"}
_KEYS = {"2.4": "24", "5": "5", "6": "6"}


def refusal(status: int, name: str, reason: str, domain: str = "v1/login") -> web.Response:
    body = {"exception": {"domain": domain, "code": str(status), "errors": [{"name": name, "reason": reason}]}}
    return web.json_response(body, status=status)


class BboxSimulator(Simulator):
    """One session at a time, as the box bears few. ``old``: firmware that tells ``device`` to anybody."""

    family = "bbox"
    port = 8080

    def __init__(self, home: Home | None = None, latency_s: float = 0.0, *, old: bool = False) -> None:
        super().__init__(home, latency_s)
        self.old = old
        self.cookie = self.token = ""
        self.token_until = 0.0
        self.wrong = 0
        self.locked_until = 0.0
        self.calls = 0
        self.logins = 0
        self.hiccups = 0
        self.policy = {"enable": 0, "defaultpolicy": "Accept"}
        self._ids = itertools.count(10)

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/v1/{path:.*}", self._route)
        app.router.add_route("*", "/{rest:.*}", self._page)

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text="<html><title>Bbox</title><body>Bbox</body></html>", content_type="text/html")

    async def _route(self, request: web.Request) -> web.Response:
        path, method = request.match_info["path"], request.method
        self.calls += 1
        if path == "login" and method in ("POST", "PUT"):
            return await self._login(request)
        if not (self.old and path in _OPEN) and not self._known(request):
            return refusal(401, "", "Authentification requise")
        if method != "GET" and path != "logout" and not self._token_good(request):
            return refusal(403, "btoken", "invalid", f"v1/{path}")
        if self.hiccups:
            self.hiccups -= 1
            return refusal(400, "", "Cannot extract request parameters", f"v1/{path}")
        if method == "GET":
            return self._read(path)
        return await self._write(method, path, dict(await request.post()))

    def _known(self, request: web.Request) -> bool:
        if self.home.expire_after is not None and self.calls > self.home.expire_after:
            self.cookie, self.calls = "", 0
        sent = request.headers.get("Cookie", "")
        return bool(self.cookie) and f"BBOX_ID={self.cookie}" in sent

    def _token_good(self, request: web.Request) -> bool:
        return bool(self.token) and request.query.get("btoken") == self.token and time.monotonic() < self.token_until

    async def _login(self, request: web.Request) -> web.Response:
        now = time.monotonic()
        if now < self.locked_until:
            self.locked_until = now + 900  # each new try extends it
            return refusal(429, "", "Too many attempts")
        if "Origin" not in request.headers:
            return refusal(400, "Origin", "missing")
        form = await request.post()
        self.logins += 1
        if form.get("password") != self.home.password:
            self.wrong += 1
            if self.wrong >= _LOCK_AFTER:
                self.locked_until = now + 900
            return refusal(401, "password", "Invalid", "v1/login")
        self.wrong, self.cookie, self.calls = 0, secrets.token_hex(16), 0
        answer = web.Response(status=200)
        answer.headers["Set-Cookie"] = f"BBOX_ID={self.cookie}; path=/; HttpOnly"
        return answer

    def _read(self, path: str) -> web.Response:
        readers: dict[str, Callable[[], Any]] = {
            "device": self._device, "device/summary": self._summary, "device/cpu": self._cpu, "device/led": self._led,
            "device/token": self._token, "wan/ip": self._wan, "wan/ip/stats": self._stats, "wan/xdsl": self._xdsl,
            "wan/xdsl/stats": self._xdsl_stats, "wan/ftth/stats": self._ftth, "hosts": self._hosts,
            "wireless": self._wireless, "parentalcontrol": self._parental, "voip": self._voip,
            "nat/rules": self._rules, "dhcp": self._dhcp, "dhcp/clients": self._clients,
        }  # fmt: skip
        reader = readers.get(path)
        if reader is None:
            return refusal(404, "", "Not found", f"v1/{path}")
        told = reader()
        return web.json_response(told if isinstance(told, list) else [told])

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
                **{_KEYS[radio.band]: self._radio(radio) for radio in home.radios},
                "guest": {"enable": int(home.guest.enable)},
            },
            "scheduler": {"now": "2026-11-22T15:45:10+0100", "enable": 0},
            "ssid": {
                **{_KEYS[each.band]: self._ssid(each.ssid, each.key, each.enable) for each in home.ssids},
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

    async def _write(self, method: str, path: str, form: dict[str, Any]) -> web.Response:
        writers: dict[tuple[str, str], Callable[[dict[str, Any]], Awaitable[web.Response] | web.Response]] = {
            ("POST", "logout"): self._logout, ("POST", "nat/rules"): self._add_rule,
            ("PUT", "wireless/guest"): self._set_guest, ("PUT", "wireless/guestenable"): self._enable_guest,
            ("PUT", "parentalcontrol"): self._set_policy, ("PUT", "parentalcontrol/hosts"): self._control,
            ("POST", "dhcp/clients"): self._reserve, ("POST", "device/reboot"): self._reboot,
        }  # fmt: skip
        found = writers.get((method, path))
        if found is not None:
            answer = found(form)
            return answer if isinstance(answer, web.Response) else await answer
        head, _, last = path.rpartition("/")
        if method == "PUT" and head == "wireless" and last in _KEYS.values():
            return self._set_wireless(last, form)
        if method == "DELETE" and head in ("nat/rules", "dhcp/clients"):
            return self._delete(head, last)
        return refusal(404, "", "Not found", f"v1/{path}")

    def _logout(self, form: dict[str, Any]) -> web.Response:
        self.cookie = ""
        return web.Response()

    def _add_rule(self, form: dict[str, Any]) -> web.Response:
        outside, _, last = str(form["external_port"]).partition(":")
        if any(each.external == int(outside) and each.protocol == form["protocol"] for each in self.home.forwards):
            return refusal(409, "external_port", "Already used", "v1/nat/rules")
        number = str(next(self._ids))
        self.home.forwards.append(
            Forward(int(outside), int(form["internal_port"]), form["ipaddress"],
                    "both" if form["protocol"] == "tcp,udp" else form["protocol"], form["enable"] == "1",
                    form["description"], int(last) if last else None, id=number)
        )  # fmt: skip
        return web.Response(status=201, headers={"Location": f"/api/v1/nat/rules/{number}"})

    def _set_guest(self, form: dict[str, Any]) -> web.Response:
        guest = self.home.guest
        guest.ssid, guest.key = form.get("ssid", guest.ssid), form.get("passphrase", guest.key)
        return web.Response()

    def _enable_guest(self, form: dict[str, Any]) -> web.Response:
        self.home.guest.enable = form["enable"] == "1"
        return web.Response()

    def _set_policy(self, form: dict[str, Any]) -> web.Response:
        self.policy = {"enable": int(form["enable"]), "defaultpolicy": form["defaultpolicy"]}
        self._apply()
        return web.Response()

    def _control(self, form: dict[str, Any]) -> web.Response:
        mac = form["macaddress"]
        self.home.plans = [plan for plan in self.home.plans if mac not in plan.macs]
        if form["enable"] == "1":
            self.home.plans.append(Plan([mac]))
        self._apply()
        return web.Response()

    def _apply(self) -> None:
        shut = bool(self.policy["enable"]) and self.policy["defaultpolicy"] == "Forbidden"
        for host in self.home.hosts:
            host.blocked = shut and self._controlled(host)

    def _reserve(self, form: dict[str, Any]) -> web.Response:
        self.home.reservations[form["macaddress"]] = (form["ipaddress"], form["hostname"])
        return web.Response(status=201)

    def _reboot(self, form: dict[str, Any]) -> web.Response:
        self.home.reboot_asked += 1
        self.home.up_time, self.cookie = 0, ""
        return web.Response()

    def _set_wireless(self, band: str, form: dict[str, Any]) -> web.Response:
        radio = next(each for each in self.home.radios if _KEYS[each.band] == band)
        ssid = next(each for each in self.home.ssids if _KEYS[each.band] == band)
        if "wpaKey" in form and not 8 <= len(form["wpaKey"]) <= 63:
            return refusal(400, "wpaKey", "Length", f"v1/wireless/{band}")
        if "radio.enable" in form:
            radio.enable = form["radio.enable"] == "1"
        if "radio.channel" in form:
            radio.channel = int(form["radio.channel"])
            radio.current = radio.channel or radio.current
        ssid.ssid, ssid.key = form.get("ssid", ssid.ssid), form.get("wpaKey", ssid.key)
        return web.Response()

    def _delete(self, head: str, last: str) -> web.Response:
        if head == "nat/rules":
            self.home.forwards = [each for each in self.home.forwards if each.id != last]
        else:
            macs = list(self.home.reservations)
            if not 0 < int(last) <= len(macs):
                return refusal(404, "id", "Unknown")
            del self.home.reservations[macs[int(last) - 1]]
        return web.Response()


SIMULATOR = BboxSimulator
